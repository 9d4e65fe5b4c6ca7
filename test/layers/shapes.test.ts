// What a declaration refuses: the error names the layer, what came and what was wanted. And the shapes it gives.

import { describe, expect, test } from 'vitest';
import {
  averagePool,
  block,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePool,
  groupNormalize,
  last,
  layerNormalize,
  lif,
  maxPool,
  mean,
  recurrent,
  rescale,
  residual,
  sequential,
  ShapeError,
  type LayerSpec,
} from '../../src/layers/index.ts';

const TIMELESS = 'there is no time, wanted sequential(shape, layers, { steps })';

const refused: [inputShape: number[], layers: LayerSpec[], text: string][] = [
  [[4, 4, 1], [dense(3)], 'dense_1: got an input of shape [4, 4, 1], wanted [features]: put flatten() before it'],
  [[4], [dense(2.5)], 'dense_1: units is 2.5, wanted a whole number of at least 0'],
  [[4, 4], [conv2d(2, 3)], 'conv2d_1: got an input of shape [4, 4], wanted [height, width, channels]'],
  [[4, 4, 1], [conv2d(2, 3), conv2d(2, 3)], 'conv2d_2: a window of 3x3 does not fit into an input of 2x2'],
  [[4, 4, 1], [conv2d(0, 3)], 'conv2d_1: filters is 0, wanted a whole number of at least 1'],
  [[9], [depthwiseConv2d(3)], 'depthwiseConv2d_1: got an input of shape [9], wanted [height, width, channels]'],
  [[4, 4, 2], [conv2d(1, 3, { stride: 0 })], 'conv2d_1: stride is 0, wanted a whole number of at least 1'],
  [[1, 1, 2], [maxPool(2)], 'maxPool_1: a window of 2x2 does not fit into an input of 1x1'],
  [[8], [averagePool(2, { name: 'blur' })], 'blur: got an input of shape [8], wanted [height, width, channels]'],
  [[8], [globalAveragePool()], 'globalAveragePool_1: got an input of shape [8], wanted [height, width, channels]'],
  [[8], [dropout(1)], 'dropout_1: rate is 1, wanted a finite number from 0 to below 1'],
  [[8], [rescale(Number.NaN)], 'rescale_1: scale is NaN, wanted a finite number'],
  [[8], [layerNormalize({ epsilon: -1 })], 'layerNormalize_1: epsilon is -1, wanted a finite number of at least 0'],
  [
    [2, 2, 6],
    [groupNormalize(4)],
    'groupNormalize_1: got an input of shape [2, 2, 6], wanted channels in 4 equal groups',
  ],
  [[5, 8], [recurrent(dense(3))], 'recurrent_1: got an input of shape [5, 8], wanted [features] at every step'],
  [
    [8],
    [recurrent(residual([dense(9)]))],
    'recurrent_1/residual_1: its layers make [9] of [17], wanted the same shape to add them',
  ],
  [[8], [recurrent(rescale(2))], 'recurrent_1: its cell makes [9], wanted [units], the same of any input'],
  [[4, 4, 2], [conv2d(1, 3, { stride: [1, 0] })], 'conv2d_1: stride is 0, wanted a whole number of at least 1'],
  [[4, 4, 2], [conv2d(1, [3, 5])], 'conv2d_1: a window of 3x5 does not fit into an input of 4x4'],
  [
    [4, 4, 2],
    [maxPool([1, 2, 3] as unknown as [number, number])],
    'maxPool_1: window is [1, 2, 3], wanted a number or [height, width]',
  ],
  [[8], [lif({ decay: 1 })], 'lif_1: decay is 1, wanted a finite number from 0 to below 1'],
  [[8], [lif({ threshold: 0 })], 'lif_1: threshold is 0, wanted a finite number above 0'],
  [[8], [lif({ reset: 'none' as 'soft' })], "lif_1: reset is 'none', wanted one of soft, hard"],
  [[8], [dense(3), last()], `last_1: ${TIMELESS}`],
  [[8], [dense(3), lif(), dense(3)], `lif_1: ${TIMELESS}`],
  [[8], [recurrent(dense(3))], `recurrent_1: ${TIMELESS}`],
  [[8], [dense(3), block([dense(3), residual([dense(3), lif()])])], `block_1: ${TIMELESS}`],
  [[8], [residual([dense(4)])], 'residual_1: its layers make [4] of [8], wanted the same shape to add them'],
  [
    [4, 4, 2],
    [residual([conv2d(2, 3)], { mode: 'concatenate' })],
    'residual_1: its layers make [2, 2, 2] of [4, 4, 2], wanted the same but for the last axis to concatenate them',
  ],
  [
    [8],
    [residual([dense(4), conv2d(1, 1)])],
    'residual_1/conv2d_1: got an input of shape [4], wanted [height, width, channels]',
  ],
  [[8], [dense(4, { name: 'a' }), dense(4, { name: 'a' })], "two layers are named 'a'"],
];

test('time ends once, after a whole number of steps', () => {
  const twice = (): unknown => sequential([8], [mean(), dense(3), last()], { steps: 4 });
  expect(twice).toThrow(new ShapeError("last_1: there is no time behind 'mean_1'"));
  const behind = (): unknown => sequential([8], [dense(3), lif(), last(), dense(3), lif()], { steps: 4 });
  expect(behind).toThrow(new ShapeError("lif_2: there is no time behind 'last_1'"));
  const none = (): unknown => sequential([8], [dense(3)], { steps: 0 });
  expect(none).toThrow(new ShapeError('sequential: steps is 0, wanted a whole number of at least 1'));
});

const rows = refused.map(([inputShape, layers, text]) => ({ inputShape, layers, text }));

test.each(rows)('$text', ({ inputShape, layers, text }) => {
  expect(() => sequential(inputShape, layers)).toThrow(new ShapeError(text));
});

const accepted: [layer: LayerSpec, inputShape: number[], outputShape: number[], parameters: number][] = [
  [dense(3), [5], [3], 18],
  [conv2d(4, 3, { stride: 2, padding: 'same' }), [7, 6, 2], [4, 3, 4], 76],
  [depthwiseConv2d(3), [7, 6, 2], [5, 4, 2], 20],
  [maxPool(2), [5, 4, 3], [2, 2, 3], 0],
  [averagePool(3, { stride: 2, padding: 'same' }), [5, 4, 3], [3, 2, 3], 0],
  [globalAveragePool(), [5, 4, 3], [3], 0],
  [flatten(), [5, 4, 3], [60], 0],
  [dense(3, { bias: false }), [5], [3], 15],
  [conv2d(4, [3, 1], { stride: [1, 2], bias: false }), [7, 6, 2], [5, 3, 4], 24],
  [depthwiseConv2d([1, 3], { padding: 'same', stride: [2, 1], bias: false }), [7, 6, 2], [4, 6, 2], 6],
  [maxPool([2, 1]), [5, 4, 3], [2, 4, 3], 0],
  [recurrent(dense(4)), [3], [4], 32],
  [recurrent(block([dense(5), dense(4)])), [3], [4], 64],
  [lif(), [4, 3, 2], [4, 3, 2], 0],
  [block([flatten(), dense(2)]), [4, 3], [2], 26],
  [residual([dense(6), dense(5)]), [5], [5], 71],
  [residual([conv2d(3, 1)], { mode: 'concatenate' }), [4, 4, 2], [4, 4, 5], 9],
];

describe('a network of one layer', () => {
  test.each(accepted)('%j of %j', (layer, inputShape, outputShape, parameters) => {
    const network = sequential(inputShape, [layer], layer.timed ? { steps: 2 } : {});
    expect(network.outputShape).toEqual(outputShape);
    expect(network.parameterCount).toBe(parameters);
  });
});
