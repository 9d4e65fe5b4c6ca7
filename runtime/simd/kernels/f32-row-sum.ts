// f32_row_sum: out[row] = the sum over the columns of an elementwise expression, computed as it is read: a norm, a dot
// product of two rows, a goodness. The leaves of the expression are the operands (parts/map-row.ts).

import { f32, family, kernel, size, type Parameters, type Referenced, type Trials } from '../kernel.ts';
import { mapTrials, mapVariants } from '../cases/map.ts';
import { mapSteps, mapText, type MapExpression } from '../parts/map-expression.ts';
import { emitRow, leavesOf, referRow } from '../parts/map-row.ts';
import { streamKey } from '../parts/philox.ts';
import { sumReference } from '../twins/sum.ts';

const window = { out: f32.out('rows'), rows: size, columns: size };

export const f32_row_sum = family('f32_row_sum', mapText, (expression: MapExpression) => {
  const steps = mapSteps(expression);
  const name = `f32_row_sum_${streamKey(mapText(expression)).toString(16)}`;
  const { out, ...sizes } = window;
  const parameters: typeof window & Parameters = { out, ...leavesOf(steps), ...sizes };
  return kernel(name, parameters, (k, args) => {
    k.for(0, args.rows, 1, (row) => args.out.at(row).set(k.sum(args.columns, emitRow(k, steps, args, row))));
  });
});

/** The map's test covers every leaf and operation; here the sum itself. */
export const variants = (): readonly MapExpression[] => mapVariants().slice(-3);
export const trials = (expression: MapExpression): Trials => ({ ...mapTrials(mapSteps(expression)), inPlace: [] });

export const reference =
  (expression: MapExpression) =>
  (args: Referenced<typeof window>): void => {
    const steps = mapSteps(expression);
    for (let row = 0; row < args.rows; row++) args.out[row] = sumReference(args.columns, referRow(steps, args, row));
  };
