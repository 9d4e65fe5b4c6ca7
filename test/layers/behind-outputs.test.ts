// What stands behind the layer that gives the outputs keeps as much from step to step as there are classes.

import { expect, test } from 'vitest';
import {
  backprop,
  createLearner,
  dense,
  last,
  lif,
  mean,
  sequential,
  sgd,
  classification,
  squaredError,
} from '../../src/index.ts';

const [SAMPLES, STEPS, FEATURES] = [5, 6, 4];
const input = Float32Array.from({ length: SAMPLES * STEPS * FEATURES }, (_, index) => 3 * Math.sin(index) ** 2);

test.each([
  ['lif, mean', [lif(), mean()]],
  ['lif, last', [lif(), last()]],
  ['mean', [mean()]],
  ['lif at every step', [lif()]],
])('%s: learns, and one more class changes no answer of the others', async (_, behind) => {
  const learner = await createLearner({
    network: sequential([FEATURES], [dense(8), lif(), dense(3), ...behind], { steps: STEPS }),
    rule: backprop({ optimizer: sgd(0.5) }),
    task: classification({ names: ['a', 'b', 'c'], capacity: 5, loss: squaredError }),
    batchSize: SAMPLES,
  });
  const before = learner.weights();
  const { loss } = learner.trainOnBatch(input, [0, 1, 2, 0, 1]);
  expect(loss).toBeGreaterThan(0);
  for (const [name, { values }] of Object.entries(learner.weights()))
    expect(values, name).not.toEqual(before[name].values);
  const three = learner.predict(input);
  learner.addClass('d');
  expect(learner.predict(input).filter((__, index) => index % 4 < 3)).toEqual(three);
});
