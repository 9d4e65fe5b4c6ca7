// Mono-Forward against the paper in double precision: each layer's local loss, whose gradient is taken by differences.

import { describe, expect, test } from 'vitest';
import {
  backprop,
  conv2d,
  createLearner,
  dense,
  flatten,
  globalAveragePool,
  last,
  monoForward,
  recurrent,
  RuleError,
  sequential,
  sgd,
  type Learner,
  type MonoForwardOptions,
  type NetworkSpec,
} from '../../src/index.ts';
import { recordLearner } from '../../src/author.ts';
import { crossEntropy, descend, distance, gradients, plus, product, rowsOf, softmax } from './doubles.ts';
import { weightsOf, type Matrix, type Vector, type Weights } from './doubles.ts';
import { batchOf } from '../../src/check/host.ts';

const RATE = 0.5;
const BATCH = 5;
const CLASSES = 3;

async function start(network: NetworkSpec, options: MonoForwardOptions = {}): Promise<Learner> {
  return createLearner({ network, rule: monoForward({ optimizer: sgd(RATE), ...options }), batchSize: BATCH });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const tanh = (x: Vector): Vector => x.map(Math.tanh);
const matrix = (weights: Weights, name: string, columns: number): Matrix => rowsOf(weights[name], columns);

/** y of a dense layer, for each sample. */
const denseOf = (weights: Weights, name: string, units: number, x: Matrix): Matrix =>
  x.map((row) => plus(product(row, matrix(weights, `${name}/weight`, units)), weights[`${name}/bias`]));

const lossOf = (logits: Matrix, labels: ArrayLike<number>): number =>
  mean(logits.map((row, sample) => crossEntropy(row, labels[sample])));

describe('one update, within 1e-6 of the paper in double precision', () => {
  test('dense', async () => {
    const network = sequential([4], [dense(6, { activation: 'tanh' }), dense(5, { activation: 'tanh' }), dense(3)]);
    const learner = await start(network);
    const { input, label } = batchOf(network, BATCH, 0, CLASSES);
    const before = weightsOf(learner);
    learner.trainOnBatch(input, label);

    const x = rowsOf(input, 4);
    const a1 = denseOf(before, 'dense_1', 6, x).map(tanh);
    const a2 = denseOf(before, 'dense_2', 5, a1).map(tanh);
    const local = (layer: string, units: number, from: Matrix) => (weights: Weights) => {
      const M = matrix(weights, `${layer}/projection/weight`, CLASSES);
      const goodness = denseOf(weights, layer, units, from).map((z) => product(tanh(z), M));
      return lossOf(goodness, label);
    };
    const learned = {
      ...gradients(local('dense_1', 6, x), before, names('dense_1', 'dense_1/projection/weight')),
      ...gradients(local('dense_2', 5, a1), before, names('dense_2', 'dense_2/projection/weight')),
      ...gradients((weights) => lossOf(denseOf(weights, 'dense_3', 3, a2), label), before, names('dense_3')),
    };
    expect(Object.keys(learned).sort()).toEqual(Object.keys(before).sort());
    expect(distance(weightsOf(learner), descend(before, learned, RATE))).toBeLessThan(1e-6);
  });

  test.each(['full', 'pooled'] as const)('a convolution with a %s projection', async (projection) => {
    const network = sequential([4, 4, 1], [conv2d(2, 3, { activation: 'tanh' }), flatten(), dense(3)]);
    const learner = await start(network, { projection });
    const { input, label } = batchOf(network, BATCH, 0, CLASSES);
    const before = weightsOf(learner);
    learner.trainOnBatch(input, label);

    const M = 'conv2d_1/projection/dense_1/weight';
    expect(before[M]).toHaveLength((projection === 'full' ? 8 : 2) * CLASSES);
    const local = (weights: Weights): number => {
      const goodness = rowsOf(input, 16).map((image) => {
        const a = convolved(image, weights).map(Math.tanh);
        const channels = [0, 1].map((channel) => mean(a.filter((_, at) => at % 2 === channel)));
        return product(projection === 'full' ? a : channels, matrix(weights, M, CLASSES));
      });
      return lossOf(goodness, label);
    };
    const expected = descend(before, gradients(local, before, names('conv2d_1', M)), RATE);
    const learned = weightsOf(learner);
    for (const name of names('conv2d_1', M)) {
      expect(distance({ [name]: learned[name] }, expected), name).toBeLessThan(1e-6);
    }
  });

  test('a recurrent layer, at every time step', async () => {
    const steps = 3;
    const network = sequential([2], [recurrent(dense(4, { activation: 'tanh' })), last(), dense(3)], { steps });
    const learner = await start(network);
    const { input, label } = batchOf(network, BATCH, 0, CLASSES);
    const before = weightsOf(learner);
    learner.trainOnBatch(input, label);

    const cell = 'recurrent_1/dense_1';
    const M = 'recurrent_1/projection/weight';
    let [weights, y] = [before, rowsOf(new Array(BATCH * 4).fill(0), 4)];
    for (let step = 0; step < steps; step++) {
      const joint = y.map((fed, sample) => [...input.slice((sample * steps + step) * 2).slice(0, 2), ...fed]);
      const local = (now: Weights): number =>
        lossOf(
          denseOf(now, cell, 4, joint).map((z) => product(tanh(z), matrix(now, M, CLASSES))),
          label,
        );
      y = denseOf(weights, cell, 4, joint).map(tanh);
      weights = descend(weights, gradients(local, weights, names(cell, M)), RATE);
    }
    weights = descend(
      weights,
      gradients((now) => lossOf(denseOf(now, 'dense_1', 3, y), label), weights, names('dense_1')),
      RATE,
    );
    expect(distance(weightsOf(learner), weights)).toBeLessThan(1e-6);
  });
});

const names = (layer: string, ...more: readonly string[]): string[] => [`${layer}/weight`, `${layer}/bias`, ...more];

/** 2 filters of 3 x 3 over 4 x 4, as [2, 2, 2]. */
const convolved = (image: Vector, weights: Weights): Vector =>
  Array.from({ length: 8 }, (_, at) => {
    const [filter, column, row] = [at % 2, (at >> 1) % 2, at >> 2];
    const taps = Array.from({ length: 9 }, (__, tap) => {
      const [x, y] = [column + (tap % 3), row + Math.floor(tap / 3)];
      return image[y * 4 + x] * weights['conv2d_1/weight'][tap * 2 + filter];
    });
    return taps.reduce((sum, value) => sum + value, weights['conv2d_1/bias'][filter]);
  });

test('answers by the sum of all goodness and the output, or by the output alone', async () => {
  const network = sequential([4], [dense(6, { activation: 'tanh' }), dense(3)]);
  const { input, label } = batchOf(network, BATCH, 0, CLASSES);
  const [bySum, byLast] = await Promise.all([start(network), start(network, { predictBy: 'last' })]);
  for (const learner of [bySum, byLast]) learner.trainOnBatch(input, label);
  expect(bySum.weightHash()).toBe(byLast.weightHash());
  const weights = weightsOf(bySum);
  const a = denseOf(weights, 'dense_1', 6, rowsOf(input, 4)).map(tanh);
  const output = denseOf(weights, 'dense_2', 3, a);
  const goodness = a.map((row) => product(row, matrix(weights, 'dense_1/projection/weight', CLASSES)));
  const near = (learner: Learner, logits: Matrix): void => {
    const answers = [...learner.predict(input)];
    logits.flatMap(softmax).forEach((share, at) => expect(answers[at]).toBeCloseTo(share, 6));
  };
  near(
    bySum,
    output.map((row, sample) => plus(row, goodness[sample])),
  );
  near(byLast, output);
});

test('a new class is learned by the projections too', async () => {
  const network = sequential([4], [dense(6, { activation: 'tanh' }), dense(3)]);
  const classes = { names: ['a', 'b', 'c'], capacity: 4 };
  const learner = await createLearner({ network, rule: monoForward(), classes, batchSize: BATCH });
  learner.addClass('d');
  const { input } = batchOf(network, BATCH, 0, CLASSES);
  const label = new Int32Array(BATCH).fill(3);
  const before = weightsOf(learner)['dense_1/projection/weight'];
  learner.trainOnBatch(input, label);
  const after = weightsOf(learner)['dense_1/projection/weight'];
  const isOfNew = (at: number): boolean => at % 4 === 3;
  expect(after.some((value, at) => isOfNew(at) && value > before[at])).toBe(true);
});

test('needs at most 1.25 times the parameters of 784-256-10 at a batch of 32', () => {
  const network = sequential([784], [dense(256, { activation: 'relu' }), dense(10)]);
  const { plan } = recordLearner({ network, rule: monoForward({ optimizer: sgd(0.1) }), batchSize: 32 });
  expect(plan.bytes).toBeLessThanOrEqual(1.25 * 4 * network.parameterCount);
});

test('behind global pooling, pooled projections learn in less memory than the control', () => {
  const layers = Array.from({ length: 6 }, () => conv2d(16, 3, { activation: 'relu', padding: 'same' }));
  const network = sequential([28, 28, 1], [...layers, globalAveragePool(), dense(10)]);
  const bytes = (rule: ReturnType<typeof monoForward>): number =>
    recordLearner({ network, rule, batchSize: 32 }).plan.bytes;
  const optimizer = sgd(0.1);
  const pooled = bytes(monoForward({ optimizer, projection: 'pooled' }));
  expect(pooled).toBeLessThan(bytes(monoForward({ optimizer })));
  expect(pooled).toBeLessThan(0.4 * bytes(backprop({ optimizer })));
});

test('refuses options that are none', () => {
  expect(() => monoForward({ predictBy: 'first' as never })).toThrow(RuleError);
  expect(() => monoForward({ projection: 'none' as never })).toThrow(
    "projection is 'none', wanted one of full, pooled",
  );
});
