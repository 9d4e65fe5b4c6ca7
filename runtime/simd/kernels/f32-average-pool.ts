// f32_average_pool: the mean under each window, channel by channel, over the pixels that lie in the image (TensorFlow's
// rule). With a window as large as the image it is the global average pool.
//
//   out[b, y, x, c] = 1 / count(y, x) sum over ky, kx of
//                     x[b, y strideHeight + ky - padTop, x strideWidth + kx - padLeft, c]

import { imageSizes, windowSizes } from '../parts/image.ts';
import { forPixels, forRealPixels } from '../twins/image.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { forStrips, forWindows } from '../parts/pooling.ts';
import { windowCases } from '../cases/window.ts';

const parameters = {
  out: f32.out('batch', 'outHeight', 'outWidth', 'channels'),
  x: f32.in('batch', 'height', 'width', 'channels'),
  batch: size,
  ...imageSizes,
  ...windowSizes,
};

export const f32_average_pool = kernel('f32_average_pool', parameters, (k, args) => {
  const { out, x, batch, channels } = args;
  forWindows(k, batch, args, ({ pixel, count, each }) => {
    const divisor = k.let(count.toFloat());
    forStrips(k, channels, ({ first, parts }) => {
      const sums = parts.map((part) => k.var(part.constant(0)));
      each(first, (i) => {
        for (const [p, part] of parts.entries()) sums[p].set(sums[p].add(part.at(x, i)));
      });
      const result = k.let(pixel.mul(channels).add(first));
      for (const [p, part] of parts.entries()) part.at(out, result).set(sums[p].div(divisor));
    });
  });
});

export const trials = (): Trials => ({ cases: windowCases });

export function reference(args: Referenced<typeof parameters>): void {
  const { out, x: image, channels, height, width } = args;
  forPixels(args, (b, y, x, index) => {
    for (let c = 0; c < channels; c++) {
      let [sum, count] = [0, 0];
      forRealPixels(args, y, x, (pixel) => {
        sum = Math.fround(sum + image[(b * height * width + pixel) * channels + c]);
        count++;
      });
      out[index * channels + c] = sum / count;
    }
  });
}
