// f32_binary_cross_entropy: every column its own yes-or-no question, t = 1 in the column of the label and 0 elsewhere;
// from logits z (rows, columns)
//   probabilities = 1 / (1 + e^-z),  loss[r] = sum_c max(z, 0) - z t + log(1 + e^-|z|)
// The loss is in nats, in the form that neither overflows nor cancels. Its derivative by z is probabilities - t.
// A row with a label beyond its columns is all zeros.

import { f32, i32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { exp, log1p, sigmoidFrom } from '../parts/math.ts';
import * as plain from '../twins/math.ts';
import { sumReference } from '../twins/sum.ts';

const parameters = {
  probabilities: f32.out('rows', 'columns'),
  loss: f32.out('rows'),
  logits: f32.in('rows', 'columns'),
  labels: i32.in('rows'),
  rows: size,
  columns: size,
};

export const f32_binary_cross_entropy = kernel('f32_binary_cross_entropy', parameters, (k, args) => {
  const { probabilities, loss, logits, labels, rows, columns } = args;
  k.for(0, rows, 1, (row) => {
    const start = k.let(row.mul(columns));
    const label = k.let(labels.at(row));
    loss.at(row).set(
      k.sum(columns, (column) => {
        const z = k.let(logits.plus(start).at(column));
        const power = k.let(exp(k, z.abs().neg()));
        probabilities
          .plus(start)
          .at(column)
          .set(sigmoidFrom(k, z, power));
        const hot = k.numbers(column).eq(label);
        return z.pmax(0).sub(hot.select(z, 0)).add(log1p(k, power));
      }),
    );
  });
});

export const trials = (): Trials => ({ inPlace: [['probabilities', 'logits']], indices: { labels: 'columns' } });

export const reference = (args: Referenced<typeof parameters>): void => {
  const { probabilities, loss, logits, labels, rows, columns } = args;
  for (let row = 0; row < rows; row++) {
    loss[row] = sumReference(columns, (column) => {
      const z = logits[row * columns + column];
      const power = plain.exp(-Math.abs(z));
      probabilities[row * columns + column] = plain.sigmoidFrom(z, power);
      const linear = Math.fround((z < 0 ? 0 : z) - (column === labels[row] ? z : 0));
      return Math.fround(linear + plain.log1p(power));
    });
  }
};
