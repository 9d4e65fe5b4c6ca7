// Layers to test, each beside its equation for one sample, in double precision, sharing no code with the layers.

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
  l2Normalize,
  layerNormalize,
  maxPool,
  randomTranslation,
  recurrent,
  rescale,
  residual,
  rmsNormalize,
  type Activation,
  type LayerSpec,
  type Padding,
} from '../../src/layers/index.ts';
import { philox4x32, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import type { Vector } from './alone.ts';

/** A weight's values, row-major, by its name within the layer. */
export type Weights = (name: string) => Vector;
export type Equation = (x: Vector, weights: Weights, sample: number) => number[];

export interface Case {
  readonly title: string;
  readonly layer: LayerSpec;
  readonly inputShape: readonly number[];
  readonly equation: Equation;
}

/** The seed of every run. */
export const SEED = 11;

const activate: Record<Activation, (z: number) => number> = {
  identity: (z) => z,
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z) => Math.max(z, 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
};

type At = (index: number) => number;
const list = (length: number, at: At): number[] => Array.from({ length }, (_, index) => at(index));
const total = (length: number, at: At): number => list(length, at).reduce((sum, value) => sum + value, 0);
const sum = (values: number[]): number => total(values.length, (index) => values[index]);
const part = (x: Vector, from: number, length: number): number[] => list(length, (index) => x[from + index]);

const product =
  (units: number, activation: Activation): Equation =>
  (x, weights) => {
    const [weight, bias] = [weights('weight'), weights('bias')];
    return list(units, (o) =>
      activate[activation]((bias[o] ?? 0) + total(x.length, (i) => x[i] * weight[i * units + o])),
    );
  };

type Image = readonly [height: number, width: number, channels: number];

type Pair = readonly [down: number, across: number];

interface Sliding {
  readonly window: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
}

/** For every place of the window: the pixels it covers, each with the number of its tap. */
function places([height, width]: Image, { window, stride, padding }: Sliding): { pixel: number; tap: number }[][] {
  const starts = (length: number, axis: 0 | 1): number[] => {
    const [size, step] = [window[axis], stride[axis]];
    if (padding === 'valid') return list(Math.floor((length - size) / step) + 1, (index) => index * step);
    const count = Math.ceil(length / step);
    const border = Math.floor(Math.max(0, (count - 1) * step + size - length) / 2);
    return list(count, (index) => index * step - border);
  };
  return starts(height, 0).flatMap((top) =>
    starts(width, 1).map((left) =>
      list(window[0] * window[1], (tap) => tap).flatMap((tap) => {
        const [y, x] = [top + Math.floor(tap / window[1]), left + (tap % window[1])];
        return y >= 0 && y < height && x >= 0 && x < width ? [{ pixel: y * width + x, tap }] : [];
      }),
    ),
  );
}

const convolution =
  (image: Image, filters: number, sliding: Sliding, activation: Activation): Equation =>
  (x, weights) => {
    const [weight, bias, channels] = [weights('weight'), weights('bias'), image[2]];
    return places(image, sliding).flatMap((covered) =>
      list(filters, (o) => {
        const products = covered.map(({ pixel, tap }) =>
          total(channels, (c) => x[pixel * channels + c] * weight[(tap * channels + c) * filters + o]),
        );
        return activate[activation]((bias[o] ?? 0) + sum(products));
      }),
    );
  };

const depthwise =
  (image: Image, sliding: Sliding, activation: Activation): Equation =>
  (x, weights) => {
    const [weight, bias, channels] = [weights('weight'), weights('bias'), image[2]];
    return places(image, sliding).flatMap((covered) =>
      list(channels, (c) => {
        const products = covered.map(({ pixel, tap }) => x[pixel * channels + c] * weight[tap * channels + c]);
        return activate[activation]((bias[c] ?? 0) + sum(products));
      }),
    );
  };

const pooled =
  (image: Image, sliding: Sliding, combine: (values: number[]) => number): Equation =>
  (x) =>
    places(image, sliding).flatMap((covered) =>
      list(image[2], (c) => combine(covered.map(({ pixel }) => x[pixel * image[2] + c]))),
    );

const mean = (values: number[]): number => sum(values) / values.length;
const EPSILON = 1e-5;

function normalized(values: number[], centre: number, size: (values: number[]) => number): number[] {
  const squares = values.map((value) => (value - centre) ** 2);
  return values.map((value) => (value - centre) / Math.sqrt(size(squares) + EPSILON));
}

const standardized = (values: number[]): number[] => normalized(values, mean(values), mean);

const groups =
  (count: number, channels: number): Equation =>
  (x) => {
    const width = channels / count;
    const groupOf = (index: number): number => Math.floor((index % channels) / width);
    const out = list(x.length, () => 0);
    for (let group = 0; group < count; group++) {
      const members = list(x.length, (index) => index).filter((index) => groupOf(index) === group);
      standardized(members.map((index) => x[index])).forEach((value, index) => {
        out[members[index]] = value;
      });
    }
    return out;
  };

const dropped =
  (rate: number, name: string): Equation =>
  (x, _, sample) => {
    const uniform = (index: number): number =>
      uniformFromWord(philox4x32([index >>> 2, 0, 0, sample], [SEED, streamKey(`${name}/mask`)])[index & 3]);
    return list(x.length, (index) => (uniform(index) >= rate ? x[index] / (1 - rate) : 0));
  };

const translated =
  (most: number, [height, width, channels]: readonly number[], name: string): Equation =>
  (x, _, sample) => {
    const words = philox4x32([0, 0, 0, sample], [SEED, streamKey(`${name}/translation`)]);
    const [down, across] = [words[0], words[1]].map((word) => Math.floor((word / 2 ** 32) * (2 * most + 1)) - most);
    return list(x.length, (index) => {
      const [pixel, channel] = [Math.floor(index / channels), index % channels];
      const [row, column] = [Math.floor(pixel / width) - down, (pixel % width) - across];
      const isInside = row >= 0 && row < height && column >= 0 && column < width;
      return isInside ? x[(row * width + column) * channels + channel] : 0;
    });
  };

/** A recurrent layer's first step: the cell on what comes, and on zeros. */
const firstStep =
  (units: number, cell: Equation): Equation =>
  (x, weights, sample) =>
    cell([...part(x, 0, x.length), ...list(units, () => 0)], weights, sample);

/** Equations one after another, each with the name of its layer. */
const chain =
  (...layers: [name: string, equation: Equation][]): Equation =>
  (x, weights, sample) =>
    layers.reduce<Vector>(
      (values, [name, equation]) => equation(values, (weight) => weights(`${name}/${weight}`), sample),
      x,
    ) as number[];

const around =
  (inside: Equation): Equation =>
  (x, weights, sample) =>
    inside(x, weights, sample).map((value, index) => value + x[index]);

const beside =
  (channels: number, others: number, inside: Equation): Equation =>
  (x, weights, sample) => {
    const values = inside(x, weights, sample);
    return list(x.length / channels, (position) => position).flatMap((position) => [
      ...part(x, position * channels, channels),
      ...part(values, position * others, others),
    ]);
  };

const sliding =
  (padding: Padding) =>
  (window: number | Pair, stride: number | Pair): Sliding => ({
    window: typeof window === 'number' ? [window, window] : window,
    stride: typeof stride === 'number' ? [stride, stride] : stride,
    padding,
  });
const [valid, same] = [sliding('valid'), sliding('same')];
const tested = (title: string, layer: LayerSpec, inputShape: readonly number[], equation: Equation): Case => ({
  title,
  layer,
  inputShape,
  equation,
});
const largest = (values: number[]): number => Math.max(...values);
const overlapping = { stride: 2, padding: 'same' } as const;

const dots: readonly Case[] = [
  ...(Object.keys(activate) as Activation[]).map((activation) =>
    tested(`dense ${activation}`, dense(5, { activation }), [7], product(5, activation)),
  ),
  tested('dense, more columns than a group', dense(70), [3], product(70, 'identity')),
  tested('dense without bias', dense(9, { bias: false, activation: 'tanh' }), [4], product(9, 'tanh')),
  tested(
    'recurrent, one step',
    recurrent(dense(4, { activation: 'tanh' })),
    [3],
    firstStep(4, chain(['dense_1', product(4, 'tanh')])),
  ),
  tested(
    'recurrent around a block, one step',
    recurrent(block([dense(7, { activation: 'sigmoid' }), dense(9, { activation: 'tanh' })])),
    [2],
    firstStep(9, chain(['block_1', chain(['dense_1', product(7, 'sigmoid')], ['dense_2', product(9, 'tanh')])])),
  ),
];

const windows: readonly Case[] = [
  tested('conv2d', conv2d(8, 2, { activation: 'tanh' }), [4, 3, 3], convolution([4, 3, 3], 8, valid(2, 1), 'tanh')),
  tested(
    'conv2d, stride 2, same',
    conv2d(9, 3, { activation: 'relu', ...overlapping }),
    [6, 5, 2],
    convolution([6, 5, 2], 9, same(3, 2), 'relu'),
  ),
  tested(
    'depthwiseConv2d',
    depthwiseConv2d(2, { stride: 2 }),
    [4, 5, 3],
    depthwise([4, 5, 3], valid(2, 2), 'identity'),
  ),
  tested(
    'depthwiseConv2d, same',
    depthwiseConv2d(3, { activation: 'elu', padding: 'same' }),
    [4, 3, 13],
    depthwise([4, 3, 13], same(3, 1), 'elu'),
  ),
  tested(
    'conv2d, rectangular, without bias',
    conv2d(9, [4, 2], { activation: 'tanh', stride: [1, 2], bias: false }),
    [6, 5, 2],
    convolution([6, 5, 2], 9, valid([4, 2], [1, 2]), 'tanh'),
  ),
  tested(
    'conv2d, rectangular, same',
    conv2d(8, [3, 4], { stride: [2, 1], padding: 'same' }),
    [5, 6, 1],
    convolution([5, 6, 1], 8, same([3, 4], [2, 1]), 'identity'),
  ),
  tested(
    'depthwiseConv2d, rectangular, without bias',
    depthwiseConv2d([1, 3], { stride: [2, 1], bias: false }),
    [4, 5, 9],
    depthwise([4, 5, 9], valid([1, 3], [2, 1]), 'identity'),
  ),
  tested(
    'maxPool, rectangular',
    maxPool([1, 2], { stride: [2, 2], padding: 'same' }),
    [5, 5, 2],
    pooled([5, 5, 2], same([1, 2], 2), largest),
  ),
  tested('averagePool, rectangular', averagePool([2, 1]), [4, 3, 5], pooled([4, 3, 5], valid([2, 1], [2, 1]), mean)),
  tested('maxPool', maxPool(2), [4, 5, 3], pooled([4, 5, 3], valid(2, 2), largest)),
  tested('maxPool, overlapping', maxPool(3, overlapping), [4, 5, 2], pooled([4, 5, 2], same(3, 2), largest)),
  tested('averagePool', averagePool(2), [4, 4, 3], pooled([4, 4, 3], valid(2, 2), mean)),
  tested('averagePool, overlapping', averagePool(3, overlapping), [4, 5, 2], pooled([4, 5, 2], same(3, 2), mean)),
  tested('globalAveragePool', globalAveragePool(), [3, 2, 5], (x) =>
    list(5, (c) => mean(list(6, (pixel) => x[pixel * 5 + c]))),
  ),
];

const features: readonly Case[] = [
  tested('flatten', flatten(), [2, 3, 2], (x) => part(x, 0, 12)),
  tested('rescale', rescale(0.5, -1), [2, 3], (x) => list(6, (index) => x[index] / 2 - 1)),
  tested('l2Normalize', l2Normalize(), [7], (x) => normalized(part(x, 0, 7), 0, sum)),
  tested('rmsNormalize', rmsNormalize(), [2, 5], (x) => normalized(part(x, 0, 10), 0, mean)),
  tested('layerNormalize', layerNormalize(), [2, 2, 3], (x) => standardized(part(x, 0, 12))),
  tested('groupNormalize', groupNormalize(3), [2, 2, 6], groups(3, 6)),
  tested('randomTranslation', randomTranslation(2), [4, 5, 2], translated(2, [4, 5, 2], 'randomTranslation_1')),
  tested('dropout', dropout(0.4), [3, 5], dropped(0.4, 'dropout_1')),
];

const blocks: readonly Case[] = [
  tested(
    'residual, add',
    residual([dense(5, { activation: 'tanh' }), dense(6)]),
    [6],
    around(chain(['dense_1', product(5, 'tanh')], ['dense_2', product(6, 'identity')])),
  ),
  tested(
    'residual, concatenate',
    residual([layerNormalize(), conv2d(3, 3, { activation: 'tanh', padding: 'same' })], { mode: 'concatenate' }),
    [3, 4, 2],
    beside(
      2,
      3,
      chain(
        ['layerNormalize_1', (x) => standardized(part(x, 0, 24))],
        ['conv2d_1', convolution([3, 4, 2], 3, same(3, 1), 'tanh')],
      ),
    ),
  ),
  tested(
    'residual, nested, recurrent, dropout',
    residual([residual([recurrent(dense(3, { activation: 'tanh' }))]), dropout(0.3)]),
    [3],
    around(
      chain(
        ['residual_1', around(chain(['recurrent_1', firstStep(3, chain(['dense_1', product(3, 'tanh')]))]))],
        ['dropout_1', dropped(0.3, 'residual_1/dropout_1')],
      ),
    ),
  ),
  tested(
    'block',
    block([conv2d(3, 2, { activation: 'tanh' }), maxPool([2, 1]), flatten(), dense(4, { activation: 'elu' })]),
    [3, 3, 2],
    chain(
      ['conv2d_1', convolution([3, 3, 2], 3, valid(2, 1), 'tanh')],
      ['maxPool_1', pooled([2, 2, 3], valid([2, 1], [2, 1]), largest)],
      ['dense_1', product(4, 'elu')],
    ),
  ),
];

export const cases: readonly Case[] = [...dots, ...windows, ...features, ...blocks];
