// i8_map_scale: the scale by which an elementwise expression is kept as int8, symmetric, by its own largest magnitude,
// or the one that stood there where that is larger, so that windows of an expression may follow one another:
//
//   scale = max(scale, max |expression| / 127)
//
// Where a value is not finite the scale is not either, so that no NaN becomes a number unseen.

import { maxWords } from '../../wasm/pairs.ts';
import type { Lanes } from '../../wasm/pointer.ts';
import { mapTrials, mapVariants } from '../cases/map.ts';
import { f32, family, kernel, size, type Parameters, type Referenced, type Trials } from '../kernel.ts';
import { mapSteps, mapText, type MapExpression } from '../parts/map-expression.ts';
import { emitRow, leavesOf, referRow } from '../parts/map-row.ts';
import { streamKey } from '../parts/philox.ts';
import { LIMITS } from '../parts/rounding.ts';

/** The bits of a float but its sign. */
const MAGNITUDE = 0x7fffffff;

const window = { scale: f32.inOut(1), rows: size, columns: size };

export const i8_map_scale = family('i8_map_scale', mapText, (expression: MapExpression) => {
  const steps = mapSteps(expression);
  const { scale, ...sizes } = window;
  const parameters: typeof window & Parameters = { scale, ...leavesOf(steps), ...sizes };
  return kernel(`i8_map_scale_${streamKey(mapText(expression)).toString(16)}`, parameters, (k, args) => {
    const { rows, columns } = args;
    // magnitudes have the order of their bits, and what is no number is above all
    const most = k.var(k.i32x4(0));
    const largest = k.var(k.i32(0));
    k.for(0, rows, 1, (row) => {
      const value = emitRow(k, steps, args, row);
      k.lanes(columns, (column: Lanes) => {
        const bits = k.let(value(column).bits().and(MAGNITUDE));
        if (column.width === 4) most.set(maxWords(bits, most));
        else largest.set(bits.gt(largest).selectInt(bits, largest));
      });
    });
    for (const lane of [0, 1, 2, 3]) {
      const bits = k.let(most.lane(lane));
      largest.set(bits.gt(largest).selectInt(bits, largest));
    }
    const seen = k.let(largest.asFloat().div(LIMITS.i8));
    args.scale.at(0).set(args.scale.at(0).max(seen));
  });
});

export const variants = (): readonly MapExpression[] => mapVariants().filter((_, index) => index % 5 === 0);
export const trials = (expression: MapExpression): Trials => ({ ...mapTrials(mapSteps(expression)), inPlace: [] });

export const reference =
  (expression: MapExpression) =>
  (args: Referenced<typeof window>): void => {
    const steps = mapSteps(expression);
    const { scale, rows, columns } = args;
    let most = 0;
    for (let row = 0; row < rows; row++) {
      const value = referRow(steps, args, row);
      for (let column = 0; column < columns; column++) most = Math.max(most, Math.abs(value(column)));
    }
    scale[0] = Math.max(scale[0], Math.fround(most / LIMITS.i8));
  };
