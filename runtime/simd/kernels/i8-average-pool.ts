// i8_average_pool: the mean of int8 activations under each window, channel by channel, over the pixels that lie in the
// image, to the nearest integer, ties to even. Scale and zero point are those of x (TensorFlow Lite's rule). With a
// window as large as the image it is the global average pool.

import { toInt } from '../../wasm/values.ts';
import { windowCases } from '../cases/window.ts';
import { i8, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { forStrips, forWindows } from '../parts/pooling.ts';
import { forPixels, forRealPixels } from '../twins/image.ts';
import { nearestEven } from '../twins/math.ts';

const parameters = {
  out: i8.out('batch', 'outHeight', 'outWidth', 'channels'),
  x: i8.in('batch', 'height', 'width', 'channels'),
  batch: size,
  ...imageSizes,
  ...windowSizes,
};

export const i8_average_pool = kernel('i8_average_pool', parameters, (k, args) => {
  const { out, x, batch, channels } = args;
  forWindows(k, batch, args, ({ pixel, count, each }) => {
    const divisor = k.let(count.toFloat());
    forStrips(k, channels, ({ first, parts }) => {
      const sums = parts.map((part) => k.var(part.integer(0)));
      each(first, (i) => {
        for (const [p, part] of parts.entries()) sums[p].set(sums[p].add(part.at(x, i)));
      });
      const result = k.let(pixel.mul(channels).add(first));
      for (const [p, part] of parts.entries()) {
        part.at(out, result).set(toInt(sums[p].toFloat().div(divisor).nearest()));
      }
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
        sum += image[(b * height * width + pixel) * channels + c];
        count++;
      });
      out[index * channels + c] = nearestEven(Math.fround(sum / count));
    }
  });
}
