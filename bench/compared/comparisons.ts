// What docs/choose.md compares: which rule, on which network, learning how much. Every rule of the index tries the same
// optimisers and rates; those that cannot train a network are left out.

import { join } from 'node:path';
import { rules } from '../../src/forward-only/index.ts';
import type { Told } from '../shared/ask-onward.ts';

export interface Comparison {
  readonly name: string;
  readonly network: string;
  /** Options of `onward compare`. */
  readonly options: Told;
  /** Of rules, where they have settings of their own; default as they are. */
  readonly own?: Readonly<Record<string, string>>;
  /**
   * What is reached without learning: the share of the test set's commonest class, or R² of the mean or of what else
   * is known beforehand. Default a tenth.
   */
  readonly untaught?: number;
}

const optimizers = 'optimizer=sign,momentum,adam';
const grid = { set: [optimizers, 'lr=0.002,0.01,0.05,0.2'], schedule: 'linear', seeds: 5 };
const mnist = { ...grid, data: 'mnist', limit: 1000, activation: 'relu' };
/** Of one sample at a time. */
const single = { ...mnist, set: [optimizers, 'lr=0.0005,0.002,0.01,0.05'], batch: 1 };
const regression = { ...grid, task: 'regression', limit: 2000 };
/** R² of repeating the last sample of hapt-forecast, over its test people. */
const LAST_SAMPLE = 0.884;
const own = { drtp: 'activation=tanh', forwardForward: 'threshold=1', channelGoodness: 'goodness=square' };
const pooled = { ...own, monoForward: 'projection=pooled' };

export const comparisons: readonly Comparison[] = [
  { name: 'perceptron', network: '784-128-10', options: { ...mnist, epochs: 5 }, own },
  { name: 'strokes', network: '16-64-10', options: { ...mnist, data: 'pendigits', epochs: 10 }, own },
  {
    name: 'convolutions',
    network: '28x28x1-c8k3same-p2-c16k3same-p2-10',
    options: { ...mnist, epochs: 4 },
    own: pooled,
  },
  {
    name: 'depth',
    network: '28x28x1-c8k3same-c8k3same-c8k3same-c8k3same-p4-10',
    options: { ...mnist, epochs: 4 },
    own: pooled,
  },
  { name: 'one-by-one', network: '784-128-10', options: { ...single, epochs: 3 }, own },
  {
    name: 'recurrent',
    network: '128x6-r64-mean-12',
    options: { ...grid, data: 'hapt-har', limit: 2000, epochs: 5 },
    untaught: 0.176,
  },
  { name: 'spiking', network: '784-t10-rate-100-lif-10', options: { ...mnist, epochs: 5 } },
  {
    name: 'regression',
    network: '256-64-10',
    options: { ...regression, data: 'synthetic-regression', epochs: 10 },
    own,
    untaught: 0,
  },
  {
    name: 'forecast',
    network: '64x6-r64-6',
    options: { ...regression, data: 'hapt-forecast', epochs: 10 },
    untaught: LAST_SAMPLE,
  },
];

/** Of the control all layers, and the last alone. */
export function entriesOf({ own: settings = {} }: Comparison): string[] {
  const entries = Object.keys(rules).map((rule) => (rule in settings ? `${rule}:${settings[rule]}` : rule));
  return ['backprop', 'backprop:last=1', ...entries.filter((entry) => entry !== 'backprop')];
}

/** Its trials, a line of JSON each. */
export const keptFile = ({ name }: Comparison): string => join(import.meta.dirname, 'runs', `${name}.jsonl`);
