// The recurrent network of the first edition: its losses are those of today, once its weights are set. There the two
// matrices of a step belonged to layers called `simpleRecurrent_1/weight`, so their first values were other draws; the
// names of the layers are kept here, as the targets of the local rules are drawn by them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { philox4x32, streamKey } from '../../runtime/simd/parts/philox.ts';
import { distributionReferences } from '../../runtime/simd/twins/distribution.ts';
import { rules } from '../../src/forward-only/index.ts';
import {
  backprop,
  createLearner,
  dense,
  last,
  recurrent,
  type Rule,
  sequential,
  sgd,
  type WeightValues,
} from '../../src/index.ts';
import { batchOf } from '../../src/check/host.ts';
import { CAPACITY, CLASSES, taskOf } from './proof.ts';

const [SEED, BATCH, STEPS, FEATURES] = [1, 6, 6, 5];
type Losses = Readonly<Record<keyof typeof rules, readonly number[]>>;
const golden: Losses = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/first-edition.json'), 'utf8'));

const network = sequential(
  [FEATURES],
  [
    recurrent(dense(8, { activation: 'tanh' }), { name: 'simpleRecurrent_1' }),
    recurrent(dense(7, { activation: 'tanh' }), { name: 'simpleRecurrent_2' }),
    last(),
    dense(4),
  ],
  { steps: STEPS },
);

/** First values of (rows, columns) as every edition draws them: U(-b, b), b = sqrt(3 / rows), column by column. */
function drawn(stream: string, rows: number, columns: number): WeightValues {
  const bound = Math.sqrt(3) / Math.sqrt(rows);
  const value = distributionReferences.uniform({ low: Math.fround(-bound), high: Math.fround(bound) });
  const at = (element: number): number =>
    value(philox4x32([element >>> 2, 0, 0, 0], [SEED, streamKey(stream)]), element);
  const place = (i: number): number => (i % columns) * rows + Math.floor(i / columns);
  return { shape: [rows, columns], values: Float32Array.from({ length: rows * columns }, (_, i) => at(place(i))) };
}

const weights = {
  'simpleRecurrent_1/dense_1/weight': drawn('simpleRecurrent_1/weight', FEATURES + 8, 8),
  'simpleRecurrent_2/dense_1/weight': drawn('simpleRecurrent_2/weight', 8 + 7, 7),
};

async function tenLosses(name: keyof typeof rules, rule: Rule = rules[name]()): Promise<number[]> {
  const learner = await createLearner({
    network,
    rule,
    task: taskOf(name),
    batchSize: BATCH,
    seed: SEED,
    weights,
  });
  expect(learner.weights()['dense_1/weight']).toEqual(drawn('dense_1/weight', 7, CAPACITY));
  return Array.from({ length: 10 }, (_, step) => {
    const { input, label } = batchOf(network, BATCH, step, CLASSES.length);
    return learner.trainOnBatch(input, label).loss;
  });
}

test.each(['tpsgd', 'drtp'] as const)('%s: the same losses, bit for bit', async (rule) => {
  expect(await tenLosses(rule)).toEqual(golden[rule]);
});

test('backprop: the same losses within 1e-5, as sums over time are made in another order', async () => {
  const optimizer = sgd(0.1, { momentum: 0.9, schedule: 'linear' });
  const losses = await tenLosses('backprop', backprop({ optimizer }));
  losses.forEach((loss, step) => expect(Math.abs(loss - golden.backprop[step])).toBeLessThan(1e-5));
});
