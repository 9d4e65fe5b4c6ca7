// The data set that --data asks for, cut to --limit.

import type { NetworkSpec, Task as Learned } from '../src/index.ts';
import { type Dataset, hasLabels, type LabelledSet, split, subset, type TrainTest } from '../src/data/dataset.ts';
import { dataSets } from '../src/data/index.ts';
import { loadDataset, type LoadOptions } from '../src/data/node/sources.ts';
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

/** Of commands that learn other tasks than classes too. */
export const labelOption = {
  label: {
    type: 'string',
    multiple: true,
    value: '<column>',
    about: 'of a CSV file what is learned; of values several; default: by its name, or the last',
  },
} as const;

export type DataValues = Values<typeof dataOptions & typeof labelOption>;

/** What is learned from, and what it is judged by. */
export interface Task<Set extends Dataset = LabelledSet> {
  readonly name: string;
  readonly train: Set;
  readonly held: Set;
  readonly judgedBy: 'test' | 'validation';
}

/** @throws DataError, UsageError */
export async function chooseData(values: DataValues, seed: number): Promise<Task> {
  const { data = 'synthetic', label } = values;
  if (label !== undefined && label.length > 1) {
    throw new UsageError(
      `--label is given ${label.length} times, but classes have one column; wanted --task regression`,
    );
  }
  const parts = await shown((options) => loadDataset(data, { ...options, label }));
  return cut(data, parts, values, seed);
}

/** Data with what a task learns: classes, or values. @throws DataError, UsageError */
export async function chooseDataFor(kind: Learned['kind'], values: DataValues, seed: number): Promise<Task<Dataset>> {
  if (kind === 'classification' || kind === 'reconstruction') return chooseData(values, seed);
  const { data = 'synthetic-regression', label } = values;
  const parts = await shown((options) => loadDataset(data, { ...options, label, values: true }));
  return cut(data, parts, values, seed);
}

function cut<Set extends Dataset>(name: string, parts: TrainTest<Set>, values: DataValues, seed: number): Task<Set> {
  const limit = readWhole('limit', values.limit);
  const fraction = readNumber('validation', values.validation, 1);
  const { train: all, test } = parts;
  const train =
    limit === undefined || limit >= all.count
      ? all
      : subset(
          all,
          Array.from({ length: limit }, (_, row) => row),
        );
  if (!fraction) return { name, train, held: test, judgedBy: 'test' };
  const { train: rest, validation } = split(train, fraction, seed);
  return { name, train: rest, held: validation, judgedBy: 'validation' };
}

/** Loads with a bar for what is fetched. */
async function shown<Set extends Dataset>(
  load: (options: Pick<LoadOptions, 'onProgress'>) => Promise<TrainTest<Set>>,
): Promise<TrainTest<Set>> {
  const progress = new Progress();
  try {
    return await load({
      onProgress: ({ name: file, receivedBytes, totalBytes }) => progress.show(receivedBytes / totalBytes, file),
    });
  } finally {
    progress.clear();
  }
}

/** Names of the classes, or of the values. */
export const namesOf = (set: Dataset): string[] => (hasLabels(set) ? set.classNames : set.targetNames);

/** What a learner is given with the inputs. */
export const targetsOf = (set: Dataset, kind: Learned['kind']): LabelledSet['labels'] | Float32Array | null =>
  kind === 'reconstruction' ? null : hasLabels(set) ? set.labels : set.targets;

/** The network of one hidden layer that fits the data. */
export const usualNetwork = ({ train }: Task<Dataset>, kind: Learned['kind'] = 'classification'): string =>
  `${elementsOf(train.inputShape)}-256-${outputsOf(train, kind)}`;

const outputsOf = (set: Dataset, kind: Learned['kind']): number =>
  kind === 'reconstruction' ? elementsOf(set.inputShape) : namesOf(set).length;

/** @throws UsageError where samples and classes of the data are not those of the network. */
export function expectFit(
  network: NetworkSpec,
  { name, train }: Task<Dataset>,
  kind: Learned['kind'] = 'classification',
): void {
  const shapes = [sampleShape(network), train.inputShape];
  const [wanted, given] = shapes.map((shape) => shape.join('x'));
  if (elementsOf(shapes[0]) !== elementsOf(shapes[1])) {
    throw new UsageError(`the network takes samples of ${wanted}, but those of ${name} are ${given}`);
  }
  const outputs = outputsOf(train, kind);
  const { outputShape } = network;
  if (elementsOf(outputShape) === outputs && (kind !== 'classification' || outputShape.length === 1)) return;
  throw new UsageError(
    `the network gives ${outputShape.join('x')} outputs, but ${name} has ${outputs} ${outputsAre[kind]}`,
  );
}

const outputsAre: Readonly<Record<Learned['kind'], string>> = {
  classification: 'classes',
  regression: 'values to learn',
  multiLabel: 'labels',
  reconstruction: 'values in a sample',
};
