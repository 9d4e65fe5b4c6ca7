// Weights out of one learner and into another, under another rule: by name, as products see them.

import { describe, expect, test } from 'vitest';
import { createLearner, InputError } from '../../src/index.ts';
import { names, plainNetwork, rules, small, smallData } from './small.ts';

const { x, y } = smallData(40);
const pairs = Object.keys(rules).flatMap((from) => Object.keys(rules).map((to) => ({ from, to })));

/** Learned a little. */
async function taught(rule: string) {
  const learner = await small({ rule: rules[rule](), network: plainNetwork() });
  await learner.fit(x, y, { epochs: 3 });
  return learner;
}

describe.each(pairs)('from $from to $to', ({ from, to }) => {
  test('the answers go over, and learning goes on', async () => {
    const learner = await taught(from);
    const weights = learner.weights();
    const created = await small({ rule: rules[to](), network: plainNetwork(), seed: 7, weights });
    const set = await small({ rule: rules[to](), network: plainNetwork(), seed: 7 });
    expect(set.weightHash()).not.toBe(learner.weightHash());
    set.setWeights(weights);
    for (const each of [created, set]) {
      expect(each.weightHash()).toBe(learner.weightHash());
      expect(each.evaluate(x, y).confusion).toEqual(learner.evaluate(x, y).confusion);
    }
    const before = created.evaluate(x, y).loss;
    await created.fit(x, y, { epochs: 10 });
    expect(created.evaluate(x, y).loss).toBeLessThan(before);
    expect(learner.weights()).toEqual(weights);
  });
});

test('weights that are not given have their first values', async () => {
  const { 'dense_1/weight': given } = (await taught('drtp, adam')).weights();
  const fresh = await small({ network: plainNetwork() });
  const learner = await small({ network: plainNetwork(), weights: { 'dense_1/weight': given } });
  const weights = learner.weights();
  expect(weights['dense_1/weight']).toEqual(given);
  for (const name of ['dense_1/bias', 'dense_2/weight', 'dense_2/bias']) {
    expect(weights[name], name).toEqual(fresh.weights()[name]);
  }
});

test('what is set is what is learned from: one step is that of the learner it came from', async () => {
  const rule = () => rules['backprop, sgd']();
  const learner = await small({ rule: rule(), network: plainNetwork() });
  await learner.fit(x, y);
  const other = await small({ rule: rule(), network: plainNetwork(), weights: learner.weights() });
  for (const each of [learner, other]) each.trainOnBatch(x.subarray(0, 48), y.subarray(0, 8));
  expect(other.weightHash()).toBe(learner.weightHash());
});

test('another capacity for classes is another shape, and refused by name before anything is set', async () => {
  const weights = (await taught('tpsgd, greedy')).weights();
  const roomy = await small({ network: plainNetwork(), classes: { names, capacity: 9 } });
  const before = roomy.weightHash();
  expect(() => roomy.setWeights(weights)).toThrow(InputError);
  expect(() => roomy.setWeights(weights)).toThrow("the weight 'dense_2/weight' came as [12, 5], wanted [12, 9]");
  expect(roomy.weightHash()).toBe(before);
  const create = createLearner({ network: plainNetwork(), rule: rules['backprop, sgd'](), weights });
  await expect(create).rejects.toThrow('came as [12, 5], wanted [12, 3]');
});

test('a restored checkpoint counts for more than weights that are given', async () => {
  const learner = await taught('tpsgd, greedy');
  const rule = rules['tpsgd, greedy']();
  const { 'dense_1/bias': bias } = (await small({ network: plainNetwork(), rule })).weights();
  const loaded = await small({
    network: plainNetwork(),
    rule,
    weights: { 'dense_1/bias': bias },
    restore: learner.save(),
  });
  expect(loaded.weightHash()).toBe(learner.weightHash());
});
