// Zeroth order against the paper in double precision, and its replay: a run is a list of numbers.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import {
  adam,
  createLearner,
  dense,
  f32,
  InputError,
  int8,
  mean,
  recurrent,
  regression,
  RuleError,
  sequential,
  sgd,
  zerothOrder,
  type Learner,
  type NetworkSpec,
  type Rule,
  type Storage,
} from '../../src/index.ts';
import { syntheticRegression } from '../../src/data/sets/synthetic-regression.ts';
import { mlp, proofOf } from './proof.ts';
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
    const rule = zerothOrder({ optimizer: sgd(RATE), epsilon, draws, normalize: false });
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

describe('normalised slopes', () => {
  /** What three steps tell, on a loss that is so many times as large. */
  async function slopes(scale: number, normalize: boolean): Promise<number[]> {
    const task = regression(3);
    const rule = zerothOrder({ optimizer: sgd(0), normalize });
    const learner = await createLearner({ network, rule, task, batchSize: BATCH, standardize: false });
    const { input } = batchOf(network, BATCH, 0, 3);
    const targets = new Float32Array(3 * BATCH).fill(scale);
    return [0, 1, 2].map(() => learner.trainOnBatch(input, targets).told!.slope);
  }

  test('begin with 1 or -1, and divide by the largest root of the mean square so far', async () => {
    const [raw, normal] = [await slopes(100, false), await slopes(100, true)];
    let [square, mass, largest] = [0, 0, 0];
    raw.forEach((slope, step) => {
      square = 0.99 * square + 0.01 * slope ** 2;
      mass = 0.99 * mass + 0.01;
      largest = Math.max(largest, Math.sqrt(square / mass));
      expect(normal[step] / (slope / largest)).toBeCloseTo(1, 4);
    });
    expect(Math.abs(normal[0])).toBeCloseTo(1, 5);
  });

  test('learn the cosines of a wide table, on which raw ones diverge', async () => {
    const { train } = await syntheticRegression.read(async () => new Uint8Array());
    const [x, y] = [train.inputs.subarray(0, 256 * 500), train.targets.subarray(0, 10 * 500)];
    const wide = sequential([256], [dense(64, { activation: 'tanh' }), dense(10)]);
    const losses = async (normalize: boolean): Promise<number[]> => {
      const rule = zerothOrder({ normalize });
      const learner = await createLearner({ network: wide, rule, task: regression(10) });
      return (await learner.fit(x, y, { epochs: 8 })).history.loss;
    };
    const [normal, raw] = [await losses(true), await losses(false)];
    expect(normal[7]).toBeLessThan(0.95 * normal[0]);
    expect(raw[7]).toBeGreaterThan(1e6);
  });
});

describe('int8', () => {
  const storage = int8();

  test('goes there and back in whole steps: at rate 0 no bit of a matrix changes', async () => {
    const rule = zerothOrder({ optimizer: sgd(0) });
    const learner = await createLearner({ network, rule, storage, batchSize: BATCH });
    const before = weightsOf(learner);
    const { input, label } = batchOf(network, BATCH, 0, 3);
    expect(learner.trainOnBatch(input, label).told!.slope).not.toBe(0);
    const after = weightsOf(learner);
    for (const name of ['dense_1/weight', 'dense_2/weight']) expect(after[name]).toEqual(before[name]);
  });

  test.each([
    [{ draws: 'normal' }, "wanted draws: 'signs'"],
    [{ normalize: false }, 'whatever epsilon: wanted normalize: true, and no epsilonDecay'],
    [{ epsilonDecay: 0.1 }, 'whatever epsilon: wanted normalize: true, and no epsilonDecay'],
  ] as const)('refuses what wants other distances than whole steps, by name: %j', async (options, message) => {
    const started = createLearner({ network, rule: zerothOrder(options), storage });
    await expect(started).rejects.toThrow(`'dense_1/weight' (int8) goes by whole steps, ${message}`);
  });

  test('learns as floats do, within a tenth of what there is to learn', async () => {
    const { input, label } = batchOf(network, 4 * BATCH, 0, 3);
    const final = async (kept: Storage): Promise<number> => {
      const learner = await createLearner({ network, rule: zerothOrder(), storage: kept, batchSize: BATCH, seed: 3 });
      return (await learner.fit(input, label, { epochs: 300 })).history.loss.at(-1) ?? Number.NaN;
    };
    const [floats, bytes] = [await final(f32), await final(storage)];
    const chance = Math.log(3);
    expect(floats).toBeLessThan(0.7 * chance);
    expect(bytes - floats).toBeLessThan(0.1 * (chance - floats));
  });

  test('takes no float copy: a byte for each value of a matrix, and a panel of floats', () => {
    const wide = sequential([784], [dense(256, { activation: 'relu' }), dense(10)]);
    const [floats, bytes] = [undefined, storage].map(
      (kept) => recordLearner({ network: wide, rule: zerothOrder(), batchSize: 32, storage: kept }).plan.bytes,
    );
    expect(floats - bytes).toBeGreaterThan(0.95 * 3 * 784 * 256);
  });
});

test('a share below 1 moves about so many weights, others in each step', async () => {
  const wide = sequential([100], [dense(50), dense(3)]);
  const learner = await createLearner({ network: wide, rule: zerothOrder({ share: 0.2 }), batchSize: BATCH });
  const { input, label } = batchOf(wide, BATCH, 0, 3);
  const movedIn = (): boolean[] => {
    const before = weightsOf(learner)['dense_1/weight'];
    learner.trainOnBatch(input, label);
    // what rounding leaves of the way there and back is far less
    return weightsOf(learner)['dense_1/weight'].map((value, at) => Math.abs(value - before[at]) > 1e-4);
  };
  const [first, second] = [movedIn(), movedIn()];
  const count = (moves: boolean[]): number => moves.filter(Boolean).length / moves.length;
  for (const moves of [first, second]) expect(Math.abs(count(moves) - 0.2)).toBeLessThan(0.03);
  expect(count(first.map((isMoved, at) => isMoved && second[at]))).toBeLessThan(0.06);
});

test('the distance falls by the power of the step, and a run with it replays', async () => {
  const rule = zerothOrder({ optimizer: sgd(0.01), epsilon: 0.5, epsilonDecay: 1 });
  const options = { network, rule, batchSize: BATCH };
  const [first, second] = [await createLearner(options), await createLearner(options)];
  const { input, label } = batchOf(network, BATCH, 0, 3);
  const rows = [1, 2, 3].map(() => first.trainOnBatch(input, label).told!);
  second.act('replay', rows);
  expect(second.weightHash()).toBe(first.weightHash());
});

describe('the last layers by backpropagation', () => {
  const deep = sequential([6], [dense(9, { activation: 'tanh' }), dense(8, { activation: 'tanh' }), dense(3)]);
  const hybrid = (last: number): Rule => zerothOrder({ last, optimizer: sgd(0), lastOptimizer: sgd(0.1) });

  test.each([1, 2])('%i: they alone learn where the others have rate 0', async (last) => {
    const learner = await createLearner({ network: deep, rule: hybrid(last), batchSize: BATCH });
    const before = weightsOf(learner);
    const { input, label } = batchOf(deep, BATCH, 0, 3);
    learner.trainOnBatch(input, label);
    const after = weightsOf(learner);
    const apart = (layer: number): number =>
      distance({ w: after[`dense_${layer}/weight`] }, { w: before[`dense_${layer}/weight`] });
    for (const layer of [1, 2, 3]) {
      if (layer > 3 - last) expect(apart(layer)).toBeGreaterThan(1e-3);
      else expect(apart(layer)).toBeLessThan(1e-6);
    }
  });

  test.each([1, 2])('%i: the proof is what it claims', (last) => {
    expect(proofOf(mlp, hybrid(last)).locality).toEqual(hybrid(last).locality);
  });

  test('one layer takes what predicting takes, and its own delta', () => {
    const plain = recordLearner({ network, rule: zerothOrder(), batchSize: BATCH }).plan.bytes;
    const { bytes } = recordLearner({ network, rule: hybrid(1), batchSize: BATCH }).plan;
    expect(bytes - plain).toBeLessThan(4 * (BATCH * 9 + 9 * 8 + 4 * BATCH * 8));
  });

  test('has no replay, as they learn from data', async () => {
    const learner = await createLearner({ network, rule: hybrid(1) });
    expect(() => learner.act('replay', [])).toThrow("the rule 'zerothOrder' has no action 'replay'");
  });

  test('is refused of more layers than there are, and of layers that run at every step', () => {
    const plan = (of: NetworkSpec, last: number) => recordLearner({ network: of, rule: hybrid(last) });
    expect(() => plan(network, 3)).toThrow('zerothOrder: last is 3, but the network has 2 layers that learn');
    const heard = sequential([6], [recurrent(dense(4)), mean(), dense(3)], { steps: 5 });
    expect(() => plan(heard, 1)).not.toThrow();
    expect(() => plan(heard, 2)).toThrow("zerothOrder: last is 2, but 'recurrent_1' runs at every step");
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
  expect(() => zerothOrder({ epsilonDecay: -1 })).toThrow('epsilonDecay is -1, wanted a finite number of at least 0');
  for (const share of [0, 1.5]) expect(() => zerothOrder({ share })).toThrow('wanted a number above 0 and at most 1');
  expect(() => zerothOrder({ last: 0.5 })).toThrow('last is 0.5, wanted a whole number of at least 0');
});

test('a row that lacks a number is refused', async () => {
  const learner = await createLearner({ network, rule: zerothOrder(), batchSize: BATCH });
  expect(() => learner.act('replay', [{ step: 0, slope: 1 }])).toThrow("row 0 of 'replay' has no 'learningRate'");
  expect(() => learner.provide('slope', [1])).toThrow(InputError);
});
