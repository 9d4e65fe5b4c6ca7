// Zeroth order against the paper in double precision, and its replay: a run is a list of numbers.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import {
  adam,
  createLearner,
  dense,
  f32,
  InputError,
  RuleError,
  sequential,
  sgd,
  zerothOrder,
  type Learner,
  type Storage,
} from '../../src/index.ts';
import { crossEntropy, distance, plus, product, rowsOf, weightsOf, type Weights } from './doubles.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';

const BATCH = 8;
const network = sequential([6], [dense(9, { activation: 'tanh' }), dense(3)]);

/** The mean loss in double precision. */
function lossAt(weights: Weights, input: Float32Array, label: Int32Array): number {
  const [W1, W2] = [rowsOf(weights['dense_1/weight'], 9), rowsOf(weights['dense_2/weight'], 3)];
  const losses = rowsOf(input, 6).map((x, sample) => {
    const a = plus(product(x, W1), weights['dense_1/bias']).map(Math.tanh);
    return crossEntropy(plus(product(a, W2), weights['dense_2/bias']), label[sample]);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const moved = (weights: Weights, by: Weights, far: number): Weights =>
  Object.fromEntries(
    Object.entries(weights).map(([name, w]) => [name, w.map((value, at) => value + far * by[name][at])]),
  );

describe.each(['signs', 'normal'] as const)('one update along a direction of %s', (draws) => {
  const [RATE, epsilon] = [0.01, 1e-2];

  test('goes as far as the difference of two losses in double precision says, within a thousandth', async () => {
    const rule = zerothOrder({ optimizer: sgd(RATE), epsilon, draws });
    const learner = await createLearner({ network, rule, batchSize: BATCH });
    const { input, label } = batchOf(network, BATCH, 0, 3);
    const before = weightsOf(learner);
    const { slope } = learner.trainOnBatch(input, label).told!;
    const change = moved(weightsOf(learner), before, -1);
    const z = moved(change, change, -1 - 1 / (RATE * slope));
    const numbers = Object.values(z).flat();
    expect(numbers).toHaveLength(network.parameterCount);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const spread = numbers.reduce((sum, value) => sum + value ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(numbers.length));
    if (draws === 'signs') for (const value of numbers) expect(Math.abs(value)).toBeCloseTo(1, 2);
    else expect(Math.abs(spread - 1)).toBeLessThan(3 * Math.sqrt(2 / numbers.length));
    const [above, below] = [epsilon, -epsilon].map((far) => lossAt(moved(before, z, far), input, label));
    expect(Math.abs(slope / ((above - below) / (2 * epsilon)) - 1)).toBeLessThan(1e-3);
  });
});

describe('replay', () => {
  /** Learns for two epochs; what each step told. */
  async function run(learner: Learner, samples = batchOf(network, 5 * BATCH, 0, 3)): Promise<Record<string, number>[]> {
    const rows: Record<string, number>[] = [];
    const onBatchEnd = ({ told }: { told?: Readonly<Record<string, number>> }): number => rows.push({ ...told });
    await learner.fit(samples.input, samples.label, { epochs: 2, callbacks: { onBatchEnd } });
    return rows;
  }

  test.each([
    ['sgd, falling linearly', sgd(0.05, { schedule: 'linear' }), 'signs'],
    ['adam', adam(0.01), 'normal'],
  ] as const)('of what a run told gives its weights, bit for bit: %s', async (_, optimizer, draws) => {
    const options = { network, rule: zerothOrder({ optimizer, draws }), batchSize: BATCH, standardize: false };
    const [first, second] = [await createLearner(options), await createLearner(options)];
    expect(second.weightHash()).toBe(first.weightHash());
    const rows = await run(first);
    expect(rows).toHaveLength(10);
    expect(Object.keys(rows[3]).sort()).toEqual(['learningRate', 'slope', 'step']);
    second.act('replay', rows.slice(0, 4));
    expect(second.weightHash()).not.toBe(first.weightHash());
    second.act('replay', rows.slice(4));
    expect(second.weightHash()).toBe(first.weightHash());
    expect(second.steps).toBe(first.steps);
    const { input } = batchOf(network, BATCH, 1, 3);
    expect(second.predict(input)).toEqual(first.predict(input));
  });

  test('goes by the slopes it is given, whatever was told before by that name', async () => {
    const options = { network, rule: zerothOrder(), batchSize: BATCH };
    const [trained, restored] = [await createLearner(options), await createLearner(options)];
    const { input, label } = batchOf(network, BATCH, 0, 3);
    expect(trained.trainOnBatch(input, label).told).toHaveProperty('slope');
    restored.restore(trained.save());
    const row = { step: 1, learningRate: 0.01, slope: 3 };
    for (const learner of [trained, restored]) learner.act('replay', [row]);
    expect(trained.weightHash()).toBe(restored.weightHash());
  });

  test('of a network that draws needs no data either', async () => {
    const options = { network: networks.spiking, rule: zerothOrder({ optimizer: sgd(0.02) }), batchSize: BATCH };
    const [first, second] = [await createLearner(options), await createLearner(options)];
    second.act('replay', await run(first, batchOf(networks.spiking, 5 * BATCH, 0, 4)));
    expect(second.weightHash()).toBe(first.weightHash());
  });
});

test('a class to come keeps its first values', async () => {
  const classes = { names: ['a', 'b', 'c'], capacity: 11 };
  const learner = await createLearner({
    network,
    rule: zerothOrder({ optimizer: adam(0.01) }),
    classes,
    batchSize: BATCH,
  });
  const before = weightsOf(learner);
  const { input, label } = batchOf(network, BATCH, 0, 3);
  for (let step = 0; step < 3; step++) learner.trainOnBatch(input, label);
  const after = weightsOf(learner);
  for (const name of ['dense_2/weight', 'dense_2/bias']) {
    for (const [at, value] of after[name].entries()) {
      if (at % 11 < 3) expect(value, `${name} ${at}`).not.toBe(before[name][at]);
      else expect(value, `${name} ${at}`).toBe(before[name][at]);
    }
  }
});

test('moves the weights there and back: what rounding leaves is below 1e-6', async () => {
  const learner = await createLearner({ network, rule: zerothOrder({ optimizer: sgd(0) }), batchSize: BATCH });
  const before = weightsOf(learner);
  const { input, label } = batchOf(network, BATCH, 0, 3);
  learner.trainOnBatch(input, label);
  expect(distance(weightsOf(learner), before)).toBeLessThan(1e-6);
});

test('learns in little more than the memory of predicting', () => {
  const wide = sequential([784], [dense(256, { activation: 'relu' }), dense(10)]);
  const { plan } = recordLearner({ network: wide, rule: zerothOrder(), batchSize: 32 });
  const weights = plan.byRole.parameter!;
  const [input, hidden] = [32 * 784 * 4, 32 * 256 * 4];
  expect(plan.bytes).toBeLessThanOrEqual(1.005 * (weights + input + hidden));
});

test('refuses weights that cannot be moved in place, by name', async () => {
  const rounding: Storage = { name: 'rounding', weight: (p, spec) => ({ ...f32.weight(p, spec), change: undefined }) };
  const started = createLearner({ network, rule: zerothOrder(), storage: rounding });
  await expect(started).rejects.toThrow(RuleError);
  await expect(started).rejects.toThrow("'dense_1/weight' (f32) rounds");
});

test('refuses options that are none', () => {
  expect(() => zerothOrder({ epsilon: 0 })).toThrow('epsilon is 0, wanted a finite number above 0');
  expect(() => zerothOrder({ draws: 'uniform' as never })).toThrow(RuleError);
});

test('a row that lacks a number is refused', async () => {
  const learner = await createLearner({ network, rule: zerothOrder(), batchSize: BATCH });
  expect(() => learner.act('replay', [{ step: 0, slope: 1 }])).toThrow("row 0 of 'replay' has no 'learningRate'");
  expect(() => learner.provide('slope', [1])).toThrow(InputError);
});
