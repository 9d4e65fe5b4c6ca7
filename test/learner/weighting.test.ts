// Samples that count more, less, or not at all.

import { expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import { ConfigurationError, InputError, sgd, type Weights } from '../../src/index.ts';
import { FEATURES, plainNetwork, small, smallData } from './small.ts';

const { x, y } = smallData(8);
/** In units of their own size the slopes of zerothOrder do not tell how much all samples count. */
const learning = (name: keyof typeof rules) =>
  small({
    network: plainNetwork(),
    rule: rules[name]({ optimizer: sgd(0.1), ...(name === 'zerothOrder' && { normalize: false }) }),
  });

test.each(Object.keys(rules) as (keyof typeof rules)[])('%s: a sample of weight 0 teaches nothing', async (name) => {
  const weights = Float32Array.of(1, 1, 0, 1, 1, 0, 1, 1);
  const hashes = await Promise.all(
    [x, x.map((value, at) => (weights[Math.floor(at / FEATURES)] === 0 ? -value : value))].map(async (samples) => {
      const learner = await learning(name);
      learner.trainOnBatch(samples, y, { sampleWeight: weights });
      return learner.weightHash();
    }),
  );
  expect(hashes[0]).toBe(hashes[1]);
});

test.each(Object.keys(rules) as (keyof typeof rules)[])('%s: ones change no bit, twos do', async (name) => {
  const [plain, ones, twos] = await Promise.all(
    [undefined, 1, 2].map(async (weight) => {
      const learner = await learning(name);
      await learner.fit(x, y, weight === undefined ? {} : { sampleWeight: new Float32Array(8).fill(weight) });
      return learner.weightHash();
    }),
  );
  expect(ones).toBe(plain);
  // zeroth order takes its slopes in units of their own size
  if (name !== 'zerothOrder') expect(twos).not.toBe(plain);
});

test('classes by name and by index weigh their samples', async () => {
  const bySamples = await learning('backprop');
  await bySamples.fit(x, y, { sampleWeight: Array.from(y, (label) => (label === 1 ? 3 : 1)) });
  const forms: readonly Weights['classWeight'][] = [{ bee: 3 }, { 1: 3 }, [1, 3, 1]];
  for (const classWeight of forms) {
    const learner = await learning('backprop');
    await learner.fit(x, y, { classWeight });
    expect(learner.weightHash()).toBe(bySamples.weightHash());
  }
});

test('what fits no class, or is no weight, is refused', async () => {
  const learner = await learning('tpsgd');
  const hash = learner.weightHash();
  const unknown = learner.fit(x, y, { classWeight: { wasp: 2 } });
  await expect(unknown).rejects.toThrow(ConfigurationError);
  await expect(unknown).rejects.toThrow("classWeight names 'wasp', which is no class; there are ant, bee, cat");
  await expect(learner.fit(x, y, { sampleWeight: [1, 2] })).rejects.toThrow(InputError);
  for (const weight of [-1, Number.NaN, Infinity]) {
    const sampleWeight = Array.from(y, () => weight);
    await expect(learner.fit(x, y, { sampleWeight })).rejects.toThrow(`the weight of sample 0 is ${weight}`);
  }
  expect(learner.weightHash()).toBe(hash);
});

test('a list goes by index, whatever the names are, and has a weight for each class', async () => {
  const options = { rule: rules.backprop({ optimizer: sgd(0.1) }), network: plainNetwork() };
  const hashes = [
    ['ant', 'bee', 'cat'],
    ['1', '2', '0'],
  ].map(async (classes) => {
    const learner = await small({ ...options, classes });
    await learner.fit(x, y, { classWeight: [1, 3, 1] });
    return learner.weightHash();
  });
  expect(new Set(await Promise.all(hashes)).size).toBe(1);
  const learner = await learning('tpsgd');
  await expect(learner.fit(x, y, { classWeight: [1, 2] })).rejects.toThrow(
    'classWeight has 2 weights, wanted one for each of 3 classes',
  );
  await expect(learner.fit(x, y, { classWeight: { bee: -1 } })).rejects.toThrow("the weight of class 'bee' is -1");
});
