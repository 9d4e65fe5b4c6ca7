// SLTT against the paper in double precision, and what it is for: memory that does not grow with time. The tape of
// backpropagation through time does.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import {
  backprop,
  createLearner,
  dense,
  last,
  lif,
  rate,
  recurrent,
  sequential,
  sgd,
  sltt,
  tpsgd,
  type NetworkSpec,
  type Rule,
} from '../../src/index.ts';
import { back, descend, distance, plus, product, rowsOf, softmax, weightsOf, type Vector } from './doubles.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';

const RATE = 0.5;
const BATCH = 5;

describe('one update, within 1e-6 of the paper in double precision', () => {
  test.each(['soft', 'hard'] as const)('%s reset', async (reset) => {
    const steps = 6;
    const [decay, threshold] = [0.7, 0.4];
    const layers = [dense(8), lif({ decay, threshold, reset }), dense(3)];
    const network = sequential([4], layers, { steps, input: 'still' });
    const learner = await createLearner({ network, rule: sltt({ optimizer: sgd(RATE) }), batchSize: BATCH });
    const { input, label } = batchOf(network, BATCH, 0, 3);
    const before = weightsOf(learner);
    learner.trainOnBatch(input, label);

    const [W1, W2] = [rowsOf(before['dense_1/weight'], 8), rowsOf(before['dense_2/weight'], 3)];
    const learned = Object.fromEntries(
      Object.entries(before).map(([name, { length }]) => [name, new Array(length).fill(0)]),
    );
    let spikes = 0;
    for (const [sample, x] of rowsOf(input, 4).entries()) {
      let v: Vector = new Array(8).fill(0);
      for (let step = 0; step < steps; step++) {
        const u = plus(
          plus(product(x, W1), before['dense_1/bias']),
          v.map((rest) => decay * rest),
        );
        const s = u.map((potential) => (potential > threshold ? 1 : 0));
        v = u.map((potential, unit) =>
          reset === 'soft' ? potential - threshold * s[unit] : potential * (1 - s[unit]),
        );
        spikes += s.reduce((sum: number, spike) => sum + spike, 0);
        const output = plus(product(s, W2), before['dense_2/bias']);
        const delta2 = softmax(output).map((share, at) => (share - (at === label[sample] ? 1 : 0)) / BATCH / steps);
        const slope = u.map((potential) => Math.max(0, 1 - Math.abs(potential - threshold)));
        const delta1 = back(delta2, W2).map((pulled, unit) => pulled * slope[unit]);
        add(learned['dense_1/weight'], x, delta1);
        add(learned['dense_1/bias'], [1], delta1);
        add(learned['dense_2/weight'], s, delta2);
        add(learned['dense_2/bias'], [1], delta2);
      }
    }
    expect(spikes).toBeGreaterThan(BATCH * steps);
    expect(distance(weightsOf(learner), descend(before, learned, RATE))).toBeLessThan(1e-6);
  });
});

/** sum += x^T d. */
function add(sum: number[], x: Vector, d: Vector): void {
  for (const [row, value] of x.entries())
    for (const [column, by] of d.entries()) sum[row * d.length + column] += value * by;
}

test.each(['dense', 'convolutional', 'residual'])('without time it is backpropagation: %s network', async (name) => {
  const network = networks[name];
  const { input, label } = batchOf(network, BATCH, 0, 4);
  const optimizer = sgd(0.1, { momentum: 0.9 });
  const hashes = [sltt({ optimizer }), backprop({ optimizer })].map(async (rule) => {
    const learner = await createLearner({ network, rule, batchSize: BATCH });
    for (let step = 0; step < 3; step++) learner.trainOnBatch(input, label);
    return learner.weightHash();
  });
  const [ours, theirs] = await Promise.all(hashes);
  expect(ours).toBe(theirs);
});

const optimizer = sgd(0.1);
const spiking = (steps: number): NetworkSpec =>
  sequential([20], [rate(), dense(16), lif(), dense(4)], { steps, input: 'still' });
const echo = (steps: number): NetworkSpec =>
  sequential([20], [recurrent(dense(16, { activation: 'tanh' })), last(), dense(4)], { steps });

/** Planned bytes but for those of the input port. */
const bytes = (network: NetworkSpec, rule: Rule): number => {
  const { plan, program } = recordLearner({ network, rule, batchSize: 8 });
  const input = program.buffers.find(({ name }) => name === 'input')!;
  return plan.bytes - 4 * input.shape.reduce((total, { offset, count }) => total * (count?.capacity ?? offset), 1);
};

/** Dense on the sequence itself: of more than one step, it reads a copy of the step. */
const heard = (steps: number): NetworkSpec => sequential([20], [dense(16), lif(), dense(4)], { steps });

test.each([
  ['sltt', 1, spiking, sltt({ optimizer })],
  ['sltt of a sequence', 2, heard, sltt({ optimizer })],
  ['recurrent tpsgd', 1, echo, tpsgd({ optimizer })],
] as const)('%s takes the same bytes at %i and at 50 steps', (_, few, network, rule) => {
  expect(bytes(network(50), rule)).toBe(bytes(network(few), rule));
});

test.each([
  ['spiking', spiking],
  ['recurrent', echo],
])('the tape of backpropagation through time grows with every step: %s network', (_, network) => {
  const at = (steps: number): number => bytes(network(steps), backprop({ optimizer }));
  const [ten, fifty] = [at(10), at(50)];
  // a hidden activation of each step at least: 8 samples of 16 units
  expect(fifty - ten).toBeGreaterThanOrEqual(40 * 8 * 16 * 4);
  expect(fifty - ten).toBe(at(90) - fifty);
});
