// i8_max_pool: the largest int8 activation under each window, channel by channel; padding never is. Scale and zero
// point are those of x.

import { windowCases } from '../cases/window.ts';
import { i8, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { forStrips, forWindows } from '../parts/pooling.ts';
import { LEAST } from '../parts/requantize.ts';
import { forPixels, forRealPixels } from '../twins/image.ts';

const parameters = {
  out: i8.out('batch', 'outHeight', 'outWidth', 'channels'),
  x: i8.in('batch', 'height', 'width', 'channels'),
  batch: size,
  ...imageSizes,
  ...windowSizes,
};

export const i8_max_pool = kernel('i8_max_pool', parameters, (k, args) => {
  const { out, x, batch, channels } = args;
  forWindows(k, batch, args, ({ pixel, each }) => {
    forStrips(k, channels, ({ first, parts }) => {
      const most = parts.map((part) => k.var(part.integer(LEAST)));
      each(first, (i) => {
        for (const [p, part] of parts.entries()) {
          const value = k.let(part.at(x, i));
          most[p].set(value.gt(most[p]).selectInt(value, most[p]));
        }
      });
      const result = k.let(pixel.mul(channels).add(first));
      for (const [p, part] of parts.entries()) part.at(out, result).set(most[p]);
    });
  });
});

export const trials = (): Trials => ({ cases: windowCases });

export function reference(args: Referenced<typeof parameters>): void {
  const { out, x: image, channels, height, width } = args;
  forPixels(args, (b, y, x, index) => {
    for (let c = 0; c < channels; c++) {
      let most: number = LEAST;
      forRealPixels(args, y, x, (pixel) => {
        most = Math.max(most, image[(b * height * width + pixel) * channels + c]);
      });
      out[index * channels + c] = most;
    }
  });
}
