// Activations as int8 in a learner: what is computed means what floats mean, scales are found before anything is
// learned or asked, and a learner of floats becomes one of int8.

import { describe, expect, test } from 'vitest';
import { analyse } from '../../runtime/program/analyse.ts';
import { recordLearner, trainingPhases } from '../../src/compile/record.ts';
import {
  averagePool,
  backprop,
  CheckpointError,
  ConfigurationError,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  dfa,
  dropout,
  flatten,
  int8,
  int8Activations,
  int8Deltas,
  maxPool,
  RuleError,
  sequential,
  sgd,
} from '../../src/index.ts';
import { networks } from '../../src/check/networks.ts';
import { names, plainNetwork, small, smallData } from '../learner/small.ts';

const { x, y } = smallData(60);
const kept = { storage: int8(), activations: int8Activations() };
const rule = backprop({ optimizer: sgd(0.2) });

/** The largest difference of two answers. */
const apart = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);

test('a network of every layer that computes in integers answers as it does in floats', async () => {
  const network = sequential(
    [9, 9, 2],
    [
      conv2d(12, 3, { activation: 'relu', padding: 'same' }),
      maxPool(2),
      depthwiseConv2d(3, { activation: 'leakyRelu', padding: 'same' }),
      conv2d(9, 1, { activation: 'tanh' }),
      averagePool(2),
      flatten(),
      dense(3),
    ],
  );
  const samples = Float32Array.from({ length: 20 * 162 }, (_, at) => Math.sin(at * at));
  const float = await createLearner({ network, rule });
  const integer = await createLearner({ network, rule, ...kept });
  integer.setWeights(float.weights());
  integer.calibrate(samples);
  const answers = float.predict(samples);
  expect(new Set(answers).size).toBe(answers.length);
  expect(apart(integer.predict(samples), answers)).toBeLessThan(0.02);
});

test('what int8 values mean is no delay, where only training quantizes them', () => {
  const network = sequential([8], [dense(6), dropout(0.25), dense(4)]);
  const { program, course } = recordLearner({ network, rule: dfa(), ...kept });
  expect(analyse(program, trainingPhases(course)).locality).toEqual(dfa().locality);
});

test('it learns in less memory what it learns in floats', async () => {
  const [float, integer] = await Promise.all([small({ rule }), small({ rule, ...kept })]);
  for (const learner of [float, integer]) await learner.fit(x, y, { epochs: 10 });
  expect(integer.evaluate(x, y).accuracy).toBeGreaterThan(float.evaluate(x, y).accuracy - 0.05);
  const { usedBytes, plannedBytes, strayBytes } = integer.memory();
  expect(plannedBytes).toBeLessThan(float.memory().plannedBytes);
  expect([usedBytes, strayBytes]).toEqual([Math.ceil(plannedBytes / 4) * 4, 0]);
});

const around = { activation: 'tanh', padding: 'same' } as const;
const convolution = conv2d(9, 2, around);
const byChannel = depthwiseConv2d(2, around);
const learning = {
  dense: plainNetwork(),
  conv2d: sequential([2, 3, 1], [convolution, flatten(), dense(3)]),
  depthwiseConv2d: sequential([2, 3, 1], [convolution, byChannel, flatten(), dense(3)]),
};

test.each(
  Object.entries(learning).flatMap(([type, network]) =>
    [undefined, 4].map((microBatch) => [type, microBatch, network] as const),
  ),
)('with int8 deltas %s learns the same in less, micro-batches of %s', async (type, microBatch, network) => {
  const activations = int8Activations({ deltas: int8Deltas() });
  const [float, integer] = await Promise.all(
    [kept, { ...kept, activations }].map((each) => small({ rule, network, classes: names, microBatch, ...each })),
  );
  for (const learner of [float, integer]) await learner.fit(x, y, { epochs: 10 });
  expect(integer.evaluate(x, y).accuracy).toBeGreaterThan(float.evaluate(x, y).accuracy - 0.05);
  const { usedBytes, plannedBytes, strayBytes } = integer.memory();
  expect(plannedBytes).toBeLessThan(float.memory().plannedBytes);
  expect([usedBytes, strayBytes]).toEqual([Math.ceil(plannedBytes / 4) * 4, 0]);
  const copied = [float, integer].map(({ compiled }) =>
    compiled.memory.buffers.some(({ name }) => name === `${type}_1/weight/x`),
  );
  expect(copied).toEqual([true, false]);
});

describe('calibration', () => {
  test('comes before the first answer, and is of activations that are kept so', async () => {
    const [float, integer] = await Promise.all([small(), small(kept)]);
    expect(() => integer.predict(x)).toThrow(ConfigurationError);
    expect(() => integer.predict(x)).toThrow(/calibrate\(samples\), or fit/);
    expect(() => float.calibrate(x)).toThrow(/calibrate finds the scales of int8 activations, but these are floats/);
    integer.calibrate(x);
    expect(integer.predict(x)).toHaveLength(60 * 3);
  });

  test('is of these samples alone, whatever it was before', async () => {
    const [once, twice] = await Promise.all([small(kept), small(kept)]);
    twice.calibrate(x.map((value) => 20 * value));
    for (const learner of [once, twice]) learner.calibrate(x);
    expect(twice.predict(x)).toEqual(once.predict(x));
  });

  test('is done by the first step where it was not', async () => {
    const learner = await small({ ...kept, network: plainNetwork() });
    learner.trainOnBatch(x.subarray(0, 48), y.subarray(0, 8));
    expect(learner.predict(x)).toHaveLength(60 * 3);
  });
});

describe('a checkpoint', () => {
  test('of int8 goes on bit for bit', async () => {
    const learner = await small({ rule, ...kept });
    await learner.fit(x, y, { epochs: 2 });
    const other = await small({ rule, ...kept, restore: learner.save(), features: 'none' });
    expect(other.predict(x)).toEqual(learner.predict(x));
    for (const each of [learner, other]) await each.fit(x, y);
    expect(other.weightHash()).toBe(learner.weightHash());
  });

  test('of floats is requantized where that is asked for, and back', async () => {
    const [float, integer] = await Promise.all([small({ rule }), small({ rule, ...kept })]);
    await float.fit(x, y, { epochs: 5 });
    const saved = float.save();
    expect(() => integer.restore(saved)).toThrow(CheckpointError);
    expect(() => integer.restore(saved)).toThrow(/is of storage f32/);
    integer.restore(saved, { requantize: true });
    expect([integer.epochs, integer.steps]).toEqual([float.epochs, float.steps]);
    expect(() => integer.predict(x)).toThrow(ConfigurationError);
    integer.calibrate(x);
    expect(apart(integer.predict(x), float.predict(x))).toBeLessThan(0.03);
    float.restore(integer.save(), { requantize: true });
    expect(apart(integer.predict(x), float.predict(x))).toBeLessThan(0.03);
  });

  test('of another network is refused whatever is asked for', async () => {
    const other = await small({ rule, network: sequential([6], [dense(5), dense(3)]) });
    const integer = await small({ rule, ...kept });
    expect(() => integer.restore(other.save(), { requantize: true })).toThrow(/layer/);
  });
});

test('networks in time are refused', async () => {
  await expect(createLearner({ network: networks.recurrent, rule, ...kept })).rejects.toThrow(RuleError);
});

test('a momentum outside of 0..1, and what keeps no deltas, are refused', () => {
  expect(() => int8Activations({ momentum: 2 })).toThrow(ConfigurationError);
  expect(() => int8Activations({ deltas: true as never })).toThrow(ConfigurationError);
  expect(() => int8Activations({ deltas: true as never })).toThrow(/deltas is true, wanted .*int8Deltas\(\)/);
});
