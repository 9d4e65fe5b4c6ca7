// f32_squared_error: loss[r] = 1/2 sum_c (output[r][c] - t)^2, t = 1 in the column of the label and 0 elsewhere.
// The derivative by the output is output - t, as for the other losses, which here needs nothing more than the output.
// A row with a label beyond its columns is all zeros.

import { f32, i32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { sumReference } from '../twins/sum.ts';

const parameters = {
  loss: f32.out('rows'),
  output: f32.in('rows', 'columns'),
  labels: i32.in('rows'),
  rows: size,
  columns: size,
};

export const f32_squared_error = kernel('f32_squared_error', parameters, (k, args) => {
  const { loss, output, labels, rows, columns } = args;
  k.for(0, rows, 1, (row) => {
    const start = k.let(row.mul(columns));
    const label = k.let(labels.at(row));
    const total = k.sum(columns, (column) => {
      const difference = k.let(output.plus(start).at(column).sub(k.numbers(column).eq(label).select(1, 0)));
      return difference.mul(difference);
    });
    loss.at(row).set(total.mul(0.5));
  });
});

export const trials = (): Trials => ({ indices: { labels: 'columns' } });

export const reference = ({ loss, output, labels, rows, columns }: Referenced<typeof parameters>): void => {
  for (let row = 0; row < rows; row++) {
    const total = sumReference(columns, (column) => {
      const difference = Math.fround(output[row * columns + column] - (column === labels[row] ? 1 : 0));
      return Math.fround(difference * difference);
    });
    loss[row] = Math.fround(total * 0.5);
  }
};
