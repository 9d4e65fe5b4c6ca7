// tpSGD on images: targets for the means of cells. The update itself is held against torch (scripts/oracle).

import { describe, expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import {
  adam,
  conv2d,
  createLearner,
  dense,
  flatten,
  maxPool,
  residual,
  RuleError,
  sequential,
  sgd,
  tpsgd,
  type LayerSpec,
  type NetworkSpec,
} from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { hashAfterStep } from './hash-after-step.ts';

const convolutions = (first: LayerSpec, side = 7): NetworkSpec =>
  sequential([side, side, 2], [first, flatten(), dense(3)]);
const same = conv2d(2, 3, { activation: 'tanh', padding: 'same' });

describe('cells', () => {
  test.each([
    ['a convolution', convolutions(same)],
    ['a block, through which the delta is pulled', convolutions(residual([same, same]))],
  ])('as small as pixels are `all`, bit for bit: %s', async (_, network) => {
    const all = await hashAfterStep(network, { cells: 'all' });
    for (const cells of [7, 100]) expect(await hashAfterStep(network, { cells })).toBe(all);
    for (const cells of [1, 2, 4]) expect(await hashAfterStep(network, { cells })).not.toBe(all);
  });

  test('change nothing of a network without images', async () => {
    const network = sequential([6], [dense(5, { activation: 'tanh' }), dense(3)]);
    expect(await hashAfterStep(network, {})).toBe(await hashAfterStep(network, { cells: 'all' }));
  });

  test('take less memory than pixels, as the targets are fewer', () => {
    const network = sequential([28, 28, 1], [...Array<LayerSpec>(6).fill(conv2d(16, 3)), flatten(), dense(10)]);
    const bytes = (cells: number | 'all'): number =>
      recordLearner({ network, rule: tpsgd({ optimizer: sgd(0.1), cells }) }).plan.bytes;
    expect(bytes(4)).toBeLessThan(0.9 * bytes('all'));
  });

  test.each([0, 1.5, -1, '4', 'some', null])('%o are refused', (cells) => {
    expect(() => tpsgd({ cells: cells as never })).toThrow(RuleError);
  });
});

test('two convolutions read digits better by cells than by pixels', async () => {
  const { train, test: held } = syntheticHandwriting({ train: 600, test: 300, seed: 3 });
  const filters = conv2d(8, 3, { activation: 'relu', padding: 'same' });
  const network = sequential([28, 28, 1], [filters, maxPool(2), filters, maxPool(2), flatten(), dense(10)]);
  const reached = async (cells: number | 'all'): Promise<number> => {
    const rule = tpsgd({ cells, optimizer: adam(0.005, { schedule: 'linear' }) });
    const learner = await createLearner({ network, rule, classes: train.classNames });
    await learner.fit(train.inputs, train.labels, { epochs: 3 });
    return learner.evaluate(held.inputs, held.labels).accuracy;
  };
  expect(await reached(4)).toBeGreaterThan((await reached('all')) + 0.05);
});
