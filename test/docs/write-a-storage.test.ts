// The storage of docs/write-a-storage.md learns, within its limits, and leaks once a step.

import { describe, expect, test } from 'vitest';
import { measureMemory } from '../../cli/measure-memory.ts';
import { leaky } from '../../docs/examples/leaky.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { compileLearner, createLearner, dense, flatten, sequential, sgd, tpsgd, zerothOrder } from '../../src/index.ts';
import { rules } from '../../src/forward-only/index.ts';

const [LIMIT, LEAK] = [0.25, 0.001];
const storage = leaky({ limit: LIMIT, leak: LEAK });
const network = sequential([28, 28, 1], [flatten(), dense(64, { activation: 'tanh' }), dense(10)]);
const { backprop, monoForward, forwardForward, decolle, noprop } = rules;

describe.each(Object.entries({ backprop, tpsgd, monoForward, forwardForward, decolle, noprop }))(
  '%s',
  (_name, rule) => {
    test('learns synthetic handwriting to 75 %, no weight beyond the limit', async () => {
      const { train, test: unseen } = syntheticHandwriting({ train: 2000, test: 300 });
      const learner = await createLearner({ network, rule: rule(), storage });
      await learner.fit(train.inputs, train.labels, { epochs: 4 });
      expect(learner.evaluate(unseen.inputs, unseen.labels).accuracy).toBeGreaterThan(0.75);
      for (const [name, { values }] of Object.entries(learner.weights())) {
        // means of peers are floats in every storage
        if (name.endsWith('weight') && !name.includes('/peers/'))
          expect(Math.max(...values.map(Math.abs)), name).toBeLessThanOrEqual(LIMIT);
      }
    });
  },
);

test('takes the bytes that are planned, those of f32', async () => {
  const options = { network, rule: tpsgd() };
  const { plannedBytes, usedBytes, strayBytes } = await measureMemory({ ...options, storage });
  expect([usedBytes, strayBytes]).toEqual([plannedBytes, 0]);
  expect(plannedBytes).toBe((await createLearner(options)).memory().plannedBytes);
});

test('a step at rate 0 leaks, and only that', async () => {
  const learner = await createLearner({ network, rule: tpsgd({ optimizer: sgd(0) }), storage, batchSize: 1 });
  const before = learner.weights()['dense_1/weight'].values;
  learner.trainOnBatch([new Float32Array(784)], [3]);
  const kept = Math.fround(1 - LEAK);
  expect(learner.weights()['dense_1/weight'].values).toEqual(before.map((value) => Math.fround(value * kept)));
});

test('a rule that moves weights in place refuses it by name', () => {
  expect(() => compileLearner({ network, rule: zerothOrder(), storage })).toThrow(
    "'dense_1/weight' (leaky 0.25 0.001)",
  );
});

test('a checkpoint of another limit is refused', async () => {
  const saved = (await createLearner({ network, rule: tpsgd(), storage })).save();
  const other = await createLearner({ network, rule: tpsgd(), storage: leaky({ limit: 1, leak: LEAK }) });
  expect(() => other.restore(saved)).toThrow('leaky 0.25 0.001');
});
