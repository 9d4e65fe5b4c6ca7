// A read-out that is told its own optimiser, of every rule that has one: it alone learns by that.

import { expect, test } from 'vitest';
import { batchOf } from '../../src/check/host.ts';
import {
  contrastiveForward,
  createLearner,
  dense,
  forwardForward,
  sequential,
  sgd,
  type Rule,
} from '../../src/index.ts';

const network = sequential([7], [dense(9, { activation: 'relu' }), dense(8, { activation: 'relu' }), dense(3)]);
const { input, label } = batchOf(network, 6, 0, 3);
const still = sgd(0);
const optimizer = sgd(0.1);

/** The weights that a step changes, but what the rule keeps of peers. */
async function learned(rule: Rule): Promise<string[]> {
  const learner = await createLearner({ network, rule, seed: 2 });
  const before = learner.weights();
  learner.trainOnBatch(input, [...label]);
  const changed = Object.entries(learner.weights()).filter(([name, { values }]) =>
    values.some((value, at) => value !== before[name].values[at]),
  );
  return changed.flatMap(([name]) => (/^dense_\d\/(weight|readout)/.test(name) ? [name] : []));
}

const hidden = ['dense_1/weight', 'dense_2/weight'];

test.each([
  ['forwardForward', forwardForward, ['dense_3/weight']],
  ['contrastiveForward', contrastiveForward, ['dense_3/weight', 'dense_1/readout/weight']],
] as const)('%s', async (_, make, readOut) => {
  expect(await learned(make({ optimizer }))).toEqual([...hidden, ...readOut]);
  expect(await learned(make({ optimizer, readOutOptimizer: still }))).toEqual(hidden);
  expect(await learned(make({ optimizer: still, readOutOptimizer: optimizer }))).toEqual(readOut);
});
