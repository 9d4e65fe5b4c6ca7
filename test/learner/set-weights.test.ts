// Weights from elsewhere: by name, as an array alone or with its shape.

import { expect, test } from 'vitest';
import { InputError } from '../../src/index.ts';
import { names, small, smallData } from './small.ts';

const { x } = smallData(4);

test('takes what another learner gives, and gives the same answers', async () => {
  const [from, to] = [await small(), await small({ seed: 2 })];
  expect(to.predict(x)).not.toEqual(from.predict(x));
  to.setWeights(from.weights());
  expect(to.predict(x)).toEqual(from.predict(x));
});

test.each([
  ['an array', [0.5, -0.25, 1]],
  ['a typed array', Float32Array.of(0.5, -0.25, 1)],
  ['an array with its shape', { shape: [3], values: [0.5, -0.25, 1] }],
])('takes %s', async (_, bias) => {
  const learner = await small({ classes: names });
  learner.setWeights({ 'dense_2/bias': bias });
  expect(learner.weights()['dense_2/bias']).toEqual({ shape: [3], values: Float32Array.of(0.5, -0.25, 1) });
});

test.each([
  ['of another length', { 'dense_2/bias': [1, 2] }, "the weight 'dense_2/bias' came as 2 values, wanted [3]"],
  ['of another shape', { 'dense_2/bias': { shape: [1, 3], values: [1, 2, 3] } }, 'came as [1, 3], wanted [3]'],
  ['of a name there is not', { bias: [1, 2, 3] }, "there is no weight 'bias'"],
])('refuses values %s, and changes nothing', async (_, wrong, message) => {
  const learner = await small({ classes: names });
  const hash = learner.weightHash();
  const first = { 'dense_1/bias': new Float32Array(12).fill(1) };
  expect(() => learner.setWeights({ ...first, ...wrong })).toThrow(InputError);
  expect(() => learner.setWeights({ ...first, ...wrong })).toThrow(message);
  expect(learner.weightHash()).toBe(hash);
});
