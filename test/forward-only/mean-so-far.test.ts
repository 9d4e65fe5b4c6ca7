// tpSGD where time ends in the mean: targets for the mean of the steps so far. The update itself is held against torch
// (scripts/oracle), that bytes do not grow with time by time.test.ts.

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import {
  createLearner,
  dense,
  last,
  mean,
  recurrent,
  RuleError,
  sequential,
  sgd,
  tpsgd,
  type LayerSpec,
  type NetworkSpec,
  type TpsgdOptions,
} from '../../src/index.ts';
import { hashAfterStep } from './hash-after-step.ts';

const cell = recurrent(dense(7, { activation: 'tanh' }));
const ending = (end: LayerSpec, steps: number, varying = false): NetworkSpec =>
  sequential([3], [cell, end, dense(4)], { steps, varying });

describe('targets for means over time', () => {
  test('are another lesson than targets at all steps, and the same where there is one step', async () => {
    const projection = { scale: 1 };
    const [mean5, all5] = await Promise.all(
      (['mean', 'all'] as const).map((steps) => hashAfterStep(ending(mean(), 5), { steps, projection })),
    );
    expect(mean5).not.toBe(all5);
    const [mean1, all1] = await Promise.all(
      (['mean', 'all'] as const).map((steps) => hashAfterStep(ending(mean(), 1), { steps, projection })),
    );
    expect(mean1).toBe(all1);
  });

  test('lie within 1 unless told otherwise, those for all steps within 5', async () => {
    const hash = (options: TpsgdOptions): Promise<string> => hashAfterStep(ending(mean(), 5), options);
    expect(await hash({})).toBe(await hash({ projection: { scale: 1 } }));
    expect(await hash({ steps: 'all' })).toBe(await hash({ steps: 'all', projection: { scale: 5 } }));
  });

  test('change nothing where time ends in the last step', async () => {
    const network = ending(last(), 5);
    expect(await hashAfterStep(network, {})).toBe(await hashAfterStep(network, { steps: 'all' }));
  });

  test('take the bytes of one step of the layer', () => {
    const bytes = (steps: 'mean' | 'all', most: number): number =>
      recordLearner({ network: ending(mean(), most), rule: tpsgd({ steps }) }).plan.bytes;
    expect(bytes('mean', 5) - bytes('all', 5)).toBeGreaterThan(0);
    expect(bytes('mean', 50) - bytes('all', 50)).toBe(bytes('mean', 5) - bytes('all', 5));
  });

  test('are of a sequence as long as it is: short ones learn as in a shorter network', async () => {
    const learn = async (network: NetworkSpec): Promise<string> => {
      const rule = tpsgd({ optimizer: sgd(0.1) });
      const learner = await createLearner({ network, rule, batchSize: 2 });
      learner.trainOnBatch([new Float32Array(6).fill(0.3), new Float32Array(6).fill(-0.7)], [0, 3]);
      return learner.weightHash();
    };
    expect(await learn(ending(mean(), 9, true))).toBe(await learn(ending(mean(), 2)));
  });

  test.each(['last', 1, null])('%o is refused', (steps) => {
    expect(() => tpsgd({ steps: steps as never })).toThrow(RuleError);
  });
});
