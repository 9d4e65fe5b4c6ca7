// A layer of low rank beside one that stays: what it computes, what it learns, and what it merges into.

import { describe, expect, test } from 'vitest';
import {
  adam,
  backprop,
  converters,
  createLearner,
  dense,
  int8,
  type LayerSpec,
  lif,
  lora,
  mergeLora,
  profiles,
  type Rule,
  sequential,
  sgd,
  type Storage,
  squaredError,
  synapse,
  regression,
  tpsgd,
} from '../../src/index.ts';
import { rules } from '../../src/forward-only/index.ts';
import { randoms } from './alone.ts';

const [INPUTS, HIDDEN] = [7, 12];
const networkOf = (hidden: LayerSpec) => sequential([INPUTS], [hidden, dense(3, { name: 'head' })]);
const plain = networkOf(dense(HIDDEN, { name: 'hidden', activation: 'tanh' }));
const low = (rank: number) => networkOf(lora(HIDDEN, { name: 'hidden', activation: 'tanh', rank }));
const x = randoms(8 * INPUTS, 'samples');
const y = Int32Array.from({ length: 8 }, (_, at) => at % 3);
const made = (network: typeof plain, rule: Rule, storage?: Storage) =>
  createLearner({ network, rule, storage, batchSize: 8, standardize: false });

describe.each([
  ['f32', undefined, 1e-5],
  ['int8', int8(), 0.02],
] as const)('%s', (_, storage, tolerance) => {
  test('begins as the layer it was made of, learns beside it, and merges into it', async () => {
    const rule = backprop({ optimizer: adam(0.02) });
    const base = await made(plain, rule, storage);
    await base.fit(x, y, { epochs: 3 });
    const learner = await made(low(4), rule, storage);
    learner.setWeights(base.weights());
    const [before, asked] = [learner.predict(x), base.predict(x)];
    before.forEach((value, at) => expect(Math.abs(value - asked[at])).toBeLessThan(tolerance));
    const { 'hidden/weight': kept, 'hidden/bias': bias } = learner.weights();
    const history = await learner.fit(x, y, { epochs: 20 });
    expect(history.history.loss[19]).toBeLessThan(0.8 * history.history.loss[0]);
    expect(learner.weights()['hidden/weight']).toEqual(kept);
    expect(learner.weights()['hidden/bias']).toEqual(bias);
    const merged = mergeLora(learner.weights());
    expect(Object.keys(merged)).toEqual(Object.keys(base.weights()));
    const whole = await made(plain, rule);
    whole.setWeights(merged);
    const [own, theirs] = [learner.predict(x), whole.predict(x)];
    own.forEach((value, at) => expect(Math.abs(value - theirs[at])).toBeLessThan(tolerance));
  });
});

test('what is read through converters stays so', async () => {
  const storage = synapse(profiles['ideal-device'], { converters: converters({ inputBits: 3, outputBits: 5 }) });
  const base = await made(plain, backprop(), storage);
  const learner = await made(low(4), backprop(), storage);
  learner.setWeights(base.weights());
  expect(learner.predict(x)).toEqual(base.predict(x));
});

test('a step follows the gradient of both factors', async () => {
  const rank = 2;
  const network = sequential([INPUTS], [lora(3, { name: 'only', rank })]);
  const learner = await createLearner({
    network,
    rule: backprop({ optimizer: sgd(0.1) }),
    task: regression(3, { loss: squaredError }),
    batchSize: 1,
    standardize: false,
  });
  const b = randoms(rank * 3, 'b');
  learner.setWeights({ 'only/lora_b': b });
  const { 'only/weight': W, 'only/lora_a': A, 'only/bias': bias } = learner.weights();
  const sample = x.subarray(0, INPUTS);
  const lowOf = (k: number): number => sample.reduce((sum, value, i) => sum + value * A.values[i * rank + k], 0);
  const delta = [0, 1, 2].map((o) => {
    const straight = sample.reduce((sum, value, i) => sum + value * W.values[i * 3 + o], bias.values[o]);
    return [0, 1].reduce((sum, k) => sum + lowOf(k) * b[k * 3 + o], straight) - 1;
  });
  learner.learnOne(sample, [1, 1, 1]);
  const after = learner.weights();
  const steps = {
    a: Array.from({ length: INPUTS * rank }, (_, at) => {
      const [i, k] = [Math.floor(at / rank), at % rank];
      return sample[i] * delta.reduce((sum, d, o) => sum + d * b[k * 3 + o], 0);
    }),
    b: Array.from({ length: rank * 3 }, (_, at) => lowOf(Math.floor(at / 3)) * delta[at % 3]),
  };
  // squared error is a mean over outputs: one factor for all
  const moved = (name: 'a' | 'b', from: ArrayLike<number>): number[] =>
    steps[name].map((step, at) => (from[at] - after[`only/lora_${name}`].values[at]) / step);
  const factors = [...moved('a', A.values), ...moved('b', b)];
  for (const factor of factors) expect(factor / factors[0]).toBeCloseTo(1, 3);
  expect(factors[0]).toBeGreaterThan(0);
});

test('in front of neurons factors follow the G of a dense layer: dA = G B^T, dB = A^T G', async () => {
  const [rank, batch, steps] = [2, 4, 5];
  const [rule, head] = [rules.ottt({ optimizer: sgd(1) }), dense(3, { name: 'head' })];
  const learned = async (layer: LayerSpec, weights: Readonly<Record<string, ArrayLike<number>>>) => {
    const network = sequential([INPUTS], [layer, lif({ decay: 0.8, threshold: 0.3 }), head], { steps });
    const learner = await createLearner({ network, rule, batchSize: batch, weights, standardize: false });
    const before = learner.weights();
    learner.trainOnBatch(randoms(batch * steps * INPUTS, 'sequences'), y.subarray(0, batch));
    const after = learner.weights();
    return (name: string) => after[name].values.map((value, at) => before[name].values[at] - value);
  };
  const [w, a, b] = [INPUTS * HIDDEN, INPUTS * rank, rank * HIDDEN].map((count, at) => randoms(count, `factor ${at}`));
  const sum = (count: number, of: (at: number) => number): number =>
    Array.from({ length: count }, (_, at) => of(at)).reduce((total, value) => total + value, 0);
  const product = w.map((value, at) => {
    const [i, o] = [Math.floor(at / HIDDEN), at % HIDDEN];
    return value + sum(rank, (k) => a[i * rank + k] * b[k * HIDDEN + o]);
  });
  const G = (await learned(dense(HIDDEN, { name: 'hidden' }), { 'hidden/weight': product }))('hidden/weight');
  const of = await learned(lora(HIDDEN, { name: 'hidden', rank }), {
    ...{ 'hidden/weight': w, 'hidden/lora_a': a, 'hidden/lora_b': b },
  });
  of('hidden/lora_a').forEach((value, at) => {
    const [i, k] = [Math.floor(at / rank), at % rank];
    expect(value).toBeCloseTo(
      sum(HIDDEN, (o) => G[i * HIDDEN + o] * b[k * HIDDEN + o]),
      5,
    );
  });
  of('hidden/lora_b').forEach((value, at) => {
    const [k, o] = [Math.floor(at / HIDDEN), at % HIDDEN];
    expect(value).toBeCloseTo(
      sum(INPUTS, (i) => a[i * rank + k] * G[i * HIDDEN + o]),
      5,
    );
  });
  expect(sum(G.length, (at) => Math.abs(G[at]))).toBeGreaterThan(1);
});

const { stdp: _stdp, ...learning } = rules;

test.each(Object.entries(learning))('%s: learns the factors alone, planned is touched', async (name, rule) => {
  const network = sequential([INPUTS], [lora(HIDDEN, { activation: 'tanh', rank: 3 }), dense(8), dense(3)]);
  const learner = await made(network, rule());
  const before = learner.weights();
  await learner.fit(x, y, { epochs: 4 });
  learner.predict(x);
  learner.evaluate(x, y);
  const { plannedBytes, usedBytes, strayBytes } = learner.memory();
  expect([usedBytes, strayBytes]).toEqual([plannedBytes, 0]);
  if (name === 'noprop') return;
  expect(learner.weights()['lora_1/weight']).toEqual(before['lora_1/weight']);
  expect(learner.weights()['lora_1/lora_b'].values).not.toEqual(before['lora_1/lora_b'].values);
  const restored = await createLearner({
    ...{ network, rule: rule(), batchSize: 8, standardize: false },
    restore: learner.save(),
  });
  expect(restored.weights()).toEqual(learner.weights());
});

test('what learning keeps falls to the rank', async () => {
  const rule = tpsgd({ optimizer: adam(0.01) });
  const wide = (layer: LayerSpec) => sequential([256], [layer, dense(8)]);
  const state = async (layer: LayerSpec): Promise<number> => (await made(wide(layer), rule)).memory().byRole.state ?? 0;
  const [full, part] = [await state(dense(256)), await state(lora(256, { rank: 8 }))];
  expect(full - part).toBe(8 * (256 * 256 + 256 - 2 * 8 * 256));
});

test('a rule that knows no such layer says so', async () => {
  const network = sequential([INPUTS], [lora(8, { rank: 2 }), dense(3)]);
  await expect(made(network, rules.stdp())).rejects.toThrow("stdp knows no competition in 'lora_1'");
});

test.each([
  [{ rank: 0 }, 'lora_1: rank is 0, wanted a whole number of at least 1'],
  [{ rank: 2, alpha: 4 }, "lora has no option 'alpha'; it has name, "],
])('%o is refused by name', (options, message) => {
  expect(() => sequential([4], [lora(4, options)])).toThrow(message);
});
