// f32_average_pool_gradient: the pixels of a window share its gradient equally; where windows overlap, shares add up.
//
//   dx[b, y, x, c] = sum of dy[b, y', x', c] / count(y', x') over the windows (y', x') that hold (y, x)

import { imageSizes, windowSizes } from '../parts/image.ts';
import { forPixels, forRealPixels } from '../twins/image.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { forStrips, forWindows } from '../parts/pooling.ts';
import { windowCases } from '../cases/window.ts';

const parameters = {
  dx: f32.out('batch', 'height', 'width', 'channels'),
  dy: f32.in('batch', 'outHeight', 'outWidth', 'channels'),
  batch: size,
  ...imageSizes,
  ...windowSizes,
};

export const f32_average_pool_gradient = kernel('f32_average_pool_gradient', parameters, (k, args) => {
  const { dx, dy, batch, height, width, channels } = args;
  k.lanes(batch.mul(height).mul(width).mul(channels), (i) => dx.at(i).set(0));
  forWindows(k, batch, args, ({ pixel, count, each }) => {
    const divisor = k.let(count.toFloat());
    forStrips(k, channels, ({ first, parts }) => {
      const own = k.let(pixel.mul(channels).add(first));
      const shares = parts.map((part) => k.let(part.at(dy, own).div(divisor)));
      each(first, (i) => {
        for (const [p, part] of parts.entries()) part.at(dx, i).set(part.at(dx, i).add(shares[p]));
      });
    });
  });
});

export const trials = (): Trials => ({ cases: windowCases });

export function reference(args: Referenced<typeof parameters>): void {
  const { dx, dy, batch, channels, height, width } = args;
  dx.fill(0, 0, batch * height * width * channels);
  forPixels(args, (b, y, x, index) => {
    const elements: number[] = [];
    forRealPixels(args, y, x, (pixel) => elements.push((b * height * width + pixel) * channels));
    for (let c = 0; c < channels; c++) {
      const share = Math.fround(dy[index * channels + c] / elements.length);
      for (const element of elements) dx[element + c] += share;
    }
  });
}
