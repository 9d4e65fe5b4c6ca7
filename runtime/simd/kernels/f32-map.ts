// f32_map: an elementwise expression over a window of `rows` x `columns`, computed in one pass.
//
//   out[row * outStride + column] = expression(row, column),  column < columns
//   out[row * outStride + column] = 0,                        columns <= column < padded
//
// The leaves of the expression are the operands (parts/map-row.ts). `out` may be the memory of a matrix of the same
// stride, as long as `padded` does not reach into its next row.

import { f32, family, kernel, size, type Parameters, type Referenced, type Trials } from '../kernel.ts';
import { mapTrials, mapVariants } from '../cases/map.ts';
import { mapSteps, mapText, type MapExpression } from '../parts/map-expression.ts';
import { emitRow, leavesOf, referRow, rowsOf } from '../parts/map-row.ts';
import { streamKey } from '../parts/philox.ts';

export type { MapExpression } from '../parts/map-expression.ts';

const window = {
  out: f32.out(rowsOf('outStride', 'padded')),
  outStride: size,
  rows: size,
  columns: size,
  padded: size,
};

export const f32_map = family('f32_map', mapText, (expression: MapExpression) => {
  const steps = mapSteps(expression);
  const name = `f32_map_${streamKey(mapText(expression)).toString(16)}`;
  const { out, ...sizes } = window;
  const parameters: typeof window & Parameters = { out, ...leavesOf(steps), ...sizes };
  return kernel(name, parameters, (k, args) => {
    const { rows, columns, padded, outStride } = args;
    k.for(0, rows, 1, (row) => {
      const start = k.pointer('f32', k.let(args.out.plus(row.mul(outStride)).address));
      const value = emitRow(k, steps, args, row);
      k.lanes(columns, (column) => start.at(column).set(value(column)));
      k.for(columns, padded, 1, (column) => start.at(column).set(0));
    });
  });
});

export const variants = (): readonly MapExpression[] => mapVariants();
export const trials = (expression: MapExpression): Trials => mapTrials(mapSteps(expression));

export const reference =
  (expression: MapExpression) =>
  (args: Referenced<typeof window>): void => {
    const steps = mapSteps(expression);
    const { out, outStride, rows, columns, padded } = args;
    for (let row = 0; row < rows; row++) {
      const value = referRow(steps, args, row);
      for (let column = 0; column < columns; column++) out[row * outStride + column] = value(column);
      for (let column = columns; column < padded; column++) out[row * outStride + column] = 0;
    }
  };
