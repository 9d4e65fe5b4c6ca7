// A data set from the user's own folder or file, for Node.

import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { CsvOptions } from '../formats/csv.ts';
import { readCsv } from '../formats/csv.ts';
import type { Dataset, TrainTest } from '../dataset.ts';
import { createDataset, encodeLabels, numberedClasses, split } from '../dataset.ts';
import { readIfPresent } from './download.ts';
import { DataError } from '../errors.ts';
import type { NDArray } from '../formats/ndarray.ts';
import { readNpz } from '../formats/npy.ts';
import { readIdxImages } from '../sets/idx-images.ts';

export interface PathOptions {
  /** How CSV files are read; the label column is the one named label, class, target or y, else the last. */
  readonly csv?: CsvOptions;
  /** Part of the rows that becomes the test set where a file has none; 0.2 unless told. */
  readonly testFraction?: number;
  /** Seed of that choice; 1 unless told. */
  readonly seed?: number;
}

const LABEL_COLUMNS = ['label', 'class', 'target', 'y', -1];

/**
 * Reads a folder (train.csv and test.csv, or the four IDX files), an .npz archive or a CSV file.
 *
 * @throws DataError where the path holds nothing of that kind
 */
export async function readPath(path: string, options: PathOptions): Promise<TrainTest> {
  if ((await stat(path)).isDirectory()) return readFolder(path, options);
  const name = basename(path, extname(path));
  const bytes = await openRequired(path);
  if (extname(path) === '.npz') return fromNpz(name, await readNpz(bytes), options);
  return withTest(fromCsv(name, bytes, options), options);
}

async function readFolder(path: string, options: PathOptions): Promise<TrainTest> {
  const files = await readdir(path);
  const name = basename(path);
  if (files.includes('train.csv') && files.includes('test.csv')) {
    const train = fromCsv(name, await openRequired(join(path, 'train.csv')), options);
    const test = fromCsv(name, await openRequired(join(path, 'test.csv')), options, train.classNames);
    return { train, test };
  }
  if (files.some((file) => file.startsWith('train-images'))) {
    return readIdxImages(name, async (customary) => openRequired(join(path, findIdx(files, customary))));
  }
  const held = files.slice(0, 8).join(', ') || 'nothing';
  throw new DataError(`${path} holds ${held}; wanted train.csv and test.csv, or train-images..., t10k-images...`);
}

/** The file that begins as the customary one and may end otherwise: .gz or not, "-idx3" or ".idx3". */
function findIdx(files: readonly string[], customary: string): string {
  const start = customary.slice(0, customary.indexOf('-idx'));
  return files.find((file) => file.startsWith(start)) ?? customary;
}

async function openRequired(path: string): Promise<Uint8Array> {
  const bytes = await readIfPresent(path);
  if (bytes) return bytes;
  throw new DataError(`${path} does not exist`);
}

function fromCsv(name: string, bytes: Uint8Array, { csv }: PathOptions, classNames?: string[]): Dataset {
  const table = readCsv(bytes, { label: LABEL_COLUMNS, ...csv });
  const { labels = [], data, shape } = table;
  return createDataset({ name, inputs: data, inputShape: [shape[1]], ...encodeLabels(labels, classNames) });
}

function fromNpz(name: string, arrays: ReadonlyMap<string, NDArray>, options: PathOptions): TrainTest {
  const train = fromArrays(name, arrays, 'train');
  if (!arrays.has('x_test')) return withTest(train, options);
  const test = fromArrays(name, arrays, 'test');
  const classNames = numberedClasses(train.labels, test.labels);
  return { train: { ...train, classNames }, test: { ...test, classNames } };
}

function fromArrays(name: string, arrays: ReadonlyMap<string, NDArray>, part: string): Dataset {
  const x = arrays.get(`x_${part}`);
  const y = arrays.get(`y_${part}`);
  if (!x || !y) {
    const held = [...arrays.keys()].join(', ') || 'nothing';
    throw new DataError(`${name}.npz holds ${held}; wanted x_${part} and y_${part}`);
  }
  const classNames = numberedClasses(y.data);
  const inputs = x.data instanceof Uint8Array ? x.data : Float32Array.from(x.data);
  return createDataset({ name, inputs, labels: Int32Array.from(y.data), inputShape: x.shape.slice(1), classNames });
}

function withTest(whole: Dataset, { testFraction = 0.2, seed = 1 }: PathOptions): TrainTest {
  const { train, validation } = split(whole, testFraction, seed);
  return { train, test: validation };
}
