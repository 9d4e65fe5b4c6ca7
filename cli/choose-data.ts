// The data set that --data asks for, cut to --limit.

import type { NetworkSpec } from '../src/index.ts';
import { type Dataset, split, subset, type TrainTest } from '../src/data/dataset.ts';
import { dataSets } from '../src/data/index.ts';
import { loadDataset } from '../src/data/node/sources.ts';
import { elementsOf } from '../runtime/program/layout.ts';
import { sampleShape } from '../src/layers/network.ts';
import { type Values, UsageError } from './command.ts';
import { Progress } from './progress.ts';
import { readNumber, readWhole } from './read-value.ts';

const setNames = dataSets.map(({ name }) => name).join(', ');

export const dataOptions = {
  data: { type: 'string', value: '<name>', about: `${setNames}, or a folder, .npz or .csv; default synthetic` },
  limit: { type: 'string', value: '<n>', about: 'learns from the first <n> samples only' },
  validation: { type: 'string', value: '<n>', about: 'keeps a share of them aside, such as 0.1, and is judged by it' },
} as const;

export type DataValues = Values<typeof dataOptions>;

/** What is learned from, and what it is judged by. */
export interface Task {
  readonly name: string;
  readonly train: Dataset;
  readonly held: Dataset;
  readonly judgedBy: 'test' | 'validation';
}

/** @throws DataError, UsageError */
export async function chooseData(values: DataValues, seed: number): Promise<Task> {
  const name = values.data ?? 'synthetic';
  const limit = readWhole('limit', values.limit);
  const fraction = readNumber('validation', values.validation, 1);
  const { train: all, test } = await load(name);
  const train =
    limit === undefined || limit >= all.count
      ? all
      : subset(
          all,
          Array.from({ length: limit }, (_, row) => row),
        );
  if (!fraction) return { name, train, held: test, judgedBy: 'test' };
  const parts = split(train, fraction, seed);
  return { name, train: parts.train, held: parts.validation, judgedBy: 'validation' };
}

async function load(name: string): Promise<TrainTest> {
  const progress = new Progress();
  try {
    return await loadDataset(name, {
      onProgress: ({ name: file, receivedBytes, totalBytes }) => progress.show(receivedBytes / totalBytes, file),
    });
  } finally {
    progress.clear();
  }
}

/** The network of one hidden layer that fits the data. */
export const usualNetwork = ({ train }: Task): string =>
  `${elementsOf(train.inputShape)}-256-${train.classNames.length}`;

/** @throws UsageError where samples and classes of the data are not those of the network. */
export function expectFit(network: NetworkSpec, { name, train }: Task): void {
  const shapes = [sampleShape(network), train.inputShape];
  const [wanted, given] = shapes.map((shape) => shape.join('x'));
  if (elementsOf(shapes[0]) !== elementsOf(shapes[1])) {
    throw new UsageError(`the network takes samples of ${wanted}, but those of ${name} are ${given}`);
  }
  const [outputs] = network.outputShape;
  if (network.outputShape.length !== 1 || outputs !== train.classNames.length) {
    throw new UsageError(
      `the network gives ${network.outputShape.join('x')} outputs, but ${name} has ${train.classNames.length} classes`,
    );
  }
}
