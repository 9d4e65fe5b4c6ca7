// Samples in memory with what is to be learned of them, labels or values: how they are checked, split, shuffled and cut
// into batches. Not a pipeline: samples that arrive one by one are in streams.ts.

import { streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import { ConfigurationError } from '../errors.ts';
import { boolean, expectIs, expectThat, integer, optional, readOptions, text } from '../options.ts';
import { expectDataset, expectList, list } from './expect.ts';
import { DataError, listed, quoted } from './errors.ts';
import type { CsvLayout } from './formats/csv/table.ts';
import { Uint32List } from './formats/growing.ts';
import { elementCount } from './formats/ndarray.ts';
import { countTo, heldByClass, permutation } from './order.ts';

export type Inputs = Float32Array | Uint8Array;
export type Labels = Int32Array | Uint8Array;

interface SampleSet {
  readonly name: string;
  /** (count, ...inputShape), row-major. Uint8 values are pixels; the consumer scales them by 1/255. */
  readonly inputs: Inputs;
  /** Shape of one sample, e.g. [28, 28, 1]. */
  readonly inputShape: number[];
  readonly count: number;
  /** (count), whose each is, an index into `groupNames`: people, speakers. Where the set tells it. */
  readonly groups?: Labels;
  readonly groupNames?: string[];
}

/** Samples of which each has a class. */
export interface LabelledSet extends SampleSet {
  /** (count), each an index into `classNames`. */
  readonly labels: Labels;
  readonly classNames: string[];
}

/** Samples of which each has numbers: what regression learns, or 0 and 1 for several labels at once. */
export interface ValueSet extends SampleSet {
  /** (count, targetNames.length), row-major. */
  readonly targets: Float32Array;
  readonly targetNames: string[];
}

export type Dataset = LabelledSet | ValueSet;

export const hasLabels = (dataset: Dataset): dataset is LabelledSet => 'labels' in dataset;

/** A data set as it is published: one part to learn from, one to be judged by. */
export interface TrainTest<Set extends Dataset = Dataset> {
  readonly train: Set;
  readonly test: Set;
  /** How a file was read, where that was found and not told, in words. */
  readonly notes?: readonly string[];
  /** Which columns a table was read from, so that another can be read alike. */
  readonly layout?: CsvLayout;
  /** Where samples are nodes of a graph. */
  readonly graph?: Graph;
}

/** Nodes and who is joined to whom, in compressed sparse rows. */
export interface Graph {
  /** All of them, also those that no part has. */
  readonly nodes: LabelledSet;
  /** (count + 1): the neighbours of node i are `indices` from `indptr[i]` to before `indptr[i + 1]`, rising. */
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  /** Nodes of each part, in its order. */
  readonly rows: { readonly train: Uint32Array; readonly validation: Uint32Array; readonly test: Uint32Array };
}

type Labelled = Omit<LabelledSet, 'count'>;
type Valued = Omit<ValueSet, 'count'>;

/**
 * Checks the parts against each other and counts the samples.
 *
 * @throws DataError where inputs, labels or targets and groups differ in number, a label names no class, a group has no
 *   name, or a value is not finite
 */
export function createDataset(parts: Labelled): LabelledSet;
export function createDataset(parts: Valued): ValueSet;
export function createDataset(parts: Labelled | Valued): Dataset {
  expectThat(typeof parts === 'object' && parts !== null, 'createDataset', parts, 'the parts of a data set', DataError);
  const { name, inputs, inputShape } = parts;
  expectIs('createDataset: name', name, text, DataError);
  expectList(`${name}: inputs`, inputs);
  expectThat(Array.isArray(inputShape), `${name}: inputShape`, inputShape, 'a list, such as [784]', DataError);
  for (const part of 'labels' in parts ? [parts.labels, parts.classNames] : [parts.targets, parts.targetNames]) {
    expectList(`${name}: labels or targets, or their names`, part);
  }
  const count = 'labels' in parts ? parts.labels.length : countTargets(parts);
  const rowLength = elementCount(inputShape);
  if (inputs.length !== count * rowLength) {
    const rows = `${inputs.length} values, ${rowLength} ([${inputShape.join(', ')}]) for each sample`;
    throw new DataError(`${name}: ${rows}, do not fit ${count} ${'labels' in parts ? 'labels' : 'rows of targets'}`);
  }
  if ('labels' in parts) assertIndices(name, 'label', parts.labels, parts.classNames, 'classes');
  else assertTargets(parts);
  if (parts.groups) assertGroups(parts, count);
  assertFinite(inputs, rowLength);
  return { ...parts, count };
}

function countTargets({ name, targets, targetNames }: Valued): number {
  const count = targets.length / targetNames.length;
  if (Number.isInteger(count)) return count;
  const names = targetNames.join(', ') || 'no names';
  throw new DataError(`${name}: ${targets.length} values of targets are no whole rows of ${names}`);
}

function assertGroups({ name, groups = new Uint8Array(), groupNames = [] }: Labelled | Valued, count: number): void {
  if (groups.length !== count) throw new DataError(`${name}: ${groups.length} groups do not fit ${count} samples`);
  assertIndices(name, 'group', groups, groupNames, 'groups');
}

function assertIndices(set: string, what: string, values: Labels, names: readonly string[], wanted: string): void {
  values.forEach((value, row) => {
    if (value >= 0 && value < names.length) return;
    throw new DataError(`${set}: ${what} of row ${row} is ${value}; wanted an index into ${names.length} ${wanted}`);
  });
}

function assertTargets({ name, targets, targetNames }: Valued): void {
  const at = targets.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const row = Math.floor(at / targetNames.length);
  const target = targetNames[at % targetNames.length];
  throw new DataError(`${name}: ${target} of row ${row} is ${targets[at]}; wanted a finite number`);
}

/**
 * Passes data without NaN or infinity.
 *
 * @param rowLength values of one sample
 * @param firstRow number of the row that `data` begins with
 * @throws DataError naming row and column (both from 0) of the first such value
 */
export function assertFinite(data: ArrayLike<number>, rowLength: number, firstRow = 0): void {
  if (data instanceof Uint8Array) return;
  for (let i = 0; i < data.length; i++) {
    if (Number.isFinite(data[i])) continue;
    const row = Math.floor(i / rowLength);
    throw new DataError(`row ${firstRow + row}, column ${i - row * rowLength} is ${data[i]}; wanted a finite number`);
  }
}

/** More classes, or a class number from here on, are taken for a mistake: values to learn, a user's number. */
const MAX_CLASSES = 65_536;

/**
 * Labels as text to indices. Classes are sorted, by value where all are numbers.
 *
 * @param classNames fixes the classes and their order, as for a test set
 * @throws DataError for a label that is not in `classNames`, and for more than 65,536 different ones
 */
export function encodeLabels(
  texts: readonly string[],
  classNames: readonly string[] = sortedClasses(texts),
): { labels: Int32Array; classNames: string[] } {
  expectList('encodeLabels: classNames', classNames);
  const indices = new Map(classNames.map((name, index) => [name, index]));
  const labels = new Int32Array(texts.length);
  texts.forEach((text, row) => {
    const index = indices.get(text);
    if (index === undefined) {
      throw new DataError(`label of row ${row} is ${quoted(text)}; wanted one of ${listed(classNames)}`);
    }
    labels[row] = index;
  });
  return { labels, classNames: [...classNames] };
}

/**
 * Class names '0', '1', ... up to the largest label.
 *
 * @throws DataError for a label that is no integer in [0, 65,536)
 */
export function numberedClasses(...labels: readonly ArrayLike<number>[]): string[] {
  let largest = -1;
  for (const part of labels) {
    expectList('numberedClasses: labels', part);
    for (let row = 0; row < part.length; row++) {
      if (!Number.isInteger(part[row]) || part[row] < 0 || part[row] >= MAX_CLASSES) {
        throw new DataError(
          `label of row ${row} is ${part[row]}; wanted a class number below ${MAX_CLASSES}, or values`,
        );
      }
      largest = Math.max(largest, part[row]);
    }
  }
  return Array.from({ length: largest + 1 }, (_, label) => `${label}`);
}

/** Names of values that have none: 'y', or 'y0', 'y1', ... */
export const numberedTargets = (count: number): string[] =>
  count === 1 ? ['y'] : Array.from({ length: count }, (_, index) => `y${index}`);

/** The share of the samples that are of the commonest class: what naming it alone gets right. */
export function commonestShare(dataset: LabelledSet): number {
  expectDataset('commonestShare', dataset);
  const { labels, classNames, count } = dataset;
  const counts = new Array<number>(classNames.length).fill(0);
  labels.forEach((label) => counts[label]++);
  return counts.reduce((most, each) => Math.max(most, each), 0) / count;
}

function sortedClasses(texts: readonly string[]): string[] {
  expectList('encodeLabels: texts', texts);
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.add(text).size > MAX_CLASSES) {
      throw new DataError(`labels have more than ${MAX_CLASSES} different values; wanted classes, or values to learn`);
    }
  }
  const names = [...seen];
  const numeric = names.every((name) => name !== '' && Number.isFinite(Number(name)));
  return numeric ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
}

/** Copies the chosen rows, in their order, to the beginning of `out`. */
export function gatherRows(
  out: { set(row: ArrayLike<number>, offset: number): void; [index: number]: number },
  source: Inputs | Labels,
  rowLength: number,
  rows: ArrayLike<number>,
): void {
  for (let i = 0; i < rows.length; i++) {
    // single values are faster one by one
    if (rowLength === 1) out[i] = source[rows[i]];
    else out.set(source.subarray(rows[i] * rowLength, (rows[i] + 1) * rowLength), i * rowLength);
  }
}

/** A copy of the chosen samples. */
export function subset<Set extends Dataset>(dataset: Set, rows: ArrayLike<number>): Set {
  expectDataset('subset', dataset);
  expectList('subset: rows', rows);
  const inputs = chosenRows(dataset.inputs, elementCount(dataset.inputShape), rows);
  const chosen = hasLabels(dataset)
    ? { labels: chosenRows(dataset.labels, 1, rows) }
    : { targets: chosenRows(dataset.targets, dataset.targetNames.length, rows) };
  const { groups } = dataset;
  return { ...dataset, inputs, ...chosen, ...(groups && { groups: chosenRows(groups, 1, rows) }), count: rows.length };
}

/** A copy of `count` samples, from one on. */
export const consecutive = <Set extends Dataset>(dataset: Set, count: number, from = 0): Set =>
  subset(
    dataset,
    Array.from({ length: count }, (_, at) => from + at),
  );

function chosenRows<Values extends Inputs | Labels>(
  source: Values,
  rowLength: number,
  rows: ArrayLike<number>,
): Values {
  const out = emptyLike(source, rows.length * rowLength);
  gatherRows(out, source, rowLength, rows);
  return out;
}

/**
 * Puts a random part aside, drawn on the stream 'split' of the seed. Where there are classes, each gives its share, and
 * one of two samples or more has at least one in both parts.
 *
 * @param fraction of the samples that are put aside, in (0, 1); rounded down to whole samples, at least one
 * @throws DataError where either part would be empty
 */
export function split<Set extends Dataset>(
  dataset: Set,
  fraction: number,
  seed: number,
): { train: Set; validation: Set } {
  expectDataset('split', dataset);
  const { count } = dataset;
  const held = Math.max(1, Math.floor(count * fraction));
  if (!(fraction > 0 && fraction < 1 && held < count)) {
    throw new DataError(`cannot put the fraction ${fraction} of ${count} samples aside; both parts want one`);
  }
  const order = permutation(count, wordReader(seed, streamKey('split'), 0));
  const isHeld = hasLabels(dataset) ? heldByClass(dataset.labels, dataset.classNames.length, held) : undefined;
  const kept = new Uint32List();
  const aside = new Uint32List();
  order.forEach((row, at) => ((isHeld?.(row) ?? at < held) ? aside : kept).push(row));
  return { train: subset(dataset, kept.toArray()), validation: subset(dataset, aside.toArray()) };
}

/**
 * The rows in `count` folds of equal size, drawn on the stream 'folds' of the seed; where there are classes, each fold
 * has its share of every one.
 *
 * @throws DataError where there are fewer rows than folds
 */
export function folds(dataset: Dataset, count: number, seed: number): number[][] {
  expectDataset('folds', dataset);
  expectIs('folds: count', count, integer(1), DataError);
  const { name, count: rows } = dataset;
  if (rows < count) throw new DataError(`${name}: ${rows} samples do not make ${count} folds`);
  const order = [...permutation(rows, wordReader(seed, streamKey('folds'), 0))];
  if (hasLabels(dataset)) order.sort((a, b) => dataset.labels[a] - dataset.labels[b]);
  return Array.from({ length: count }, (_, fold) => order.filter((_row, index) => index % count === fold));
}

export interface BatchOptions {
  readonly batchSize: number;
  /** Order of the rows, e.g. from `shuffled`; that of the data set unless told. */
  readonly rows?: Uint32Array;
  /** Leaves the last batch out where it is smaller than the others. */
  readonly dropRemainder?: boolean;
}

export interface Batch<Answers extends Labels | Float32Array = Labels> {
  /** (count, ...inputShape) */
  readonly x: Inputs;
  /** Labels (count), or targets (count, targetNames.length). */
  readonly y: Answers;
  readonly count: number;
}

/** Cuts a data set into batches. All share two buffers: a batch is valid until the next one is asked for. */
export function batches(dataset: LabelledSet, options: BatchOptions): Generator<Batch, void>;
export function batches(dataset: ValueSet, options: BatchOptions): Generator<Batch<Float32Array>, void>;
export function batches(dataset: Dataset, options: BatchOptions): Generator<Batch<Labels | Float32Array>, void> {
  expectDataset('batches', dataset);
  const { batchSize, rows, dropRemainder } = readOptions('batches', options, ConfigurationError, {
    batchSize: [integer(1)],
    rows: [optional(list)],
    dropRemainder: [boolean, false],
  });
  return cut(dataset, { batchSize, rows: rows ?? countTo(dataset.count), dropRemainder });
}

function* cut(
  dataset: Dataset,
  { batchSize, rows, dropRemainder }: Required<BatchOptions>,
): Generator<Batch<Labels | Float32Array>, void> {
  const rowLength = elementCount(dataset.inputShape);
  const x = emptyLike(dataset.inputs, batchSize * rowLength);
  const [answers, width] = hasLabels(dataset) ? [dataset.labels, 1] : [dataset.targets, dataset.targetNames.length];
  const y = emptyLike(answers, batchSize * width);
  for (let first = 0; first < rows.length; first += batchSize) {
    const chosen = rows.subarray(first, first + batchSize);
    const count = chosen.length;
    if (dropRemainder && count < batchSize) return;
    gatherRows(x, dataset.inputs, rowLength, chosen);
    gatherRows(y, answers, width, chosen);
    yield { x: x.subarray(0, count * rowLength), y: y.subarray(0, count * width), count };
  }
}

/** Zeros in an array of the same kind. */
export function emptyLike<T extends Inputs | Labels>(array: T, length: number): T {
  const create = array.constructor as new (length: number) => T;
  return new create(length);
}
