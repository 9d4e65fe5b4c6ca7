// What forward-only rules are for: their activations do not add up with depth, since no layer's input outlives it.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import { backprop, conv2d, dense, drtp, flatten, maxPool, sequential, sgd, tpsgd } from '../../src/index.ts';

const optimizer = sgd(0.1);
const rules = { backprop: backprop({ optimizer }), tpsgd: tpsgd({ optimizer }), drtp: drtp({ optimizer }) };

/** Bytes of transients: of the plan, and of its fullest moment. */
function transients(rule: keyof typeof rules, convolutions: number): { planned: number; alive: number } {
  const layers = Array.from({ length: convolutions }, () => conv2d(16, 3, { activation: 'tanh', padding: 'same' }));
  const network = sequential([28, 28, 1], [...layers, maxPool(4), flatten(), dense(10)]);
  const { plan } = recordLearner({ network, rule: rules[rule], batchSize: 32 });
  return { planned: plan.arena, alive: plan.lowerBound.transients };
}

describe.each(['tpsgd', 'drtp'] as const)('%s on a network of convolutions', (rule) => {
  test('needs at most a third of the transients of backpropagation at six layers', () => {
    expect(transients(rule, 6).planned).toBeLessThanOrEqual(transients('backprop', 6).planned / 3);
  });

  test('needs not a byte more for eight layers or twelve', () => {
    expect(transients(rule, 8)).toEqual(transients(rule, 6));
    expect(transients(rule, 12)).toEqual(transients(rule, 6));
  });
});

test('backpropagation needs another activation for every layer', () => {
  const activation = 32 * 28 * 28 * 16 * 4;
  expect(transients('backprop', 8).alive - transients('backprop', 6).alive).toBe(2 * activation);
});
