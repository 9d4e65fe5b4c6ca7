// Sequences of different lengths: batches of like length, the answers of each as if it were alone.

import { describe, expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import {
  backprop,
  createLearner,
  dense,
  InputError,
  last,
  mean,
  recurrent,
  sequential,
  sgd,
  ShapeError,
  tpsgd,
} from '../../src/index.ts';
import { draws } from '../tasks/draws.ts';

const [FEATURES, MOST] = [3, 7];
const layers = [recurrent(dense(8, { activation: 'tanh' })), last(), dense(2)];
const network = sequential([FEATURES], layers, { steps: MOST, varying: true });

/** Rising or falling sequences, of 2 to 7 steps. */
const lengths = Array.from({ length: 48 }, (_, row) => 2 + (row % 6));
const labels = lengths.map((_, row) => Math.floor(row / 6) % 2);
const noise = draws('noise', 48 * MOST * FEATURES);
const sequences = lengths.map((steps, row) =>
  Float32Array.from({ length: steps * FEATURES }, (_, at) => {
    const rise = (Math.floor(at / FEATURES) / (steps - 1)) * 2 - 1;
    return (labels[row] === 0 ? rise : -rise) + 0.2 * noise[row * MOST * FEATURES + at];
  }),
);
const nested = (sequence: Float32Array): number[][] =>
  Array.from({ length: sequence.length / FEATURES }, (_, step) => [
    ...sequence.subarray(step * FEATURES, (step + 1) * FEATURES),
  ]);

test.each(['tpsgd', 'drtp', 'backprop', 'monoForward'] as const)('%s learns them', async (name) => {
  const learner = await createLearner({ network, rule: rules[name]({ optimizer: sgd(0.05) }), batchSize: 8 });
  const { history } = await learner.fit(sequences, labels, { epochs: 40, validationData: [sequences, labels] });
  expect(history.val_acc.at(-1)).toBeGreaterThan(0.9);
  expect(learner.memory().strayBytes).toBe(0);
});

test('each is answered as it is alone, and as by a network of just its length, with the same bits', async () => {
  const rule = backprop({ optimizer: sgd(0.05) });
  const learner = await createLearner({ network, rule, batchSize: 8 });
  await learner.fit(sequences, labels, { epochs: 3 });
  const answers = learner.predict(sequences);
  for (const [row, sequence] of sequences.entries()) {
    expect(learner.predict(sequence)).toEqual(answers.subarray(row * 2, row * 2 + 2));
    expect(learner.predict(nested(sequence))).toEqual(answers.subarray(row * 2, row * 2 + 2));
  }
  const four = sequential([FEATURES], layers, { steps: 4 });
  const fixed = await createLearner({ network: four, rule, weights: learner.weights() });
  expect(fixed.predict(sequences[2])).toEqual(answers.subarray(4, 6));
});

test('sequences of full length learn as a network of fixed length does', async () => {
  const full = draws('full', 16 * MOST * FEATURES);
  const target = Array.from({ length: 16 }, (_, row) => row % 2);
  const fixed = sequential([FEATURES], layers, { steps: MOST });
  const hashes = [fixed, network].map(async (of) => {
    const learner = await createLearner({ network: of, rule: backprop(), batchSize: 4 });
    await learner.fit(full, target, { epochs: 2, shuffle: false });
    return learner.weightHash();
  });
  const [one, other] = await Promise.all(hashes);
  expect(other).toBe(one);
});

test('a stream of them, and a network that answers at every step', async () => {
  const open = sequential([FEATURES], [recurrent(dense(8, { activation: 'tanh' })), dense(2)], {
    steps: MOST,
    varying: true,
  });
  const learner = await createLearner({ network: open, rule: tpsgd(), batchSize: 4 });
  let seen = 0;
  for await (const { samples, loss } of learner.train(sequences.map((x, row) => ({ x, y: labels[row] })))) {
    expect(loss).toBeGreaterThan(0);
    seen += samples;
  }
  expect(seen).toBe(sequences.length);
  const averaged = sequential([FEATURES], [dense(4), mean(), dense(2)], { steps: MOST, varying: true });
  expect((await createLearner({ network: averaged, rule: tpsgd() })).predict(sequences)).toHaveLength(96);
});

describe('refused', () => {
  const start = () => createLearner({ network, rule: tpsgd() });
  test.each([
    ['too long', [new Float32Array(8 * FEATURES)], 'sequence 0 has 24 values, wanted 1 to 7 steps of 3'],
    ['half a step', [new Float32Array(4)], 'sequence 0 has 4 values, wanted 1 to 7 steps of 3'],
    ['nothing', [], 'got no sequence, wanted at least one'],
    ['a frame that is short', [[[1, 2, 3], [1, 2], [1]]], 'sequence 0 has 2 values in step 1, wanted 3'],
    ['none', [sequences[0], new Float32Array(0)], 'sequence 1 has 0 values'],
  ])('%s', async (_, given, message) => {
    const learner = await start();
    expect(() => learner.predict(given)).toThrow(InputError);
    expect(() => learner.predict(given)).toThrow(message);
  });

  test('different lengths in one step', async () => {
    const learner = await start();
    expect(() => learner.trainOnBatch(sequences.slice(0, 2), [0, 0])).toThrow(
      'got sequences of 2 and 3 steps in one batch: fit sorts by length',
    );
  });

  test('varying without sequences', () => {
    expect(() => sequential([3], [dense(2)], { varying: true })).toThrow(ShapeError);
    expect(() => sequential([3], [dense(2)], { steps: 4, input: 'still', varying: true })).toThrow(
      'varying is of sequences, wanted { steps } with the most there may be',
    );
  });
});
