// Devices that lose their state with time: how much they lose, that layers that do not learn and Tiki-Taka's fast array
// lose it too, and that what every storage owes is owed then.

import { describe, expect, test } from 'vitest';
import {
  backprop,
  dense,
  sequential,
  sgd,
  synapse,
  tikiTaka,
  type LocalLearner,
  type Profile,
  type Retention,
} from '../../src/index.ts';
import { subjectOf } from '../../src/check/check.ts';
import { checks } from '../../src/check/checks/index.ts';
import { opened } from '../learner/opened.ts';
import { FEATURES, small, smallData, smallOptions } from '../learner/small.ts';

const { x, y } = smallData(40);
const rule = backprop({ optimizer: sgd(0.2) });
const steps: Profile = {
  name: 'steps',
  title: 'a linear device',
  source: 'this test',
  model: 'constantStep',
  constants: { step: 0.01 },
};
const halved: Retention = { kind: 'power', seconds: 10, exponent: 1, towards: 0.5 };
const train = (learner: LocalLearner, count: number): void => {
  for (let step = 0; step < count; step++) learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
};

test.each(['exponential', 'power'] as const)('time takes states away: %s', async (kind) => {
  const retention = { kind, seconds: 10, exponent: 1, towards: 0.5 };
  const network = sequential([FEATURES], [dense(3, { bias: false })]);
  const options = { network, rule: backprop({ optimizer: sgd(1e-9) }) };
  const storage = synapse({ ...steps, retention }, { secondsPerStep: 1 });
  const learner = await small({ ...options, storage });
  const [before, held] = [learner.weights(), await small({ ...options, storage: synapse(steps) })];
  for (const each of [learner, held]) {
    for (let step = 0; step < 10; step++) each.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
  }
  const { values } = before['dense_1/weight'];
  const share = kind === 'exponential' ? Math.exp(-1) : 1 / 2;
  const reach = Math.max(...values.map(Math.abs));
  learner.weights()['dense_1/weight'].values.forEach((value, at) => {
    expect(Math.abs(value - share * values[at])).toBeLessThan(0.001 * reach);
  });
  expect(held.weights()).toEqual(before);
});

test.each([
  ['synapse', synapse],
  ['tikiTaka', tikiTaka],
] as const)('time takes the states of layers away that do not learn: %s', async (_name, storageOf) => {
  const network = sequential(
    [FEATURES],
    [dense(4, { trained: false, name: 'held' }), dense(4, { name: 'frozen' }), dense(3, { name: 'learns' })],
  );
  const storage = storageOf({ ...steps, retention: halved }, { secondsPerStep: 1 });
  const options = smallOptions({ rule, network, storage, trainable: { learns: true } });
  const learner = await small(options);
  const before = learner.weights();
  train(learner, 10);
  const restored = await small({ ...options, restore: learner.save() });
  expect(restored.weightHash()).toBe(learner.weightHash());
  for (const name of ['held/weight', 'frozen/weight']) {
    const reach = Math.max(...before[name].values.map(Math.abs));
    learner.weights()[name].values.forEach((value, at) => {
      expect(Math.abs(value - before[name].values[at] / 2)).toBeLessThan(0.001 * reach);
    });
  }
});

test("time takes the states of Tiki-Taka's fast array away", async () => {
  const storage = tikiTaka({ ...steps, retention: halved }, { secondsPerStep: 1, every: 1000 });
  const [held, drifting] = await Promise.all(
    [tikiTaka(steps, { every: 1000 }), storage].map((each) => opened(smallOptions({ rule, storage: each }))),
  );
  const sizeOf = ({ trainer, learner }: typeof held): number => {
    train(learner, 1);
    const fast = learner.compiled.buffers.find(({ name }) => name === 'dense_1/weight/fast')!;
    return trainer.engine.decode(fast).reduce((sum, value) => sum + Math.abs(value), 0);
  };
  // both learned the same in their first step, and a state of one second has lost one part in eleven
  expect(sizeOf(drifting) / sizeOf(held)).toBeCloseTo(10 / 11, 2);
});

describe.each([
  ['synapse', synapse],
  ['tikiTaka', tikiTaka],
] as const)('what every storage owes is owed while time goes on: %s', (_name, storageOf) => {
  const network = sequential([FEATURES], [dense(5, { trained: false }), dense(4, { activation: 'tanh' }), dense(3)]);
  const storage = storageOf({ ...steps, retention: halved }, { secondsPerStep: 1 });
  const subject = subjectOf({ network, rule, storage });

  test.each(checks)('$name', async ({ run }) => {
    expect(await run(subject)).toEqual([]);
  });
});
