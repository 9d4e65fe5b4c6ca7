// Evaluation against sums written out here, for every loss.

import { describe, expect, test } from 'vitest';
import { argmax, startTally } from '../../src/learner/evaluate.ts';
import { backprop, dense, sequential, sgd, type LossName } from '../../src/index.ts';
import { FEATURES, names, small, smallData } from './small.ts';

const { x, y } = smallData(50);

const lossOf: Record<LossName, (outputs: number[], label: number) => number> = {
  crossEntropy: (p, label) => -Math.log(p[label]),
  binaryCrossEntropy: (p, label) => -p.reduce((sum, q, i) => sum + Math.log(i === label ? q : 1 - q), 0),
  squaredError: (o, label) => o.reduce((sum, q, i) => sum + (q - (i === label ? 1 : 0)) ** 2 / 2, 0),
};

describe.each(Object.keys(lossOf) as LossName[])('%s', (loss) => {
  test('accuracy, loss within 1e-6 and confusion', async () => {
    const learner = await small({ rule: backprop({ optimizer: sgd(0.1), loss }), batchSize: 7 });
    await learner.fit(x, y, { epochs: 2 });
    const outputs = learner.predict(x);
    const confusion = names.map(() => names.map(() => 0));
    let sum = 0;
    y.forEach((label, row) => {
      const of = Array.from(outputs.subarray(row * 3, row * 3 + 3));
      confusion[label][of.indexOf(Math.max(...of))]++;
      sum += lossOf[loss](of, label);
    });
    const evaluation = learner.evaluate(x, y);
    expect(evaluation.confusion).toEqual(confusion);
    expect(evaluation.accuracy).toBe((confusion[0][0] + confusion[1][1] + confusion[2][2]) / 50);
    expect(evaluation.loss).toBeCloseTo(sum / 50, 6);
    expect(evaluation.count).toBe(50);
  });

  test('is the loss that a training step reports, within 1e-5', async () => {
    const network = sequential([FEATURES], [dense(9, { activation: 'tanh' }), dense(3)]);
    const learner = await small({ network, rule: backprop({ optimizer: sgd(0.1), loss }), batchSize: 50 });
    const { loss: evaluated } = learner.evaluate(x, y);
    expect(Math.abs(learner.trainOnBatch(x, y).loss - evaluated)).toBeLessThan(1e-5);
  });
});

test('the logarithm is right to 1e-14, and ends at 1e-30', () => {
  const surprise = (p: number): number => {
    const tally = startTally('crossEntropy', 1);
    tally.add(Float64Array.of(p) as unknown as Float32Array, 0);
    return tally.result.loss;
  };
  for (let p = 1; p > 1e-30; p *= 0.913) {
    expect(Math.abs(surprise(p) + Math.log(p))).toBeLessThan(1e-14 * (1 - Math.log(p)));
  }
  expect([surprise(1), surprise(0)]).toEqual([0, surprise(1e-30)]);
});

test('of equal outputs the first counts', () => {
  expect(argmax([9, 1, 3, 3], 1, 3)).toBe(1);
});
