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
// Four rows of the weight at a time as there, two neighbouring windows at a time (parts/integer-tile.ts), whose pixels
// are paired in scratch (parts/paired-image.ts).

import { pairOf } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import { filterCases } from '../cases/window.ts';
import { f32, i16, i32, i8, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { imageSizes, walk, windowSizes } from '../parts/image.ts';
import { accumulatePairs, openIntegerTile, type IntegerRow } from '../parts/integer-tile.ts';
import { pairedElements, pairedRowElements, pairImage } from '../parts/paired-image.ts';
import { PANEL, padded, panelCount, panelIndex } from '../parts/panels.ts';
import { forTiles } from '../parts/tile.ts';
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
  const { gradient, total, x, xZero, dz, pairs, row: scratch, columns, channels, outHeight, outWidth } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const pitch = pairImage(k, { pairs, row: scratch }, x, args, xZero);
  const rowStep = k.let(pitch.shl(2));
  const aPitch = k.let(strideWidth.mul(channels).shl(1));
  const bPitch = k.let(columns.add(PANEL - 1).and(-PANEL));
  const skip = k.let(pitch.mul(strideHeight).sub(outWidth.mul(strideWidth).mul(channels)).shl(2));
  const tapRow = k.let(kernelWidth.mul(channels));
  const rows = k.let(tapRow.mul(kernelHeight));
  const add = (to: Pointer<'f32'>, sums: readonly IntegerRow[]): void =>
    sums.forEach((halves, r) =>
      halves.forEach((sum, half) => {
        const place = to.vector(r * PANEL + half * 4);
        place.set(place.add(sum.toFloat()));
      }),
    );
  k.for(0, columns, PANEL, (column) => {
    const right = k.let(dz.plus(column).address);
    const panel = k.let(gradient.plus(rows.mul(column)).address);
    const tap = walk(k, { first: pairs.address, columnStep: k.i32(4), rowStep }, tapRow);
    forTiles(k, rows, (row, count) => {
      const sums = openIntegerTile(k, count);
      const factors = {
        a: Array.from({ length: count }, tap),
        aPitch,
        b: [k.var(right)],
        bPitch,
        element: 'i8',
      } as const;
      k.for(0, outHeight, 1, () => {
        accumulatePairs(k, sums, factors, outWidth);
        for (const address of factors.a) address.set(address.add(skip));
      });
      add(k.pointer('f32', k.let(k.pointer('f32', panel).plus(row.mul(PANEL)).address)), sums);
    });
  });
  pairs.at(0).set(pairOf(k.i32(1)));
  k.for(0, columns, PANEL, (column) => {
    const sums = openIntegerTile(k, 1);
    const b = [k.var(dz.plus(column).address)];
    accumulatePairs(
      k,
      sums,
      { a: [k.var(pairs.address)], aPitch: 0, b, bPitch, element: 'i8' },
      k.let(outHeight.mul(outWidth)),
    );
    add(total.plus(column), sums);
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
