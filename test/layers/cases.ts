/** Layers to test, each beside its equation: one sample at a time, in double precision, sharing no code with the layers. */
import {
  averagePool, conv2d, dense, depthwiseConv2d, dropout, flatten, globalAveragePool, groupNormalize, l2Normalize,
  layerNormalize, maxPool, rescale, residual, rmsNormalize, simpleRecurrent, type Activation, type LayerSpec, type Padding,
} from '../../src/layers/index.ts';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/philox.ts';

export type Vector = ArrayLike<number>;
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

const list = (length: number, at: (index: number) => number): number[] => Array.from({ length }, (_, index) => at(index));
const total = (length: number, at: (index: number) => number): number => list(length, at).reduce((sum, value) => sum + value, 0);
const part = (x: Vector, from: number, length: number): number[] => list(length, (index) => x[from + index]);

const product = (units: number, activation: Activation): Equation => (x, weights) => {
  const [weight, bias] = [weights('weight'), weights('bias')];
  return list(units, (o) => activate[activation](bias[o] + total(x.length, (i) => x[i] * weight[i * units + o])));
};

type Image = readonly [height: number, width: number, channels: number];

interface Sliding {
  readonly window: number;
  readonly stride: number;
  readonly padding: Padding;
}

/** For every place of the window: the pixels it covers, each with the number of its tap. */
function places([height, width]: Image, { window, stride, padding }: Sliding): { pixel: number; tap: number }[][] {
  const starts = (length: number): number[] => {
    if (padding === 'valid') return list(Math.floor((length - window) / stride) + 1, (index) => index * stride);
    const count = Math.ceil(length / stride);
    const border = Math.floor(Math.max(0, (count - 1) * stride + window - length) / 2);
    return list(count, (index) => index * stride - border);
  };
  return starts(height).flatMap((top) => starts(width).map((left) =>
    list(window * window, (tap) => tap).flatMap((tap) => {
      const [y, x] = [top + Math.floor(tap / window), left + (tap % window)];
      return y >= 0 && y < height && x >= 0 && x < width ? [{ pixel: y * width + x, tap }] : [];
    })));
}

const convolution = (image: Image, filters: number, sliding: Sliding, activation: Activation): Equation => (x, weights) => {
  const [weight, bias, channels] = [weights('weight'), weights('bias'), image[2]];
  return places(image, sliding).flatMap((covered) => list(filters, (o) => {
    const sums = covered.map(({ pixel, tap }) =>
      total(channels, (c) => x[pixel * channels + c] * weight[(tap * channels + c) * filters + o]));
    return activate[activation](bias[o] + total(sums.length, (index) => sums[index]));
  }));
};

const depthwise = (image: Image, sliding: Sliding, activation: Activation): Equation => (x, weights) => {
  const [weight, bias, channels] = [weights('weight'), weights('bias'), image[2]];
  return places(image, sliding).flatMap((covered) => list(channels, (c) =>
    activate[activation](bias[c] + covered.reduce((sum, { pixel, tap }) => sum + x[pixel * channels + c] * weight[tap * channels + c], 0))));
};

const pooled = (image: Image, sliding: Sliding, combine: (values: number[]) => number): Equation => (x) =>
  places(image, sliding).flatMap((covered) =>
    list(image[2], (c) => combine(covered.map(({ pixel }) => x[pixel * image[2] + c]))));

const mean = (values: number[]): number => total(values.length, (index) => values[index]) / values.length;
const EPSILON = 1e-5;

function normalized(values: number[], centred: boolean, sum: boolean): number[] {
  const centre = centred ? mean(values) : 0;
  const squares = mean(values.map((value) => (value - centre) ** 2)) * (sum ? values.length : 1);
  return values.map((value) => (value - centre) / Math.sqrt(squares + EPSILON));
}

const groups = (count: number, channels: number): Equation => (x) => {
  const width = channels / count;
  const groupOf = (index: number): number => Math.floor((index % channels) / width);
  const out = list(x.length, () => 0);
  for (let group = 0; group < count; group++) {
    const members = list(x.length, (index) => index).filter((index) => groupOf(index) === group);
    normalized(members.map((index) => x[index]), true, false).forEach((value, index) => {
      out[members[index]] = value;
    });
  }
  return out;
};

const dropped = (rate: number, name: string): Equation => (x, _, sample) => {
  const word = wordReader(SEED, streamKey(`${name}/mask`), 0);
  for (let index = 0; index < sample * x.length; index++) word();
  return list(x.length, (index) => (uniformFromWord(word()) >= rate ? x[index] / (1 - rate) : 0));
};

const recurrence = (features: number, units: number, activation: Activation, sequences: boolean): Equation => (x, weights, sample) => {
  const step = product(units, activation);
  const outputs: number[][] = [];
  for (let t = 0; t < x.length / features; t++) {
    const before = outputs[t - 1] ?? list(units, () => 0);
    outputs.push(step([...part(x, t * features, features), ...before], weights, sample));
  }
  return sequences ? outputs.flat() : outputs[outputs.length - 1];
};

/** Equations one after another, each with the name of its layer. */
const chain = (...layers: [name: string, equation: Equation][]): Equation => (x, weights, sample) =>
  layers.reduce<Vector>((values, [name, equation]) =>
    equation(values, (weight) => weights(`${name}/${weight}`), sample), x) as number[];

const around = (inside: Equation): Equation => (x, weights, sample) =>
  inside(x, weights, sample).map((value, index) => value + x[index]);

const beside = (channels: number, others: number, inside: Equation): Equation => (x, weights, sample) => {
  const values = inside(x, weights, sample);
  return list(x.length / channels, (position) => position)
    .flatMap((position) => [...part(x, position * channels, channels), ...part(values, position * others, others)]);
};

const valid = (window: number, stride: number): Sliding => ({ window, stride, padding: 'valid' });
const same = (window: number, stride: number): Sliding => ({ window, stride, padding: 'same' });
const ofActivation = (activation: Activation): Case =>
  ({ title: `dense ${activation}`, layer: dense(5, { activation }), inputShape: [7], equation: product(5, activation) });

export const cases: readonly Case[] = [
  ...(Object.keys(activate) as Activation[]).map(ofActivation),
  { title: 'dense, more columns than a group', layer: dense(70), inputShape: [3], equation: product(70, 'identity') },
  {
    title: 'conv2d', layer: conv2d(8, 2, { activation: 'tanh' }), inputShape: [4, 3, 3],
    equation: convolution([4, 3, 3], 8, valid(2, 1), 'tanh'),
  },
  {
    title: 'conv2d, stride 2, same', layer: conv2d(9, 3, { activation: 'relu', stride: 2, padding: 'same' }), inputShape: [6, 5, 2],
    equation: convolution([6, 5, 2], 9, same(3, 2), 'relu'),
  },
  {
    title: 'depthwiseConv2d', layer: depthwiseConv2d(2, { stride: 2 }), inputShape: [4, 5, 3],
    equation: depthwise([4, 5, 3], valid(2, 2), 'identity'),
  },
  {
    title: 'depthwiseConv2d, same', layer: depthwiseConv2d(3, { activation: 'elu', padding: 'same' }), inputShape: [4, 3, 13],
    equation: depthwise([4, 3, 13], same(3, 1), 'elu'),
  },
  { title: 'maxPool', layer: maxPool(2), inputShape: [4, 5, 3], equation: pooled([4, 5, 3], valid(2, 2), (values) => Math.max(...values)) },
  {
    title: 'maxPool, overlapping, same', layer: maxPool(3, { stride: 2, padding: 'same' }), inputShape: [4, 5, 2],
    equation: pooled([4, 5, 2], same(3, 2), (values) => Math.max(...values)),
  },
  { title: 'averagePool', layer: averagePool(2), inputShape: [4, 4, 3], equation: pooled([4, 4, 3], valid(2, 2), mean) },
  {
    title: 'averagePool, overlapping, same', layer: averagePool(3, { stride: 2, padding: 'same' }), inputShape: [4, 5, 2],
    equation: pooled([4, 5, 2], same(3, 2), mean),
  },
  {
    title: 'globalAveragePool', layer: globalAveragePool(), inputShape: [3, 2, 5],
    equation: (x) => list(5, (c) => mean(list(6, (pixel) => x[pixel * 5 + c]))),
  },
  { title: 'flatten', layer: flatten(), inputShape: [2, 3, 2], equation: (x) => part(x, 0, x.length) },
  { title: 'rescale', layer: rescale(0.5, -1), inputShape: [2, 3], equation: (x) => list(x.length, (index) => x[index] / 2 - 1) },
  { title: 'l2Normalize', layer: l2Normalize(), inputShape: [7], equation: (x) => normalized(part(x, 0, 7), false, true) },
  { title: 'rmsNormalize', layer: rmsNormalize(), inputShape: [2, 5], equation: (x) => normalized(part(x, 0, 10), false, false) },
  { title: 'layerNormalize', layer: layerNormalize(), inputShape: [2, 2, 3], equation: (x) => normalized(part(x, 0, 12), true, false) },
  { title: 'groupNormalize', layer: groupNormalize(3), inputShape: [2, 2, 6], equation: groups(3, 6) },
  { title: 'dropout', layer: dropout(0.4), inputShape: [3, 5], equation: dropped(0.4, 'dropout_1') },
  { title: 'simpleRecurrent', layer: simpleRecurrent(4), inputShape: [5, 3], equation: recurrence(3, 4, 'tanh', false) },
  {
    title: 'simpleRecurrent, sequences', layer: simpleRecurrent(9, { activation: 'sigmoid', returnSequences: true }), inputShape: [3, 2],
    equation: recurrence(2, 9, 'sigmoid', true),
  },
  {
    title: 'residual, add', layer: residual([dense(5, { activation: 'tanh' }), dense(6)]), inputShape: [6],
    equation: around(chain(['dense_1', product(5, 'tanh')], ['dense_2', product(6, 'identity')])),
  },
  {
    title: 'residual, concatenate',
    layer: residual([layerNormalize(), conv2d(3, 3, { activation: 'tanh', padding: 'same' })], { mode: 'concatenate' }),
    inputShape: [3, 4, 2],
    equation: beside(2, 3, chain(
      ['layerNormalize_1', (x) => normalized(part(x, 0, 24), true, false)],
      ['conv2d_1', convolution([3, 4, 2], 3, same(3, 1), 'tanh')],
    )),
  },
  {
    title: 'residual, nested, recurrent, dropout',
    layer: residual([residual([simpleRecurrent(3, { returnSequences: true })]), dropout(0.3)]),
    inputShape: [4, 3],
    equation: around(chain(
      ['residual_1', around(chain(['simpleRecurrent_1', recurrence(3, 3, 'tanh', true)]))],
      ['dropout_1', dropped(0.3, 'residual_1/dropout_1')],
    )),
  },
];
