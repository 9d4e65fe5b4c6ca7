// Samples that are kept as bytes: the same learning, bit for bit, in fewer planned bytes where there is time.

import { expect, test } from 'vitest';
import { refusal } from '../../src/check/check-rule.ts';
import { rules } from '../../src/forward-only/index.ts';
import {
  backprop,
  conv2d,
  createLearner,
  dense,
  flatten,
  InputError,
  last,
  lif,
  recurrent,
  reconstruction,
  sequential,
  sgd,
  type Judgement,
} from '../../src/index.ts';
import { streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';

const next = wordReader(1, streamKey('bytes'), 0);
const pixels = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => next() >>> 24);
const labels = Array.from({ length: 14 }, (_, row) => row % 3);

test('every byte over 255 is the float32 that a pixel is read as', () => {
  for (let byte = 0; byte < 256; byte++) expect(Math.fround(byte / 255)).toBe(Math.fround(Math.fround(byte) / 255));
});

const networks = {
  dense: (element: 'f32' | 'u8') => sequential([7], [dense(9, { activation: 'tanh' }), dense(3)], { element }),
  convolutional: (element: 'f32' | 'u8') =>
    sequential([5, 5, 1], [conv2d(4, 3, { activation: 'relu' }), flatten(), dense(3)], { element }),
  recurrent: (element: 'f32' | 'u8') =>
    sequential([5], [recurrent(dense(6, { activation: 'tanh' })), last(), dense(3)], { steps: 9, element }),
  spiking: (element: 'f32' | 'u8') =>
    sequential([7], [dense(8), lif(), last(), dense(3)], { steps: 4, input: 'still', element }),
};

test.each(Object.keys(networks).flatMap((network) => Object.keys(rules).map((rule) => [network, rule] as const)))(
  '%s network, %s: the same weights and answers as from floats',
  async (network, rule) => {
    const made = networks[network as keyof typeof networks];
    if (refusal({ network: made('f32'), rule: rules[rule as keyof typeof rules]() }) !== null) return;
    const size = network === 'convolutional' ? 25 : network === 'recurrent' ? 45 : 7;
    const x = pixels(14 * size);
    const results = (['f32', 'u8'] as const).map(async (element) => {
      const options = { network: made(element), rule: rules[rule as keyof typeof rules](), batchSize: 5 };
      const learner = await createLearner(options);
      await learner.fit(x, labels, { epochs: 2 });
      expect(learner.memory()).toMatchObject({ usedBytes: learner.memory().plannedBytes, strayBytes: 0 });
      return [learner.weightHash(), [...learner.predict(x)]];
    });
    const [floats, bytes] = await Promise.all(results);
    expect(bytes).toEqual(floats);
  },
);

test('sequences of bytes take a quarter of the input', async () => {
  const planned = (['f32', 'u8'] as const).map(async (element) => {
    const network = sequential([40], [recurrent(dense(8, { activation: 'tanh' })), last(), dense(3)], {
      steps: 100,
      element,
    });
    const { memory } = (await createLearner({ network, rule: rules.tpsgd(), batchSize: 8 })).compiled;
    return memory.plannedBytes;
  });
  const [floats, bytes] = await Promise.all(planned);
  expect(floats - bytes).toBeGreaterThan(0.7 * 4 * 8 * 100 * 40);
});

test('they reconstruct themselves', async () => {
  const network = sequential([6], [dense(8, { activation: 'tanh' }), dense(6)], { element: 'u8' });
  const rule = backprop({ optimizer: sgd(0.1) });
  const learner = await createLearner<Judgement>({ network, rule, task: reconstruction() });
  const x = pixels(60);
  const floats = sequential([6], [dense(8, { activation: 'tanh' }), dense(6)]);
  const other = await createLearner<Judgement>({ network: floats, rule, task: reconstruction() });
  expect(learner.evaluate(x, null)).toEqual(other.evaluate(x, null));
  const before = learner.evaluate(x, null).loss;
  await learner.fit(x, null, { epochs: 30 });
  expect(learner.evaluate(x, null).loss).toBeLessThan(0.7 * before);
});

test('what are no bytes is refused', async () => {
  const learner = await createLearner({ network: networks.dense('u8'), rule: rules.tpsgd() });
  for (const x of [new Float32Array(7), [1, 2, 3, 4, 5, 6, 7], [new Float32Array(7)]]) {
    expect(() => learner.predict(x)).toThrow(InputError);
    expect(() => learner.predict(x)).toThrow('keeps samples as bytes, wanted a Uint8Array or a list of them');
  }
  expect(learner.predict([pixels(7), pixels(7)])).toHaveLength(6);
});
