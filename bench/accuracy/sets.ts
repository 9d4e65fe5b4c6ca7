// `npx tsx bench/accuracy/sets.ts [name ...] [--json]`: that the sets can be learned, by the control and by a rule
// beside it, each a small network and a few epochs, seed 1. In rows of "others" each group judges in turn what was
// learned from all others. Exits with 1 where an accuracy is below its bar. Data come from $ONWARD_DATA; minutes for
// all.

import { parseArgs } from 'node:util';
import {
  adam,
  backprop,
  block,
  conv2d,
  createLearner,
  dense,
  flatten,
  type LayerSpec,
  lif,
  maxPool,
  mean,
  type NetworkSpec,
  recurrent,
  type Rule,
  sequential,
  sltt,
  tpsgd,
} from '../../src/index.ts';
import { type LabelledSet, propagate, subset, type TrainTest } from '../../src/data/index.ts';
import { loadDataset, loadSet } from '../../src/data/node/sources.ts';
import { cora } from '../../src/data/sets/cora.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';
import cifar10Jpeg from '../data/cifar10-jpeg.ts';
import { tellRows } from '../shared/verdict.ts';
import { markdownRow } from '../shared/markdown.ts';

interface Trial {
  readonly name: string;
  /** Several, where groups judge in turn. */
  readonly load: () => Promise<readonly TrainTest<LabelledSet>[]>;
  readonly network: NetworkSpec;
  /** Each with what the mean test accuracy has to be, in percent. */
  readonly rules: readonly (readonly [rule: Rule, wanted: number])[];
  readonly epochs: number;
  readonly batchSize?: number;
}

const optimizer = adam(0.003, { schedule: 'linear' });
const control = backprop({ optimizer });
const local = tpsgd({ optimizer });
/** Chosen on a fifth of what is learned from, as the rate of the control was not. */
const inTime = adam(0.01, { schedule: 'linear' });
const projection = { kind: 'normal', scale: 0.7 } as const;
const spiking = sltt({ optimizer });

const hidden = (units: number): LayerSpec => dense(units, { activation: 'relu' });
const conv = (filters: number): LayerSpec => conv2d(filters, 3, { padding: 'same', activation: 'relu' });
const perceptron = (shape: number[], ...units: number[]): NetworkSpec => {
  const layers = units.map((count, at) => (at < units.length - 1 ? hidden(count) : dense(count)));
  return sequential(shape, shape.length > 1 ? [flatten(), ...layers] : layers);
};
const spikes = (steps: number, width: number, units: number): NetworkSpec =>
  sequential([width], [dense(units), lif(), dense(10)], { steps });

const heard = (
  [steps, width]: readonly [number, number],
  classes: number,
  activation: 'tanh' | 'relu' = 'tanh',
): NetworkSpec => sequential([width], [recurrent(dense(64, { activation })), mean(), dense(classes)], { steps });

/** Two convolutions and a pool, as VGG has them, in one unit: local rules learn through both. */
const pair = (filters: number): LayerSpec[] => [block([conv(filters), conv(filters)]), maxPool(2)];

const asPublished = async (name: string): Promise<TrainTest<LabelledSet>[]> => [await loadDataset(name)];

/** Each group of the set judges once, learned from all others. */
async function inTurn(name: string): Promise<TrainTest<LabelledSet>[]> {
  const { groupNames = [] } = (await loadDataset(name)).train;
  return Promise.all(groupNames.map((group) => loadDataset(name, { testGroups: [group] })));
}

/** Learned from the first samples only. */
async function firstOf(count: number, load: () => Promise<TrainTest<LabelledSet>>): Promise<TrainTest<LabelledSet>[]> {
  const { train, test } = await load();
  const rows = Array.from({ length: count }, (_, row) => row);
  return [{ train: subset(train, rows), test }];
}

/** Words of the papers around, each paper's sum 1 before: published 81.0 (Wu et al., ICML 2019), with weight decay. */
async function twoHops(): Promise<TrainTest<LabelledSet>[]> {
  const { graph } = await loadSet(cora);
  const { nodes, rows } = graph!;
  const words = nodes.inputShape[0];
  const inputs = Float32Array.from(nodes.inputs);
  for (let first = 0; first < inputs.length; first += words) {
    const paper = inputs.subarray(first, first + words);
    const sum = paper.reduce((total, value) => total + value, 0) || 1;
    paper.forEach((value, at) => {
      paper[at] = value / sum;
    });
  }
  const spread = { ...nodes, inputs: propagate({ ...graph!, nodes: { ...nodes, inputs } }, 2) };
  return [{ train: subset(spread, rows.train), test: subset(spread, rows.test) }];
}

const trials: readonly Trial[] = [
  {
    name: 'mnist in pairs, 5,000',
    load: () => firstOf(5000, () => loadDataset('mnist')),
    network: sequential([28, 28, 1], [...pair(16), ...pair(32), flatten(), hidden(128), dense(10)]),
    rules: [
      [control, 95],
      [tpsgd(), 93],
    ],
    epochs: 3,
  },
  {
    name: 'fsdd',
    load: () => asPublished('fsdd'),
    network: perceptron([49, 10], 128, 64, 10),
    rules: [
      [control, 95],
      [local, 94],
    ],
    epochs: 20,
  },
  {
    name: 'fsdd, others',
    load: () => inTurn('fsdd'),
    network: perceptron([49, 10], 128, 64, 10),
    rules: [
      [control, 55],
      [local, 52],
    ],
    epochs: 20,
  },
  {
    name: 'fsdd, recurrent',
    load: () => asPublished('fsdd'),
    network: heard([49, 10], 10),
    rules: [
      [control, 88],
      [tpsgd({ optimizer: inTime, projection }), 85.5],
    ],
    epochs: 20,
  },
  {
    name: 'fsdd, recurrent relu',
    load: () => asPublished('fsdd'),
    network: heard([49, 10], 10, 'relu'),
    rules: [
      [control, 94],
      [tpsgd({ optimizer: inTime, projection }), 92],
    ],
    epochs: 20,
  },
  {
    name: 'hapt-har, recurrent',
    load: () => asPublished('hapt-har'),
    network: heard([128, 6], 12),
    rules: [
      [control, 78],
      [tpsgd({ optimizer: inTime }), 78],
    ],
    epochs: 10,
  },
  {
    name: 'fsdd-events',
    load: () => asPublished('fsdd-events'),
    network: spikes(50, 64, 128),
    rules: [
      [control, 85],
      [spiking, 85],
    ],
    epochs: 20,
  },
  {
    name: 'pendigits-events',
    load: () => asPublished('pendigits-events'),
    network: perceptron([57, 4], 128, 10),
    rules: [
      [control, 94],
      [local, 93],
    ],
    epochs: 20,
  },
  {
    name: 'mnist-saccades, 10,000',
    load: () => firstOf(10_000, () => loadDataset('mnist-saccades')),
    network: spikes(12, 392, 200),
    rules: [
      [control, 90],
      [spiking, 90],
    ],
    epochs: 2,
  },
  {
    name: 'hapt-har',
    load: () => asPublished('hapt-har'),
    network: perceptron([128, 6], 128, 64, 12),
    rules: [
      [control, 83],
      [local, 80],
    ],
    epochs: 10,
  },
  {
    name: 'cora, without its graph',
    load: () => asPublished('cora'),
    network: perceptron([1433], 64, 7),
    rules: [
      [control, 50],
      [local, 50],
    ],
    epochs: 100,
  },
  {
    name: 'cora, two hops',
    load: twoHops,
    network: perceptron([1433], 7),
    rules: [[backprop({ optimizer: adam(0.2) }), 78]],
    epochs: 30,
    batchSize: 140,
  },
  {
    name: 'CIFAR-10 (JPEG-75), 10,000',
    load: () => firstOf(10_000, () => loadSet(cifar10Jpeg)),
    network: sequential([32, 32, 3], [conv(16), maxPool(2), conv(32), maxPool(2), flatten(), hidden(128), dense(10)]),
    rules: [[control, 55]],
    epochs: 5,
  },
];

interface Row {
  readonly name: string;
  readonly rule: string;
  /** As shares, one for each that judges. */
  readonly accuracies: readonly number[];
  /** In percent. */
  readonly wanted: number;
  readonly holds: boolean;
  readonly plannedBytes: number;
}

async function learn(trial: Trial, parts: readonly TrainTest<LabelledSet>[], at: number): Promise<Row> {
  const { name, network, rules, epochs, batchSize = 32 } = trial;
  const [rule, wanted] = rules[at];
  const accuracies: number[] = [];
  let plannedBytes = 0;
  for (const { train, test } of parts) {
    const learner = await createLearner({ network, rule, classes: train.classNames, batchSize, seed: 1 });
    ({ plannedBytes } = learner.memory());
    await learner.fit(train.inputs, train.labels, { epochs });
    accuracies.push(learner.evaluate(test.inputs, test.labels).accuracy);
  }
  const holds = 100 * meanOf(accuracies) >= wanted;
  return { name, rule: rule.name, accuracies, wanted, holds, plannedBytes };
}

async function* learnAll(chosen: readonly Trial[]): AsyncGenerator<Row> {
  for (const trial of chosen) {
    const parts = await trial.load();
    for (let at = 0; at < trial.rules.length; at++) yield await learn(trial, parts, at);
  }
}

function describe({ name, rule, accuracies, wanted, holds, plannedBytes }: Row): string {
  const bar = `${holds ? '' : 'misses '}${wanted}`;
  return markdownRow([name, rule, meanAndSpread(accuracies), bar, `${plannedBytes.toLocaleString('en')} B`]);
}

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const chosen = trials.filter(
  ({ name }) => positionals.length === 0 || positionals.some((asked) => name.startsWith(asked)),
);
await tellRows(learnAll(chosen), describe, values.json);
