// The data set that --data asks for, cut to --limit.

import { existsSync } from 'node:fs';
import type { NetworkSpec } from '../src/index.ts';
import { consecutive, type Dataset, hasLabels, type LabelledSet, split, type TrainTest } from '../src/data/dataset.ts';
import { splitGroups } from '../src/data/hold-out.ts';
import { type CsvLayout, dataSets, type SetDescriptor } from '../src/data/index.ts';
import { loadDataset, type LoadOptions } from '../src/data/node/sources.ts';
import { elementsOf } from '../runtime/program/layout.ts';
import { sampleShape } from '../src/layers/network.ts';
import type { TaskKind } from '../src/tasks/task.ts';
import { chooseFile, type FileValues, inOptions } from './choose-file.ts';
import type { TaskName } from './choose-task.ts';
import { type Values, UsageError } from './command.ts';
import { importDefault, isFile, UserFileError } from './import-file.ts';
import { Progress } from './progress.ts';
import { readNumber, readSeed, readWhole } from './read-value.ts';

const setNames = dataSets.map(({ name }) => name).join(', ');

export const dataOptions = {
  data: {
    type: 'string',
    value: '<name>',
    about: `${setNames}, a folder, .npz, .csv or ./my-set.ts; default synthetic`,
  },
  limit: { type: 'string', value: '<n>', about: 'learns from the first <n> samples only' },
  validation: {
    type: 'string',
    value: '<n>',
    about: 'keeps a share aside, such as 0.1, whole people where they are known, and is judged by it',
  },
  'split-seed': {
    type: 'string',
    value: '<n>',
    about: 'of which rows judge, of a file without a test set and by --validation; default: --seed, to compare 1',
  },
} as const;

export type DataValues = Values<typeof dataOptions> & FileValues;

/** What is learned from, and what it is judged by. */
export interface Task<Set extends Dataset = LabelledSet> {
  readonly name: string;
  readonly train: Set;
  readonly held: Set;
  readonly judgedBy: 'test' | 'validation';
  /** Of a table. */
  readonly layout?: CsvLayout;
}

/** How files are read, beside what options say. */
export interface Reading {
  /** Tables by the columns of another one. */
  readonly like?: CsvLayout;
  /** Judges all rows of a file without a test set, not a fifth. */
  readonly isWhole?: boolean;
}

/** The seed by which rows are drawn that judge: that of the learner unless told. @throws UsageError */
export const chooseSplitSeed = ({ 'split-seed': told }: DataValues, seed: number): number =>
  readSeed('split-seed', told) ?? seed;

/** @param seed of which rows judge. @throws DataError, UsageError */
export async function chooseData(values: DataValues, seed: number, reading?: Reading): Promise<Task> {
  const { data = 'synthetic', label } = values;
  if (label !== undefined && label.length > 1) {
    throw new UsageError(
      `--label is given ${label.length} times, but classes have one column; wanted --task regression`,
    );
  }
  const [options, shares] = [readBy(values, seed, reading), sharesOf(values)];
  const asked = await findSet(data);
  const parts = await shown((shows) => loadDataset(asked, { ...options, ...shows }));
  return cut(data, { ...parts, notes: [...(parts.notes ?? []), ...labelNotes(parts.train)] }, shares, seed);
}

/** Data with what a task learns: classes, values, or the samples. @throws DataError, UsageError */
export async function chooseDataFor(
  kind: TaskName,
  values: DataValues,
  seed: number,
  reading?: Reading,
): Promise<Task<Dataset>> {
  if (kind === 'classification') return chooseData(values, seed, reading);
  const isItself = kind === 'reconstruction';
  const { data = isItself ? 'synthetic' : 'synthetic-regression', label = [] } = values;
  const options = readBy(isItself ? { ...values, drop: [...(values.drop ?? []), ...label] } : values, seed, reading);
  const shares = sharesOf(values);
  const asked = await findSet(data);
  const parts = await shown((shows) =>
    isItself
      ? loadDataset(asked, { ...options, ...shows, label: [] })
      : loadDataset(asked, { ...options, ...shows, values: true }),
  );
  return cut(data, parts, shares, seed);
}

/**
 * What `loadDataset` takes: a name or a path, or what a user's file describes, which is told of: a checkpoint may have
 * named it.
 * @throws UsageError, UserFileError
 */
async function findSet(data: string): Promise<string | SetDescriptor> {
  if (!isFile(data)) {
    if (existsSync(data) || dataSets.some(({ name }) => name === data)) return data;
    throw new UsageError(`there is no data set or path '${data}', wanted ${setNames}, or a folder, .npz or .csv`);
  }
  console.error(`data is the file '${data}'`);
  const wanted = 'a set: { name, source, licence, files, read }';
  const exported = await importDefault(data, wanted);
  if (isSet(exported)) return exported;
  throw new UserFileError(`${data} does not export a set as default, wanted ${wanted}`);
}

export const isSet = (value: unknown): value is SetDescriptor => {
  const { name, files, read } = Object(value) as Partial<SetDescriptor>;
  return typeof name === 'string' && Array.isArray(files) && typeof read === 'function';
};

const readBy = (values: DataValues, seed: number, { like, isWhole = false }: Reading = {}) => ({
  ...chooseFile(values),
  seed,
  like,
  ...(isWhole && { testFraction: 0 }),
});

interface Shares {
  /** Of the samples that are learned from. */
  readonly limit: number | undefined;
  /** Of these, what is kept aside. */
  readonly fraction: number | undefined;
}

/** Read before anything is loaded. */
const sharesOf = ({ limit, validation }: DataValues): Shares => ({
  limit: readWhole('limit', limit),
  fraction: readNumber('validation', validation, 1),
});

function cut<Set extends Dataset>(
  name: string,
  parts: TrainTest<Set>,
  { limit, fraction }: Shares,
  seed: number,
): Task<Set> {
  const { train: all, test, notes = [], layout } = parts;
  for (const note of notes) console.error(`${name}: ${note}`);
  const train = limit === undefined || limit >= all.count ? all : consecutive(all, limit);
  if (!fraction) return { name, train, held: test, judgedBy: 'test', layout };
  const apart = new Set(train.groups).size > 1 ? splitGroups : split;
  const { train: rest, validation } = apart(train, fraction, seed);
  return { name, train: rest, held: validation, judgedBy: 'validation', layout };
}

/** So many different numbers are hardly classes; of those with a fraction fewer are. */
const [MANY, MANY_FRACTIONS] = [100, 20];

/** What one may have wanted instead of as many classes as there are numbers. */
function labelNotes({ classNames }: LabelledSet): string[] {
  const numbers = classNames.map((name) => (name === '' ? Number.NaN : Number(name)));
  const most = numbers.every(Number.isInteger) ? MANY : MANY_FRACTIONS;
  if (numbers.length <= most || !numbers.every(Number.isFinite)) return [];
  return [`the label has ${numbers.length} different numbers, a class each; --task regression learns their values`];
}

/** Values beyond this are far from what networks begin with. */
const WIDE = 10;

/** What helps where inputs are wide, and not standardised. */
export function wideNotes({ inputs }: Dataset): string[] {
  if (inputs instanceof Uint8Array) return [];
  const largest = inputs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= WIDE) return [];
  return [`inputs go up to ${Number(largest.toPrecision(4))}; with --standardize all they are learned better`];
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
  } catch (error) {
    throw inOptions(error);
  } finally {
    progress.clear();
  }
}

/** Names of the classes, or of the values. */
export const namesOf = (set: Dataset): string[] => (hasLabels(set) ? set.classNames : set.targetNames);

/** What a learner is given with the inputs. */
export const targetsOf = (set: Dataset, kind: TaskKind): LabelledSet['labels'] | Float32Array | null =>
  kind === 'reconstruction' ? null : hasLabels(set) ? set.labels : set.targets;

/** The network of one hidden layer that fits the data. */
export const usualNetwork = ({ train }: Task<Dataset>, kind: TaskName = 'classification'): string =>
  `${elementsOf(train.inputShape)}-256-${outputsOf(train, kind)}`;

const outputsOf = (set: Dataset, kind: TaskName): number =>
  kind === 'reconstruction' ? elementsOf(set.inputShape) : namesOf(set).length;

/** @throws UsageError where samples of the data are not those of the network. */
export function expectSamples(network: NetworkSpec, { name, train }: Task<Dataset>): void {
  const [wanted, given] = [sampleShape(network), train.inputShape];
  if (elementsOf(wanted) !== elementsOf(given)) {
    throw new UsageError(
      `the network takes samples of ${wanted.join('x')}, but those of ${name} are ${given.join('x')}`,
    );
  }
  if (isOtherOrder(wanted, given)) {
    throw new UsageError(
      `the network takes samples of ${wanted.join('x')}, but those of ${name} are ${given.join('x')}: ` +
        'as many values in another order; wanted images with their channels last',
    );
  }
}

/** @throws UsageError where samples and classes of the data are not those of the network. */
export function expectFit(network: NetworkSpec, data: Task<Dataset>, kind: TaskName = 'classification'): void {
  expectSamples(network, data);
  const { name, train } = data;
  const outputs = outputsOf(train, kind);
  const { outputShape } = network;
  if (elementsOf(outputShape) === outputs && (kind !== 'classification' || outputShape.length === 1)) return;
  throw new UsageError(
    `the network gives ${outputShape.join('x')} outputs, but ${name} has ${outputs} ${outputsAre[kind]}`,
  );
}

/** Both have several axes, which are not the same ones; axes of 1 say nothing about the order. */
function isOtherOrder(wanted: readonly number[], given: readonly number[]): boolean {
  const [a, b] = [wanted, given].map((shape) => shape.filter((size) => size !== 1));
  return a.length > 1 && b.length > 1 && a.join() !== b.join();
}

const outputsAre: Readonly<Record<TaskName, string>> = {
  classification: 'classes',
  regression: 'values to learn',
  multiLabel: 'labels',
  reconstruction: 'values in a sample',
};
