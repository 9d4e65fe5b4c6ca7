// The recipes behind the accuracies in docs/results.md, and the figures they are held against. Data, no behaviour
// beside the command that runs one. They were chosen on 10,000 of the 60,000 training images; the test set only judged
// them.

import type { RuleName } from '../src/forward-only/index.ts';

export interface Recipe {
  /** `depth-tpsgd`: of a group, which goes by what stands before the dash. */
  readonly name: string;
  /** A network in the command line's word, or a file. */
  readonly network: string;
  readonly rule: RuleName;
  /** Options of `onward train`, as it takes them. */
  readonly options: Readonly<Record<string, string | number | readonly string[]>>;
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** What the mean test accuracy has to be: so many percent, or at most so many points below that of another recipe. */
  readonly must?: { readonly reach: number } | { readonly stayWithin: number; readonly of: string };
  /** Test accuracy in percent, mean and standard deviation. */
  readonly published?: { readonly accuracy: number; readonly deviation: number; readonly source: string };
}

const DRTP_TABLES = 'Frenkel, Lefebvre, Bol, arXiv 1909.01311; 100 epochs';
const published = (accuracy: number, deviation: number) => ({ accuracy, deviation, source: DRTP_TABLES });

const control = { activation: 'relu', optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 100 };
const drtp = {
  activation: 'tanh',
  loss: 'binaryCrossEntropy',
  optimizer: 'adam',
  lr: 0.005,
  schedule: 'linear',
  batch: 100,
};
const tpsgd = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
const deep = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32, limit: 10000 };
const six = {
  network: '28x28x1-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-gap-10',
  epochs: 6,
  seeds: [1],
} as const;
const images = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32 };
const two = { network: '28x28x1-c16k3same-p2-c16k3same-p2-10', epochs: 3, seeds: [1, 2, 3] } as const;
const wide = { network: '28x28x1-c32k5same-p2-1000-10', epochs: 3, seeds: [1] } as const;
const monoForward = { activation: 'relu', optimizer: 'adam', lr: 0.001, schedule: 'linear', batch: 100 };
/** A fraction of the passes that are published. */
const short = { epochs: 5, seeds: [1] } as const;
const forward = { network: '784-500-500-10', epochs: 5, seeds: [1] } as const;
const forwardForward = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
const spiking = { optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 50 };
const small = { network: '784-256-10', epochs: 5, seeds: [1, 2, 3] } as const;
const smallControl = { ...control, lr: 0.2 };
const smallTpsgd = { ...tpsgd, lr: 0.006 };
const int8 = { storage: 'int8' };
const frozen = { set: 'freeze=conv2d', ...drtp, loss: 'crossEntropy', batch: 50 };

export const recipes = [
  {
    name: 'backprop-1000',
    network: '784-1000-10',
    rule: 'backprop',
    options: control,
    epochs: 20,
    seeds: [1],
    published: published(98.24, 0.06),
  },
  {
    name: 'backprop-500',
    network: '784-500-10',
    rule: 'backprop',
    options: control,
    epochs: 20,
    seeds: [1],
    published: published(98.28, 0.08),
  },
  {
    name: 'drtp-1000',
    network: '784-1000-10',
    rule: 'drtp',
    options: drtp,
    epochs: 30,
    seeds: [1, 2],
    published: published(95.97, 0.13),
  },
  {
    name: 'drtp-500',
    network: '784-500-10',
    rule: 'drtp',
    options: drtp,
    epochs: 30,
    seeds: [1],
    published: published(95.42, 0.12),
  },
  { name: 'tpsgd-1000', network: '784-1000-10', rule: 'tpsgd', options: tpsgd, epochs: 30, seeds: [1, 2] },
  { name: 'tpsgd-500', network: '784-500-10', rule: 'tpsgd', options: tpsgd, epochs: 30, seeds: [1] },
  { name: 'tpsgd-ln-1000', network: '784-ln-1000-10', rule: 'tpsgd', options: tpsgd, epochs: 30, seeds: [1] },
  { name: 'short-backprop', network: '784-500-10', rule: 'backprop', options: control, ...short },
  {
    name: 'short-feedback-alignment',
    network: '784-500-10',
    rule: 'feedbackAlignment',
    options: control,
    ...short,
    must: { reach: 97 },
    published: published(98.08, 0.08),
  },
  {
    name: 'short-dfa',
    network: '784-500-10',
    rule: 'dfa',
    options: { ...control, lr: 0.2 },
    ...short,
    must: { reach: 97 },
    published: published(97.41, 0.11),
  },
  {
    name: 'short-pepita',
    network: '784-500-10',
    rule: 'pepita',
    options: { ...control, lr: 0.3 },
    ...short,
    must: { reach: 95.8 },
  },
  { name: 'forward-backprop', rule: 'backprop', options: control, ...forward },
  {
    name: 'forward-forward',
    rule: 'forwardForward',
    options: { ...forwardForward, set: ['negatives=hard', 'threshold=1'] },
    ...forward,
    must: { reach: 96.8 },
  },
  {
    name: 'drtp-frozen-convolution',
    network: '28x28x1-c32k5same:relu-p2-1000-10',
    rule: 'drtp',
    options: frozen,
    epochs: 10,
    seeds: [1],
    published: published(98.13, 0.11),
  },
  { name: 'two-convolutions-backprop', rule: 'backprop', options: { ...images, lr: 0.005 }, ...two },
  {
    name: 'two-convolutions-tpsgd',
    rule: 'tpsgd',
    options: { ...images, lr: 0.005 },
    ...two,
    must: { stayWithin: 5, of: 'two-convolutions-backprop' },
  },
  { name: 'wide-convolution-backprop', rule: 'backprop', options: { ...images, lr: 0.003, limit: 10000 }, ...wide },
  {
    name: 'wide-convolution-tpsgd',
    rule: 'tpsgd',
    options: { ...images, lr: 0.005, limit: 10000 },
    ...wide,
    must: { stayWithin: 5, of: 'wide-convolution-backprop' },
  },
  { name: 'backprop-256', rule: 'backprop', options: smallControl, ...small },
  {
    name: 'backprop-256-int8',
    rule: 'backprop',
    options: { ...smallControl, ...int8 },
    ...small,
    must: { stayWithin: 0.5, of: 'backprop-256' },
  },
  { name: 'tpsgd-256', rule: 'tpsgd', options: smallTpsgd, ...small },
  {
    name: 'tpsgd-256-int8',
    rule: 'tpsgd',
    options: { ...smallTpsgd, ...int8 },
    ...small,
    must: { stayWithin: 0.5, of: 'tpsgd-256' },
  },
  {
    name: 'zeroth-order-64',
    network: '784-64-10',
    rule: 'zerothOrder',
    options: { activation: 'relu', optimizer: 'sgd', lr: 0.003, schedule: 'linear', batch: 100 },
    epochs: 10,
    seeds: [1],
  },
  { name: 'depth-backprop', rule: 'backprop', options: { ...deep, lr: 0.005 }, ...six, must: { reach: 95 } },
  { name: 'depth-mono-forward', rule: 'monoForward', options: { ...deep, lr: 0.003 }, ...six, must: { reach: 96 } },
  {
    name: 'depth-mono-forward-pooled',
    rule: 'monoForward',
    options: { ...deep, lr: 0.02, set: 'projection=pooled' },
    ...six,
    must: { reach: 85 },
  },
  { name: 'depth-tpsgd', rule: 'tpsgd', options: { ...deep, lr: 0.003 }, ...six },
  {
    name: 'depth-drtp',
    rule: 'drtp',
    options: { ...deep, activation: 'tanh', loss: 'binaryCrossEntropy', lr: 0.001 },
    ...six,
  },
  {
    name: 'mono-forward-500-500',
    network: '784-500-500-10',
    rule: 'monoForward',
    options: monoForward,
    epochs: 5,
    seeds: [1, 2, 3],
    must: { reach: 97.9 },
  },
  {
    name: 'spiking-sltt',
    network: '784-t10-rate-400-lif-10',
    rule: 'sltt',
    options: spiking,
    epochs: 2,
    seeds: [1, 2, 3],
    must: { reach: 97.2 },
  },
  {
    name: 'spiking-stdp',
    network: '784-t30-rate-400-lif0.9-10',
    rule: 'stdp',
    options: { set: 'target=0.1' },
    epochs: 3,
    seeds: [1, 2, 3],
    published: {
      accuracy: 87,
      deviation: 0,
      source: 'Diehl, Cook, Frontiers in Computational Neuroscience 9 (2015), 400 neurons, in their figure 2',
    },
  },
  {
    name: 'short-stdp',
    network: '784-t30-rate-400-lif0.9-10',
    rule: 'stdp',
    options: { limit: 6000, set: 'target=0.1' },
    epochs: 2,
    seeds: [1],
    must: { reach: 80 },
  },
  {
    name: 'spiking-backprop',
    network: '784-t10-rate-400-lif-10',
    rule: 'backprop',
    options: spiking,
    epochs: 2,
    seeds: [1, 2, 3],
  },
] as const satisfies readonly Recipe[];

/** The arguments of `onward` that train a recipe with a seed. */
export const trainArguments = ({ network, rule, options, epochs }: Recipe, seed: number): string[] => [
  'train',
  '--data',
  'mnist',
  '--network',
  network,
  '--rule',
  rule,
  ...Object.entries(options).flatMap(([name, value]) => [value].flat().flatMap((one) => [`--${name}`, `${one}`])),
  '--epochs',
  `${epochs}`,
  '--seed',
  `${seed}`,
];

export const trainCommand = (recipe: Recipe, seed: number): string =>
  `npm run -s onward -- ${trainArguments(recipe, seed).join(' ')}`;
