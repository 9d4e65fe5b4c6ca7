// f32_conv2d_weight_gradient_pairs: f32_conv2d_weight_gradient of factors that are int8, summed in integers, of whole
// panels of filters (panels.ts), and the sum of dz, which is the bias's:
//
//   gradient[(ky, kx, ci)][o] += sum over y, x of
//       (x[y strideHeight + ky - padTop, x strideWidth + kx - padLeft, ci] - xZero) dz[(y, x)][o]
//   total[o] += sum over y, x of dz[(y, x)][o]
//
// Both are still to be multiplied by the scales. The sums are of 32 bits, which 66,000 positions could not overflow;
// added to floats, they are exact up to 2^24, so that they do not depend on how an image is cut.
//
// Tiles as there, of two neighbouring windows at a time (parts/integer-sums.ts), whose pixels are paired in scratch
// (parts/paired-image.ts).

import { filterCases } from '../cases/window.ts';
import { f32, i16, i32, i8, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { addWindows } from '../parts/integer-sums.ts';
import { pairedElements, pairedRowElements, pairImage } from '../parts/paired-image.ts';
import { PANEL, padded, panelCount, panelIndex } from '../parts/panels.ts';
import { weightRows } from '../parts/window-product.ts';
import { forPixels, forTaps, integerReader } from '../twins/image.ts';

const parameters = {
  gradient: f32.inOut(weightRows, padded('columns')),
  /** The bias's. */
  total: f32.inOut(padded('columns')),
  x: i8.in('height', 'width', 'channels'),
  xZero: size,
  dz: i8.in('outHeight', 'outWidth', padded('columns')),
  pairs: i32.scratch(pairedElements),
  row: i16.scratch(pairedRowElements),
  columns: size,
  ...imageSizes,
  ...windowSizes,
};

export const f32_conv2d_weight_gradient_pairs = kernel('f32_conv2d_weight_gradient_pairs', parameters, (k, args) => {
  const { x, xZero, pairs, row, channels, kernelHeight, kernelWidth, strideWidth } = args;
  const pitch = pairImage(k, { pairs, row }, x, args, xZero);
  const across = k.let(kernelWidth.mul(channels));
  addWindows(k, args, {
    scratch: pairs,
    grid: { columnStep: k.i32(4), rowStep: k.let(pitch.shl(2)) },
    across,
    rows: k.let(across.mul(kernelHeight)),
    step: k.let(strideWidth.mul(channels).shl(1)),
  });
});

export const trials = (): Trials => ({
  cases: filterCases.map(({ filters, ...sizes }) => ({ ...sizes, columns: filters, xZero: -103 })),
});

export function reference(args: Referenced<typeof parameters>): void {
  const { gradient, total, dz, channels, columns } = args;
  const rows = args.kernelHeight * args.kernelWidth * channels;
  const width = panelCount(columns) * PANEL;
  const sums = new Float64Array(rows * width);
  const totals = new Float64Array(width);
  const pixel = integerReader(args);
  forPixels({ ...args, batch: 1 }, (_, y, x, index) => {
    for (let o = 0; o < width; o++) {
      const delta = dz[index * width + o];
      forTaps(args, y, x, (inY, inX, tap) => {
        for (let c = 0; c < channels; c++)
          sums[panelIndex(rows, tap * channels + c, o)] += pixel(0, inY, inX, c) * delta;
      });
      totals[o] += delta;
    }
  });
  sums.forEach((sum, at) => {
    gradient[at] += Math.fround(sum);
  });
  totals.forEach((sum, at) => {
    total[at] += Math.fround(sum);
  });
}
