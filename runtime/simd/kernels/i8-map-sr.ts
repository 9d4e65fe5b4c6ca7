// i8_map_sr: an elementwise expression over a window of `rows` x `columns`, kept as int8 by its own largest magnitude
// and rounded stochastically: deltas, whose small values must count in the mean.
//
//   scale = max |expression| / 127
//   out[row * outStride + column] = floor(expression(row, column) / scale + u),  kept within -127..127
//   out[row * outStride + column] = 0,                                           columns <= column < padded
//
// u, uniform in [0, 1), is element `column` of the sample samples[row] of the stream at (step, turn). What is 0 stays
// 0. Where a value is not finite the scale is not either, so that no NaN becomes a number unseen.

import { toInt, type I32 } from '../../wasm/values.ts';
import { mapTrials, mapVariants } from '../cases/map.ts';
import { f32, family, i32, i8, kernel, size, type Parameters, type Referenced, type Trials } from '../kernel.ts';
import { thrownSizes } from '../parts/dice.ts';
import { draw } from '../parts/draw.ts';
import { mapSteps, mapText, type MapExpression } from '../parts/map-expression.ts';
import { emitRow, leavesOf, referRow, rowsOf } from '../parts/map-row.ts';
import { emitUniform, philox4x32, streamKey, uniformFromWord } from '../parts/philox.ts';
import { LIMITS } from '../parts/rounding.ts';

const LIMIT = LIMITS.i8;

const window = {
  out: i8.out(rowsOf('outStride', 'padded')),
  scale: f32.out(1),
  samples: i32.in('rows'),
  outStride: size,
  rows: size,
  columns: size,
  padded: size,
  seed: size,
  stream: size,
  step: size,
  turn: size,
};

export const i8_map_sr = family('i8_map_sr', mapText, (expression: MapExpression) => {
  const steps = mapSteps(expression);
  const { out, scale, ...others } = window;
  const parameters: typeof window & Parameters = { out, scale, ...leavesOf(steps), ...others };
  return kernel(`i8_map_sr_${streamKey(mapText(expression)).toString(16)}`, parameters, (k, args) => {
    const { samples, rows, columns, padded, outStride, seed, stream, step, turn } = args;
    const most = k.var(k.f32(0));
    k.for(0, rows, 1, (row) => {
      const value = emitRow(k, steps, args, row);
      most.set(most.max(k.max(columns, (column) => value(column).abs())));
    });
    args.scale.at(0).set(most.div(LIMIT));
    const factor = k.let(most.gt(0).select(k.f32(LIMIT).div(most), 0));
    k.for(0, rows, 1, (row) => {
      const start = k.pointer('i8', k.let(args.out.plus(row.mul(outStride)).address));
      const value = emitRow(k, steps, args, row);
      const drawn = { seed, stream, step, turn, sample: k.let<I32>(samples.at(row)), first: k.i32(0), n: columns };
      draw(
        k,
        drawn,
        (words) => words.map(emitUniform),
        (column, u) => {
          const rounded = k.let(value(column).mul(factor).add(u).floor());
          start.at(column).set(toInt(rounded.pmin(LIMIT).pmax(-LIMIT)));
        },
      );
      k.for(columns, padded, 1, (column) => start.at(column).set(0));
    });
  });
});

export const variants = (): readonly MapExpression[] => mapVariants().filter((_, index) => index % 5 === 0);
export const trials = (expression: MapExpression): Trials => {
  const { cases = [], indices, inPlace: _, ...others } = mapTrials(mapSteps(expression));
  const { first: __, ...drawn } = thrownSizes;
  return { ...others, indices: { ...indices, samples: 5 }, cases: cases.map((sizes) => ({ ...sizes, ...drawn })) };
};

const { fround } = Math;

export const reference =
  (expression: MapExpression) =>
  (args: Referenced<typeof window>): void => {
    const steps = mapSteps(expression);
    const { out, scale, samples, outStride, rows, columns, padded, seed, stream, step, turn } = args;
    let most = 0;
    for (let row = 0; row < rows; row++) {
      const value = referRow(steps, args, row);
      for (let column = 0; column < columns; column++) most = Math.max(most, Math.abs(value(column)));
    }
    scale[0] = most / LIMIT;
    const factor = most > 0 ? fround(LIMIT / most) : 0;
    for (let row = 0; row < rows; row++) {
      const value = referRow(steps, args, row);
      for (let column = 0; column < columns; column++) {
        const u = uniformFromWord(philox4x32([column >>> 2, step, turn, samples[row]], [seed, stream])[column & 3]);
        const rounded = Math.floor(fround(fround(value(column) * factor) + u));
        out[row * outStride + column] = Math.max(-LIMIT, Math.min(LIMIT, rounded));
      }
      for (let column = columns; column < padded; column++) out[row * outStride + column] = 0;
    }
  };
