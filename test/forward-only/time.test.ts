// What learning in time is for: bytes that do not grow with it, for every rule and every kind of network that it can
// train, but for the tape of backpropagation through time.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import { refusal } from '../../src/check/check-rule.ts';
import { rules } from '../../src/forward-only/index.ts';
import {
  block,
  dense,
  last,
  lif,
  rate,
  recurrent,
  sequential,
  sltt,
  type NetworkSpec,
  type Rule,
} from '../../src/index.ts';

const networks: Readonly<Record<string, (steps: number) => NetworkSpec>> = {
  spiking: (steps) => sequential([20], [rate(), dense(16), lif(), dense(4)], { steps, input: 'still' }),
  'spiking, of a sequence': (steps) => sequential([20], [dense(16), lif({ currentDecay: 0.5 }), dense(4)], { steps }),
  'spiking, recurrent': (steps) =>
    sequential([20], [recurrent(block([dense(16), lif({ adaptation: 0.2 })])), dense(4)], { steps }),
  recurrent: (steps) => sequential([20], [recurrent(dense(16, { activation: 'tanh' })), last(), dense(4)], { steps }),
};

/** Planned bytes but for those of the input port. */
const bytes = (network: NetworkSpec, rule: Rule): number => {
  const { plan, program } = recordLearner({ network, rule, batchSize: 8 });
  const input = program.buffers.find(({ name }) => name === 'input')!;
  return plan.bytes - 4 * input.shape.reduce((total, { offset, count }) => total * (count?.capacity ?? offset), 1);
};

const made: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule()])),
  'sltt at one step': sltt({ k: 1 }),
};

describe.each(Object.entries(networks))('%s network', (name, network) => {
  const able = Object.entries(made).filter(([, rule]) => refusal({ rule, network: network(2) }) === null);

  /** Of more than one step, dense reads a copy of the step. */
  const few = name === 'spiking, of a sequence' ? 2 : 1;
  test.each(able.filter(([rule]) => rule !== 'backprop'))(
    `%s takes the same bytes at ${few} and at 50 steps`,
    (_, rule) => {
      expect(bytes(network(50), rule)).toBe(bytes(network(few), rule));
    },
  );

  test('the tape grows with every step', () => {
    const at = (steps: number): number => bytes(network(steps), made.backprop);
    const [ten, fifty] = [at(10), at(50)];
    // a hidden activation of each step at least: 8 samples of 16 units
    expect(fifty - ten).toBeGreaterThanOrEqual(40 * 8 * 16 * 4);
    expect(fifty - ten).toBe(at(90) - fifty);
  });
});
