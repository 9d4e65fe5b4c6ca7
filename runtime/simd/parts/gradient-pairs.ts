// The weight gradient of a product, x^T dz, of factors that are int8: x = xScale (q - xZero) and dz = dzScale q. Tiles
// of four rows by eight columns as in gradient-tiles.ts, summed over the batch in integers, two samples at a time
// (integer-tile.ts), and scaled once.
//
//   gradient[i][o] = (xScale dzScale) sum over b of (x[b][i] - xZero) dz[b][o]
//
// The sums are of 32 bits, which a batch of 66,000 could not overflow.

import type { Emitter } from '../../wasm/emitter.ts';
import { pairOf, pairsAt, subPairs, zipPairs } from '../../wasm/pairs.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, i16, i8, size, type Emitted, type Sizes, type Trials } from '../kernel.ts';
import { factorTrials, forStrips, STRIP, stripWidth, type GradientTile, type TileSums } from './gradient-tiles.ts';
import { accumulatePairs, FACTOR, openIntegerTile } from './integer-tile.ts';
import { padded, PANEL } from './panels.ts';

export const wholeFactors = {
  x: i8.in('batch', 'inputs'),
  xScale: f32,
  xZero: size,
  /** Whole panels of columns, `dzStride` from one sample to the next. */
  dz: i8.in((sizes: Sizes) => (sizes.batch - 1) * sizes.dzStride + padded('columns')(sizes)),
  dzScale: f32,
  /** Columns of x widened together: rows of a tile are neighbours, and two samples of a column a pair. */
  strip: i16.scratch(
    ({ batch }) => batch + (batch & 1),
    ({ inputs }) => Math.min(inputs, STRIP),
  ),
  batch: size,
  inputs: size,
  columns: size,
  dzStride: size,
};

/** What the generic test must know of a kernel with these factors; dz may be a part of wider rows. */
export const wholeFactorTrials = (more: Sizes = {}): Trials => ({
  cases: factorTrials({ xZero: -103, ...more }).cases?.map((sizes, index) => ({
    ...sizes,
    dzStride: sizes.dzStride + PANEL * (index % 2),
  })),
});

/** Hands on the gradients, tile by tile. */
export function forGradientPairs(
  k: Emitter,
  args: Emitted<typeof wholeFactors>,
  spend: (tile: GradientTile) => void,
): void {
  const { dz, strip, batch, inputs, dzStride } = args;
  const factor = k.let(args.xScale.mul(args.dzScale));
  const aPitch = stripWidth(k, inputs);
  const sumsOf: TileSums = (column, row, rows) => {
    const sums = openIntegerTile(k, rows);
    const first = k.let(strip.plus(row.mul(FACTOR)).address);
    const a = Array.from({ length: rows }, (_, r) => k.var(first.add(2 * FACTOR * r)));
    const b = [k.var(dz.plus(column).address)];
    accumulatePairs(k, sums, { a, aPitch, b, bPitch: dzStride, element: 'i8' }, batch);
    const scaled = (sum: I32): F32 => k.let(sum.toFloat().mul(factor));
    return sums.map(([low, high]) => [scaled(low), scaled(high)] as const);
  };
  forStrips(k, args, stripWidener(k, args, aPitch), sumsOf, spend);
}

/** Fills the strip with pairs: of two samples and as many columns of x, less the zero point. */
function stripWidener(
  k: Emitter,
  { x, xZero, strip, batch, inputs }: Emitted<typeof wholeFactors>,
  pitch: I32,
): (block: I32, columns: I32) => void {
  const zeros = k.let(k.i32x4(pairOf(xZero)));
  return (block, columns) => {
    const rows = (sample: I32, count: 1 | 2): void => {
      const from = k.pointer('i8', k.let(x.plus(sample.mul(inputs).add(block)).address));
      const to = k.pointer('i32', k.let(strip.plus(sample.mul(pitch)).address));
      const whole = k.let(columns.and(-PANEL));
      k.for(0, whole, PANEL, (i) => {
        const eight = (s: number): I32 => k.let(subPairs(pairsAt(from.plus(i).plus(inputs.mul(s))), zeros));
        const [first, second] = [eight(0), count === 2 ? eight(1) : k.i32x4(0)];
        to.vector(i).set(zipPairs(first, second, 'low'));
        to.vector(i.add(4)).set(zipPairs(first, second, 'high'));
      });
      k.for(whole, columns, 1, (i) => {
        const pair = k.pointer('i16', k.let(to.plus(i).address));
        pair.at(0).set(from.at(i).sub(xZero));
        if (count === 2) pair.at(1).set(from.at(i.add(inputs)).sub(xZero));
        else pair.at(1).set(0);
      });
    };
    k.for(0, batch.and(-2), 2, (sample) => rows(sample, 2));
    k.if(batch.and(1).ne(0), () => rows(k.let(batch.and(-2)), 1));
  };
}
