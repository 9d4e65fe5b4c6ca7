// f32_max_pool_gradient: the gradient of a window goes to the first place that holds its maximum; where windows
// overlap, gradients add up. The place is found again from x, so nothing else need be kept. A NaN is passed over.
//
//   dx[b, y, x, c] = sum of dy[b, y', x', c] over the windows (y', x') whose first maximum is (y, x)
//
// x may be int8, whose order is that of what it means.

import type { ElementType } from '../../wasm/pointer.ts';
import { F32, type I32 } from '../../wasm/values.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { forPixels, forRealPixels } from '../twins/image.ts';
import { f32, family, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { forStrips, forWindows } from '../parts/pooling.ts';
import { windowCases } from '../cases/window.ts';

const parameters = (element: ElementType) => ({
  dx: f32.out('batch', 'height', 'width', 'channels'),
  x: pointers(element).in('batch', 'height', 'width', 'channels'),
  dy: f32.in('batch', 'outHeight', 'outWidth', 'channels'),
  batch: size,
  ...imageSizes,
  ...windowSizes,
});

const keyOf = (element: ElementType): string => (element === 'f32' ? '' : element);

export const f32_max_pool_gradient = family('f32_max_pool_gradient', keyOf, (element: ElementType, name) =>
  kernel(name, parameters(element), (k, args) => {
    const seen = (value: F32 | I32): F32 => k.let(value instanceof F32 ? value : value.toFloat());
    const { dx, x, dy, batch, height, width, channels } = args;
    k.lanes(batch.mul(height).mul(width).mul(channels), (i) => dx.at(i).set(0));
    forWindows(k, batch, args, ({ pixel, each }) => {
      forStrips(k, channels, ({ first, parts }) => {
        const most = parts.map((part) => k.var(part.constant(-Infinity)));
        each(first, (i) => {
          for (const [p, part] of parts.entries()) most[p].set(most[p].pmax(seen(part.at(x, i))));
        });
        const own = k.let(pixel.mul(channels).add(first));
        const left = parts.map((part) => k.var(part.at(dy, own)));
        each(first, (i) => {
          for (const [p, part] of parts.entries()) {
            const given = k.let(seen(part.at(x, i)).eq(most[p]).select(left[p], 0));
            part.at(dx, i).set(part.at(dx, i).add(given));
            // whatever it is, it becomes zero once it is given
            left[p].set(left[p].bits().xor(given.bits()).asFloat());
          }
        });
      });
    });
  }),
);

export const variants = (): readonly ElementType[] => ['f32', 'i8'];
export const trials = (): Trials => ({ cases: windowCases });

export const reference =
  () =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { dx, x: image, dy, batch, channels, height, width } = args;
    dx.fill(0, 0, batch * height * width * channels);
    forPixels(args, (b, y, x, index) => {
      for (let c = 0; c < channels; c++) {
        const elements: number[] = [];
        forRealPixels(args, y, x, (pixel) => elements.push((b * height * width + pixel) * channels + c));
        const most = elements.reduce((value, i) => (image[i] > value ? image[i] : value), -Infinity);
        const first = elements.find((i) => image[i] === most);
        if (first !== undefined) dx[first] += dy[index * channels + c];
      }
    });
  };
