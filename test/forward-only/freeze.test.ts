// Freezing goes by a layer's type or its whole name, never by how a name is spelled.

import { expect, test } from 'vitest';
import { conv2d, createLearner, dense, flatten, sequential, tpsgd, type NetworkSpec } from '../../src/index.ts';

/** Which weights one step changes. */
async function changed(network: NetworkSpec, freeze: readonly string[]): Promise<string[]> {
  const learner = await createLearner({ network, rule: tpsgd({ freeze }), batchSize: 1 });
  const before = learner.weights();
  learner.trainOnBatch([Array.from({ length: 36 }, (_, pixel) => pixel % 5)], [1]);
  const after = learner.weights();
  return Object.keys(after).filter(
    (name) => name.endsWith('/weight') && after[name].values.join() !== before[name].values.join(),
  );
}

const network = sequential(
  [6, 6, 1],
  [
    conv2d(4, 3, { name: 'stem', activation: 'tanh' }),
    conv2d(4, 3, { name: 'dense_9', activation: 'tanh' }),
    flatten(),
    dense(6, { activation: 'tanh' }),
    dense(3),
  ],
);

test('by type, whatever the layers are called', async () => {
  expect(await changed(network, ['conv2d'])).toEqual(['dense_1/weight', 'dense_2/weight']);
  expect(await changed(network, ['dense'])).toEqual(['stem/weight', 'dense_9/weight', 'dense_2/weight']);
});

test('by name', async () => {
  expect(await changed(network, ['dense_9'])).toEqual(['stem/weight', 'dense_1/weight', 'dense_2/weight']);
});
