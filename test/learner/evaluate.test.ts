// Evaluation against sums written out here, for every loss of classes.

import { describe, expect, test } from 'vitest';
import { backprop, binaryCrossEntropy, classification, crossEntropy, dense, sequential, sgd } from '../../src/index.ts';
import { squaredError, type Loss } from '../../src/index.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { FEATURES, names, small, smallData } from './small.ts';

const { x, y } = smallData(50);

const cases: readonly { loss: Loss; lossOf(outputs: number[], label: number): number }[] = [
  { loss: crossEntropy, lossOf: (p, label) => -Math.log(p[label]) },
  {
    loss: binaryCrossEntropy,
    lossOf: (p, label) => -p.reduce((sum, q, i) => sum + Math.log(i === label ? q : 1 - q), 0),
  },
  {
    loss: squaredError,
    lossOf: (o, label) => o.reduce((sum, q, i) => sum + (q - (i === label ? 1 : 0)) ** 2 / 2, 0),
  },
];
const judged = (loss: Loss) => ({ classes: undefined, task: classification({ names, loss }) });

describe.each(cases)('$loss.name', ({ loss, lossOf }) => {
  test('accuracy, loss within 1e-6, confusion, precision and recall', async () => {
    const learner = await small({ ...judged(loss), rule: backprop({ optimizer: sgd(0.1) }), batchSize: 7 });
    await learner.fit(x, y, { epochs: 2 });
    const outputs = learner.predict(x);
    const confusion = names.map(() => names.map(() => 0));
    let sum = 0;
    y.forEach((label, row) => {
      const of = Array.from(outputs.subarray(row * 3, row * 3 + 3));
      confusion[label][of.indexOf(Math.max(...of))]++;
      sum += lossOf(of, label);
    });
    const evaluation = learner.evaluate(x, y);
    expect(evaluation.confusion).toEqual(confusion);
    expect(evaluation.accuracy).toBe((confusion[0][0] + confusion[1][1] + confusion[2][2]) / 50);
    expect(evaluation.loss).toBeCloseTo(sum / 50, 6);
    expect(evaluation.count).toBe(50);
    names.forEach((_, at) => {
      const [row, column] = [confusion[at], confusion.map((labels) => labels[at])];
      const total = (counts: number[]): number => counts.reduce((all, count) => all + count, 0);
      expect(evaluation.recall[at]).toBe(confusion[at][at] / total(row));
      expect(evaluation.precision[at]).toBe(total(column) === 0 ? 0 : confusion[at][at] / total(column));
    });
  });

  test('is the loss that a training step reports, bit for bit', async () => {
    const network = sequential([FEATURES], [dense(9, { activation: 'tanh' }), dense(3)]);
    const learner = await small({ ...judged(loss), network, rule: backprop({ optimizer: sgd(0.1) }), batchSize: 50 });
    const { loss: evaluated } = learner.evaluate(x, y);
    expect(learner.trainOnBatch(x, y).loss).toBe(evaluated);
  });
});

test('of equal outputs the first counts', () => {
  expect(argmax([9, 1, 3, 3], 1, 3)).toBe(1);
});
