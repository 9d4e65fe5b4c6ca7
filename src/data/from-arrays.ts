// The arrays of an .npz archive as data sets: which of them are meant, and what labels may look like there.

import {
  createDataset,
  type Dataset,
  encodeLabels,
  type Inputs,
  type LabelledSet,
  numberedClasses,
  numberedTargets,
} from './dataset.ts';
import { DataError, listed } from './errors.ts';
import { isText, type NDArray, type TextArray } from './formats/ndarray.ts';
import type { Npz } from './formats/npy.ts';

/** Samples and what is learned of them, then the same of the test set, as archives customarily call them. */
const CUSTOMARY = [
  ['x_train', 'y_train', 'x_test', 'y_test'],
  ['train_images', 'train_labels', 'test_images', 'test_labels'],
  ['train_x', 'train_y', 'test_x', 'test_y'],
  ['train_data', 'train_labels', 'test_data', 'test_labels'],
  ['x', 'y'],
  ['data', 'target'],
  ['data', 'labels'],
  ['images', 'labels'],
  ['features', 'labels'],
];

/** What was read: a test set only where the archive has one. */
export interface ArraySets {
  readonly train: Dataset;
  readonly test?: Dataset;
}

/**
 * @param told names of two or four arrays: samples and labels, and those of the test set
 * @param values whether y holds numbers to be learned and not classes
 * @throws DataError where these arrays are not there, or are not of such a form
 */
export async function fromArrays(
  name: string,
  npz: Npz,
  { told, values = false }: { told?: readonly string[]; values?: boolean },
): Promise<ArraySets> {
  const names = told ?? customaryNames(name, npz.names);
  if (names.length !== 2 && names.length !== 4) {
    throw new DataError(
      (called) => `${called('arrays')} is ${names.join(', ')}; wanted two names, or four with those of the test set`,
    );
  }
  const parts = [await readPart(name, npz, names.slice(0, 2))];
  if (names.length === 4) parts.push(await readPart(name, npz, names.slice(2)));
  const [train, test] = values ? parts.map(toValues) : toClasses(parts);
  return { train, ...(test && { test }) };
}

function customaryNames(name: string, held: readonly string[]): string[] {
  const find = (wanted: string): string | undefined => held.find((key) => key.toLowerCase() === wanted);
  for (const wanted of CUSTOMARY) {
    const found = wanted.map(find);
    const [x, y, xTest, yTest] = found;
    if (x === undefined || (y === undefined && xTest === undefined)) continue;
    const names = xTest === undefined && yTest === undefined ? wanted.slice(0, 2) : wanted;
    const missing = names.filter((_, at) => found[at] === undefined);
    if (missing.length > 0) throw new DataError(`${name} holds ${listed(held)}; wanted ${missing.join(', ')} too`);
    return found.slice(0, names.length) as string[];
  }
  const wanted = CUSTOMARY[0].join(', ');
  throw new DataError(
    (called) => `${name} holds ${listed(held) || 'no arrays'}; wanted ${wanted}, or ${called('arrays')} to name them`,
  );
}

interface Part {
  readonly samples: { readonly name: string; readonly inputs: Inputs; readonly inputShape: number[] };
  readonly y: NDArray | TextArray;
  readonly yName: string;
}

async function readPart(name: string, npz: Npz, [xName, yName]: readonly string[]): Promise<Part> {
  const x = await npz.read(xName);
  if (isText(x)) throw new DataError(`${name}: ${xName} holds text; wanted numbers`);
  const { data, shape } = x;
  const inputs = data instanceof Uint8Array || data instanceof Float32Array ? data : Float32Array.from(data);
  return { samples: { name, inputs, inputShape: shape.slice(1) }, y: await npz.read(yName), yName };
}

function toValues({ samples, y, yName }: Part): Dataset {
  const [, width = 1, ...more] = y.shape;
  if (isText(y)) throw new DataError(`${samples.name}: ${yName} holds text; wanted numbers`);
  if (y.shape.length === 0 || more.length > 0) {
    throw new DataError(`${samples.name}: ${yName} has shape [${y.shape.join(', ')}]; wanted [n] or [n, k]`);
  }
  return createDataset({ ...samples, targets: Float32Array.from(y.data), targetNames: numberedTargets(width) });
}

interface LabelColumn {
  readonly labels: readonly (number | string)[];
  /** How many classes there are, where the array says it. */
  readonly classes: number;
}

/** The parts have the same classes. */
function toClasses(parts: readonly Part[]): LabelledSet[] {
  const columns = parts.map(readLabels);
  const { classNames, encode } = findClasses(columns);
  return parts.map(({ samples }, at) => createDataset({ ...samples, classNames, labels: encode(columns[at].labels) }));
}

/** Words, whole numbers [n] or [n, 1], or one-hot rows [n, k]. */
function readLabels({ samples, y, yName }: Part): LabelColumn {
  if (isText(y)) return { labels: y.data, classes: 0 };
  const [, width = 1, ...more] = y.shape;
  if (width === 1 && more.length === 0) return { labels: Array.from(y.data), classes: 0 };
  const labels = more.length === 0 ? oneHotIndices(y.data, width) : undefined;
  if (labels) return { labels, classes: width };
  throw new DataError(
    `${samples.name}: ${yName} has shape [${y.shape.join(', ')}]; wanted [n], or [n, k] with one 1 a row and zeros`,
  );
}

/** The place of the one 1 of each row; undefined where a row is another. */
function oneHotIndices(data: NDArray['data'], width: number): number[] | undefined {
  const indices: number[] = [];
  for (let first = 0; first < data.length; first += width) {
    const row = data.subarray(first, first + width);
    const index = row.indexOf(1);
    if (index < 0 || row.some((value, at) => value !== 0 && at !== index)) return undefined;
    indices.push(index);
  }
  return indices;
}

interface Classes {
  readonly classNames: string[];
  readonly encode: (labels: LabelColumn['labels']) => Int32Array;
}

/** Whole numbers count the classes; where they begin below 0, or leave more gaps than classes, they are names. */
function findClasses(columns: readonly LabelColumn[]): Classes {
  const all = columns.flatMap(({ labels }) => labels);
  const count = Math.max(...columns.map(({ classes }) => classes));
  if (all.every((label): label is number => typeof label === 'number')) {
    const largest = all.reduce((most, label) => Math.max(most, label), count - 1);
    const sparse = count === 0 && 2 * new Set(all).size < largest + 1;
    if (!all.every(Number.isInteger) || !(sparse || all.some((label) => label < 0))) {
      const classNames = numberedClasses(all, count > 0 ? [count - 1] : []);
      return { classNames, encode: (labels) => Int32Array.from(labels, Number) };
    }
  }
  const { classNames } = encodeLabels(all.map(String));
  return { classNames, encode: (labels) => encodeLabels(labels.map(String), classNames).labels };
}
