// A data set from the user's own folder or file, for Node.

import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Column, CsvOptions } from '../formats/csv.ts';
import { readCsv } from '../formats/csv.ts';
import type { Dataset, Inputs, TrainTest } from '../dataset.ts';
import { createDataset, encodeLabels, hasLabels, numberedClasses, numberedTargets, split } from '../dataset.ts';
import { readIfPresent } from './download.ts';
import { DataError } from '../errors.ts';
import type { NDArray } from '../formats/ndarray.ts';
import { readNpz } from '../formats/npy.ts';
import { readIdxImages } from '../sets/idx-images.ts';

export interface PathOptions {
  /**
   * Which column of a CSV file is learned: the one named label, class, target or y, else the last, unless told. With
   * `values` all that are named; the last unless told.
   */
  readonly label?: Column | readonly Column[];
  /** What is learned are numbers and not classes: columns of a CSV file, y [n] or [n, k] of an .npz. */
  readonly values?: boolean;
  /** How else CSV files are read. */
  readonly csv?: Omit<CsvOptions, 'label' | 'values'>;
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
  if (extname(path) === '.npz') {
    refuseLabel(path, options);
    return fromNpz(name, await readNpz(bytes), options);
  }
  return withTest(fromCsv(name, bytes, options), options);
}

/** @throws DataError where a column is asked for of what has none */
export function refuseLabel(name: string, { label }: PathOptions): void {
  if (label !== undefined) throw new DataError(`${name} has no column ${label}; a label is chosen in a CSV file`);
}

async function readFolder(path: string, options: PathOptions): Promise<TrainTest> {
  const files = await readdir(path);
  const name = basename(path);
  if (files.includes('train.csv') && files.includes('test.csv')) {
    const train = fromCsv(name, await openRequired(join(path, 'train.csv')), options);
    const test = fromCsv(name, await openRequired(join(path, 'test.csv')), options, train);
    return { train, test };
  }
  if (files.some((file) => file.startsWith('train-images'))) {
    refuseLabel(path, options);
    return readIdxImages(name, async (customary) => openRequired(join(path, findIdx(files, customary))));
  }
  const held = files.slice(0, 8).join(', ') || 'nothing';
  throw new DataError(`${path} holds ${held}; wanted train.csv and test.csv, or train-images..., t10k-images...`);
}

type Arrays = ReadonlyMap<string, NDArray>;

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

/** @param alike the set whose classes or values those of the file are to be */
function fromCsv(name: string, bytes: Uint8Array, options: PathOptions, alike?: Dataset): Dataset {
  const { csv, values = false, label = values ? -1 : LABEL_COLUMNS } = options;
  const table = readCsv(bytes, { ...csv, label, values });
  const { labels = [], targets, targetNames = [], data, shape } = table;
  const samples = { name, inputs: data, inputShape: [shape[1]] };
  if (targets === undefined) {
    const classNames = alike && hasLabels(alike) ? alike.classNames : undefined;
    return createDataset({ ...samples, ...encodeLabels(labels, classNames) });
  }
  const width = shape[0] === 0 ? 1 : targets.length / shape[0];
  return createDataset({
    ...samples,
    targets,
    targetNames: targetNames.length > 0 ? targetNames : numberedTargets(width),
  });
}

function fromNpz(name: string, arrays: Arrays, options: PathOptions): TrainTest {
  const read = options.values ? readValues : readClasses;
  const train = read(name, arrays, 'train');
  if (!arrays.has('x_test')) return withTest(train, options);
  const test = read(name, arrays, 'test');
  if (!hasLabels(train) || !hasLabels(test)) return { train, test };
  const classNames = numberedClasses(train.labels, test.labels);
  return { train: { ...train, classNames }, test: { ...test, classNames } };
}

function readClasses(name: string, arrays: Arrays, part: string): Dataset {
  const { y, ...samples } = readPart(name, arrays, part);
  const classNames = numberedClasses(y.data);
  return createDataset({ ...samples, labels: Int32Array.from(y.data), classNames });
}

function readValues(name: string, arrays: Arrays, part: string): Dataset {
  const { y, ...samples } = readPart(name, arrays, part);
  const [, width = 1, ...more] = y.shape;
  if (y.shape.length === 0 || more.length > 0) {
    throw new DataError(`${name}.npz: y_${part} has shape [${y.shape.join(', ')}]; wanted [n] or [n, k]`);
  }
  return createDataset({ ...samples, targets: Float32Array.from(y.data), targetNames: numberedTargets(width) });
}

interface Part {
  readonly name: string;
  readonly inputs: Inputs;
  readonly inputShape: number[];
  readonly y: NDArray;
}

function readPart(name: string, arrays: Arrays, part: string): Part {
  const x = arrays.get(`x_${part}`);
  const y = arrays.get(`y_${part}`);
  if (!x || !y) {
    const held = [...arrays.keys()].join(', ') || 'nothing';
    throw new DataError(`${name}.npz holds ${held}; wanted x_${part} and y_${part}`);
  }
  const inputs = x.data instanceof Uint8Array ? x.data : Float32Array.from(x.data);
  return { name, inputs, inputShape: x.shape.slice(1), y };
}

function withTest<Set extends Dataset>(whole: Set, { testFraction = 0.2, seed = 1 }: PathOptions): TrainTest<Set> {
  const { train, validation } = split(whole, testFraction, seed);
  return { train, test: validation };
}
