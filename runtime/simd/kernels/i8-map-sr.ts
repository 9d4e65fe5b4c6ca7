// i8_map_sr: an elementwise expression over a window of `rows` x `columns`, kept as int8, symmetric, and rounded
// stochastically: deltas, whose small values must count in the mean.
//
//   out[row * outStride + column] = nearest(expression(row, column) / scale + u),  kept within -127..127
//   out[row * outStride + column] = 0,                                             columns <= column < padded
//
// u, uniform in (-1/2, 1/2), is a die (parts/dice.ts) of the sample samples[row / rowsOfSample], of which the window's
// row begins at element first + (row mod rowsOfSample) * pitch. What is 0 stays 0.

import { narrowPairs, setPairs } from '../../wasm/pairs.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { mapTrials, mapVariants } from '../cases/map.ts';
import {
  f32,
  family,
  i32,
  i8,
  kernel,
  size,
  type Parameters,
  type Referenced,
  type Sizes,
  type Trials,
} from '../kernel.ts';
import { DICE, throwDice, thrown, thrownSizes } from '../parts/dice.ts';
import { mapSteps, mapText, type MapExpression } from '../parts/map-expression.ts';
import { emitRow, leavesOf, referRow, rowsOf } from '../parts/map-row.ts';
import { PANEL } from '../parts/panels.ts';
import { streamKey } from '../parts/philox.ts';
import { LIMITS, nearest } from '../parts/rounding.ts';
import { diceReference } from '../twins/dice.ts';
import { nearestReference } from '../twins/rounding.ts';

const LIMIT = LIMITS.i8 * DICE;
/** A smaller scale is that of nothing: what is divided by it would be no number. */
const LEAST = 2 ** -95;

const window = {
  out: i8.out(rowsOf('outStride', 'padded')),
  scale: f32,
  samples: i32.in(({ rows, rowsOfSample }: Sizes) => rows / rowsOfSample),
  rowsOfSample: size,
  pitch: size,
  outStride: size,
  rows: size,
  columns: size,
  padded: size,
  ...thrown,
};

export const i8_map_sr = family('i8_map_sr', mapText, (expression: MapExpression) => {
  const steps = mapSteps(expression);
  const { out, scale, ...others } = window;
  const parameters: typeof window & Parameters = { out, scale, ...leavesOf(steps), ...others };
  return kernel(`i8_map_sr_${streamKey(mapText(expression)).toString(16)}`, parameters, (k, args) => {
    const { samples, rows, columns, padded, rowsOfSample, pitch, outStride } = args;
    const factor = k.let(args.scale.gt(LEAST).select(k.f32(DICE).div(args.scale), 0));
    const whole = k.let(columns.and(-PANEL));
    const rounded = (value: F32, u: F32): I32 => {
      const move = k.let(value.mul(factor));
      return k.let(nearest(k.let(k.let(k.f32(LIMIT).pmin(move)).pmax(-LIMIT)), u));
    };
    k.for(0, rows, rowsOfSample, (from) => {
      const dice = throwDice(k, args, k.let<I32>(samples.at(from.div(rowsOfSample))));
      k.for(0, rowsOfSample, 1, (inSample) => {
        const row = k.let(from.add(inSample));
        const element = k.let(inSample.mul(pitch));
        const start = k.pointer('i8', k.let(args.out.plus(row.mul(outStride)).address));
        const value = emitRow(k, steps, args, row);
        k.for(0, whole, PANEL, (column) => {
          const [us] = dice.rows(element.add(column), 1);
          const halves = us.map((u, half) => rounded(value({ width: 4, index: column.add(half * 4) }), u));
          setPairs(start.plus(column), narrowPairs(halves[0], halves[1]));
        });
        k.for(whole, columns, 1, (column) => {
          start.at(column).set(rounded(value({ width: 1, index: column }), dice.at(element.add(column))));
        });
        k.for(columns, padded, 1, (column) => start.at(column).set(0));
      });
    });
  });
});

export const variants = (): readonly MapExpression[] => mapVariants().filter((_, index) => index % 5 === 0);
export const trials = (expression: MapExpression): Trials => {
  const { cases = [], indices, inPlace: _, ...others } = mapTrials(mapSteps(expression));
  const ofSamples = (sizes: Sizes, at: number): Sizes => ({
    ...sizes,
    ...thrownSizes,
    rowsOfSample: at % 2 === 0 ? 1 : sizes.rows,
    pitch: 16,
  });
  return { ...others, indices: { ...indices, samples: 5 }, cases: cases.map(ofSamples) };
};

const { fround } = Math;

export const reference =
  (expression: MapExpression) =>
  (args: Referenced<typeof window>): void => {
    const steps = mapSteps(expression);
    const { out, scale, samples, rowsOfSample, pitch, outStride, rows, columns, padded } = args;
    const factor = scale > LEAST ? fround(DICE / scale) : 0;
    for (let row = 0; row < rows; row++) {
      const value = referRow(steps, args, row);
      const dice = diceReference(args, samples[Math.floor(row / rowsOfSample)]);
      for (let column = 0; column < columns; column++) {
        const move = fround(value(column) * factor);
        const within = move < LIMIT ? Math.max(move, -LIMIT) : LIMIT; // what is no number, too
        out[row * outStride + column] = nearestReference(within, dice((row % rowsOfSample) * pitch + column));
      }
      for (let column = columns; column < padded; column++) out[row * outStride + column] = 0;
    }
  };
