// f32_conv2d_weight_gradient: adds what one sample contributes to one panel of a convolution's weight gradient.
//
//   gradient[(ky, kx, ci)][o] += sum over y, x of
//       x[y strideHeight + ky - padTop, x strideWidth + kx - padLeft, ci] dz[(y, x)][o],   o = 0..7
//
// Four rows of the weight at a time, whichever they are: the input pixels that a tap meets lie a constant step apart,
// so all sums stay in registers. With padding the sample is first copied into a zero-bordered scratch image.

import { borderedImage, imageSizes, paddedBorder, paddedElements, walk, windowSizes } from '../parts/image.ts';
import { forPixels, forTaps, pixelReader } from '../twins/image.ts';
import { f32, kernel, size, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { PANEL } from '../parts/panels.ts';
import { forTiles, openTile } from '../parts/tile.ts';
import { windowCases } from '../cases/window.ts';
import { accumulateRuns, weightRows } from '../parts/window-product.ts';

const parameters = {
  gradient: f32.inOut(weightRows, PANEL),
  x: f32.in('height', 'width', 'channels'),
  /** Eight columns for each output pixel, `dzStride` floats from one pixel to the next. */
  dz: f32.in((s: Sizes) => (s.outHeight * s.outWidth - 1) * s.dzStride + PANEL),
  scratch: f32.scratch(paddedElements),
  ...imageSizes,
  dzStride: size,
  ...windowSizes,
};

export const f32_conv2d_weight_gradient = kernel('f32_conv2d_weight_gradient', parameters, (k, args) => {
  const { gradient, x, dz, scratch, channels, outHeight, outWidth, dzStride } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const { pitch, load } = borderedImage(k, scratch, args, paddedBorder(args));
  const aStep = k.let(strideWidth.mul(channels).shl(2));
  const bStep = k.let(dzStride.shl(2));
  const runs = { count: outHeight, steps: outWidth, skip: k.let(pitch.mul(strideHeight).sub(outWidth.mul(aStep))) };
  const tapRow = k.let(kernelWidth.mul(channels));
  const tap = walk(k, { first: load(x.address), columnStep: k.i32(4), rowStep: pitch }, tapRow);
  forTiles(k, tapRow.mul(kernelHeight), (row, rows) => {
    const target = k.pointer('f32', k.let(gradient.plus(row.mul(PANEL)).address));
    const sums = openTile(k, rows, (r, half) => target.vector(r * PANEL + half * 4));
    const a = Array.from({ length: rows }, tap);
    accumulateRuns(k, sums, { a, aStep, b: k.var(dz.address), bStep }, runs);
    sums.forEach(([low, high], r) => {
      target.vector(r * PANEL).set(low);
      target.vector(r * PANEL + 4).set(high);
    });
  });
});

export const trials = (): Trials => ({
  cases: windowCases.map((sizes, index) => ({ ...sizes, dzStride: [8, 19, 16][index % 3] })),
});

export function reference(args: Referenced<typeof parameters>): void {
  const { gradient, x: image, dz, channels, dzStride } = args;
  const pixel = pixelReader(image, args);
  forPixels({ ...args, batch: 1 }, (_, y, x, index) => {
    forTaps(args, y, x, (inY, inX, tap) => {
      for (let c = 0; c < channels; c++) {
        for (let o = 0; o < PANEL; o++) {
          const product = Math.fround(pixel(0, inY, inX, c) * dz[index * dzStride + o]);
          gradient[(tap * channels + c) * PANEL + o] += product;
        }
      }
    });
  });
}
