// What a rule saves where memory is spared in every way: one sample at a time, the control with checkpoints too. Planned
// bytes, all of them, with the sums of a step.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/compile/record.ts';
import { backprop, drtp, sgd, tpsgd, type NetworkSpec, type Rule } from '../../src/index.ts';
import { chooseNetwork } from '../../cli/choose-network.ts';

const optimizer = sgd();
const control = backprop({ optimizer });
const sparing = backprop({ optimizer, checkpoint: true });

describe.each([
  ["the benchmark's convolutional network", '28x28x1-c32k5-p2-128-10', 0.6],
  ['six convolutions', '28x28x1-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-gap-10', 0.6],
])('%s, one sample of 32 at a time', async (_, word, share) => {
  const network: NetworkSpec = await chooseNetwork(word, {});
  const plan = (rule: Rule, microBatch = 1) => recordLearner({ network, rule, batchSize: 32, microBatch }).plan;

  test.each([tpsgd({ optimizer }), drtp({ optimizer })])(
    '$name plans less than the control, and than it with checkpoints',
    (rule) => {
      for (const other of [control, sparing]) {
        expect(plan(rule).bytes).toBeLessThan(plan(other).bytes);
        expect(plan(rule).arena / plan(other).arena).toBeLessThan(share);
      }
    },
  );

  test('the control has a 24th of its transients at most, and a float for the gradient of each weight', () => {
    const [parts, whole] = [plan(control), plan(control, 32)];
    expect(parts.arena).toBeLessThan(whole.arena / 24);
    expect(parts.byRole.gradient).toBe(parts.byRole.parameter);
  });
});
