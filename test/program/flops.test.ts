// Operations of a unit's calls: exact for products, whatever loops they stand in, at full capacity.

import { expect, test } from 'vitest';
import { flopsOf } from '../../runtime/program/flops.ts';
import type { Op } from '../../runtime/program/op.ts';
import { recordLearner } from '../../src/compile/record.ts';
import { backprop, conv2d, dense, flatten, sequential, type NetworkSpec } from '../../src/index.ts';

/** Of calls of a kernel in a training step on 8 rows. */
function flops(network: NetworkSpec, kernel: RegExp): number {
  const { program } = recordLearner({ network, rule: backprop(), batchSize: 8 });
  const only = (ops: readonly Op[]): Op[] =>
    ops.flatMap((op): Op[] => {
      if (op.kind !== 'call') return [{ ...op, body: only(op.body) }];
      return kernel.test(op.kernel.name) ? [op] : [];
    });
  return flopsOf(only(program.phases.get('train') ?? []));
}

const perceptron = sequential([20], [dense(72), dense(5)]);
const images = sequential([9, 7, 3], [conv2d(16, [3, 2]), flatten(), dense(5)]);
const window = 2 * 8 * (7 * 6) * 16 * (3 * 2 * 3);

test.each([
  ['a product', perceptron, /^f32_matmul_(bias|zero)/, 2 * 8 * (20 * 72 + 72 * 5)],
  ['a product that goes back', perceptron, /^f32_matmul_bt/, 2 * 8 * 72 * 5],
  ['an update, in groups of columns', perceptron, /^f32_matmul_update/, 2 * 8 * (20 * 72 + 72 * 5)],
  ['a convolution', images, /^f32_conv2d_(bias|zero)/, window],
  ['a gradient of one, panel by panel', images, /^f32_conv2d_weight_gradient/, window],
] as const)('%s', (_, network, kernel, wanted) => {
  expect(flops(network, kernel)).toBe(wanted);
});
