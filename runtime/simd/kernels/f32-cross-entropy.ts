// f32_cross_entropy: from logits z (rows, columns) and a label for each row,
//   probabilities[r] = softmax z[r],  loss[r] = log sum_c e^z[r][c] - z[r][labels[r]]
// The loss is in nats. Its derivative by z is probabilities - one-hot label. Labels must be below `columns`.

import { f32, i32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { softmaxRow, softmaxRowReference } from './f32-softmax.ts';
import { log } from '../parts/math.ts';
import { log as logReference } from '../twins/math.ts';

const parameters = {
  probabilities: f32.out('rows', 'columns'),
  loss: f32.out('rows'),
  logits: f32.in('rows', 'columns'),
  labels: i32.in('rows'),
  rows: size,
  columns: size,
};

export const f32_cross_entropy = kernel('f32_cross_entropy', parameters, (k, args) => {
  const { probabilities, loss, logits, labels, rows, columns } = args;
  k.for(0, rows, 1, (row) => {
    const start = k.let(row.mul(columns));
    const chosen = k.let(logits.at(start.add(labels.at(row))));
    const { sum, greatest } = softmaxRow(k, probabilities.plus(start), logits.plus(start), columns);
    loss.at(row).set(log(k, sum).add(greatest.sub(chosen)));
  });
});

export const trials = (): Trials => ({ inPlace: [['probabilities', 'logits']], indices: { labels: 'columns' } });

export const reference = (args: Referenced<typeof parameters>): void => {
  const { probabilities, loss, logits, labels, rows, columns } = args;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const z = logits.subarray(start, start + columns);
    const chosen = z[labels[row]];
    const { sum, greatest } = softmaxRowReference(probabilities.subarray(start), z);
    loss[row] = Math.fround(logReference(sum) + Math.fround(greatest - chosen));
  }
};
