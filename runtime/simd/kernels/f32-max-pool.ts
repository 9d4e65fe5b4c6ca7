// f32_max_pool: the largest value under each window, channel by channel; padding never is, a NaN always.
//
//   out[b, y, x, c] = max over ky, kx of x[b, y strideHeight + ky - padTop, x strideWidth + kx - padLeft, c],
//                     where that lies in the image

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

export const f32_max_pool = kernel('f32_max_pool', parameters, (k, args) => {
  const { out, x, batch, channels } = args;
  forWindows(k, batch, args, ({ pixel, each }) => {
    forStrips(k, channels, ({ first, parts }) => {
      const most = parts.map((part) => k.var(part.constant(-Infinity)));
      each(first, (i) => {
        for (const [p, part] of parts.entries()) most[p].set(most[p].max(part.at(x, i)));
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
      let most = -Infinity;
      forRealPixels(args, y, x, (pixel) => {
        most = Math.max(most, image[(b * height * width + pixel) * channels + c]);
      });
      out[index * channels + c] = most;
    }
  });
}
