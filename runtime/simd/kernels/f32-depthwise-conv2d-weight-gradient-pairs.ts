// f32_depthwise_conv2d_weight_gradient_pairs: f32_depthwise_conv2d_weight_gradient of factors that are int8, summed in
// integers, of whole panels of channels (panels.ts), and the sum of dz, which is the bias's:
//
//   gradient[(ky, kx)][c] += sum over y, x of
//       (x[y strideHeight + ky - padTop, x strideWidth + kx - padLeft, c] - xZero) dz[(y, x)][c]
//   total[c] += sum over y, x of dz[(y, x)][c]
//
// Of `channels` there are in a pixel the first `columns` learn. What is said of sums and scales in
// f32_conv2d_weight_gradient_pairs holds here too.
//
// Four taps of eight channels at a time, two neighbouring windows at a time (parts/integer-sums.ts), whose pixels stand
// widened in scratch (parts/widened-channels.ts).

import { windowCases } from '../cases/window.ts';
import { f32, i16, i8, kernel, size, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { addWindows } from '../parts/integer-sums.ts';
import { FACTOR } from '../parts/integer-tile.ts';
import { PANEL, padded, panelCount, panelIndex } from '../parts/panels.ts';
import { widenedChannels, widenedElements } from '../parts/widened-channels.ts';
import { forPixels, forTaps, integerReader } from '../twins/image.ts';

const parameters = {
  gradient: f32.inOut('kernelHeight', 'kernelWidth', padded('columns')),
  /** The bias's. */
  total: f32.inOut(padded('columns')),
  x: i8.in(({ height, width, channels, columns }: Sizes) => (height * width - 1) * channels + columns),
  xZero: size,
  dz: i8.in('outHeight', 'outWidth', padded('columns')),
  scratch: i16.scratch(widenedElements),
  columns: size,
  ...imageSizes,
  ...windowSizes,
};

const name = 'f32_depthwise_conv2d_weight_gradient_pairs';

export const f32_depthwise_conv2d_weight_gradient_pairs = kernel(name, parameters, (k, args) => {
  const { x, xZero, scratch, columns, kernelHeight, kernelWidth, strideWidth } = args;
  const { pitch, load } = widenedChannels(k, scratch, args, xZero);
  addWindows(k, args, {
    scratch,
    load: (column) => load(x.plus(column), k.let(columns.sub(column))),
    grid: { columnStep: k.i32(PANEL * FACTOR), rowStep: pitch },
    across: kernelWidth,
    rows: k.let(kernelHeight.mul(kernelWidth)),
    step: k.let(strideWidth.mul(PANEL)),
  });
});

export const trials = (): Trials => ({
  cases: windowCases.map((sizes, index) => ({
    ...sizes,
    columns: Math.max(1, sizes.channels - 8 * (index % 2)),
    xZero: -103,
  })),
});

export function reference(args: Referenced<typeof parameters>): void {
  const { gradient, total, dz, columns } = args;
  const taps = args.kernelHeight * args.kernelWidth;
  const width = panelCount(columns) * PANEL;
  const sums = new Float64Array(taps * width);
  const totals = new Float64Array(width);
  const pixel = integerReader(args);
  forPixels({ ...args, batch: 1 }, (_, y, x, index) => {
    for (let c = 0; c < width; c++) totals[c] += dz[index * width + c];
    forTaps(args, y, x, (inY, inX, tap) => {
      for (let c = 0; c < columns; c++) {
        sums[panelIndex(taps, tap, c)] += pixel(0, inY, inX, c) * dz[index * width + c];
      }
    });
  });
  sums.forEach((sum, at) => {
    gradient[at] += Math.fround(sum);
  });
  totals.forEach((sum, at) => {
    total[at] += Math.fround(sum);
  });
}
