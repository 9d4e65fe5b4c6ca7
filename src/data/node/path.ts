// A data set from the user's own folder or file, for Node. What a file is, is told by how it begins.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Column, CsvLayout, CsvOptions, CsvTable } from '../formats/csv.ts';
import { readCsv } from '../formats/csv.ts';
import { type Dataset, split, type TrainTest } from '../dataset.ts';
import { readIfPresent } from './download.ts';
import { OptionError, DataError, listed } from '../errors.ts';
import { gunzip, isGzip } from '../formats/decompress.ts';
import { isNpy, openNpz } from '../formats/npy.ts';
import { isZip } from '../formats/zip.ts';
import { fromArrays } from '../from-arrays.ts';
import { fromTable } from '../from-table.ts';
import { readIdxImages } from '../sets/idx-images.ts';

export interface PathOptions {
  /**
   * Which column of a CSV file is learned: unless told the one that is called label, class, target or y, or that looks
   * like classes, first or last. With `values` all that are named; the last unless told. An empty list: none, and each
   * sample is to be learned of itself.
   */
  readonly label?: Column | readonly Column[];
  /** What is learned are numbers and not classes: columns of a CSV file, y [n] or [n, k] of an .npz. */
  readonly values?: boolean;
  /** How else CSV files are read. */
  readonly csv?: Omit<CsvOptions, 'label' | 'values' | 'like'>;
  /**
   * Reads a table's columns as those of another one: `layout` of what was loaded then. `label` may name another column
   * to be learned; `csv` may drop others, and chooses none.
   */
  readonly like?: CsvLayout;
  /** Arrays of an .npz: samples and labels, then those of the test set; found by customary names unless told. */
  readonly arrays?: readonly string[];
  /**
   * Most bytes that a packed file may unfold to; unless told 1 GiB, and at most 32 times its size or 64 MiB, of a table
   * of text 16 times or 8 MiB.
   */
  readonly maxBytes?: number;
  /** Part of the rows that becomes the test set where a file has none; 0.2 unless told, with 0 it is all of them. */
  readonly testFraction?: number;
  /** Seed of that choice; 1 unless told. */
  readonly seed?: number;
}

/**
 * Reads a folder (train.csv and test.csv, or four IDX files), an .npz archive or a CSV file; all gzipped or not.
 *
 * @throws DataError where the path holds nothing of that kind
 */
export async function readPath(path: string, options: PathOptions): Promise<TrainTest> {
  const entry = await stat(path);
  if (entry.isDirectory()) return readFolder(path, options);
  if (entry.isCharacterDevice()) throw new DataError(`${path} is a device; wanted a file or a folder`);
  const name = basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.\w+$/, '');
  const bytes = await readUnpacked(path, options);
  if (isZip(bytes)) {
    refuseOthers(path, options, ['an .npz', 'a packed file']);
    const { train, test } = await fromArrays(
      basename(path),
      await about(path, () => openNpz(bytes, options.maxBytes)),
      {
        told: options.arrays,
        values: options.values,
      },
    );
    return test ? { train, test } : withTest(path, train, options);
  }
  refuseOtherKinds(path, bytes);
  refuseOthers(path, options, ['a CSV file', 'a packed file']);
  const { notes, layout, ...table } = await about(path, () => readTable(path, bytes, options));
  const set = await about(path, () => fromTable(name, table));
  return { ...withTest(path, set, options), notes, layout };
}

/** What options say something of. */
type Told = 'a CSV file' | 'an .npz' | 'a packed file';

/**
 * Called by what reads `name`, which takes what is said of these kinds.
 *
 * @throws OptionError for an option that says something of another kind
 */
export function refuseOthers(
  name: string,
  { label, csv, arrays, maxBytes }: PathOptions,
  taken: readonly Told[],
): void {
  const told: Readonly<Record<Told, object>> = {
    'a CSV file': { label, ...csv },
    'an .npz': { arrays },
    'a packed file': { maxBytes },
  };
  for (const [kind, options] of Object.entries(told)) {
    const [option] = Object.entries(options).find(([, value]) => ![value].flat().every(isUndefined)) ?? [];
    if (option === undefined || taken.some((one) => one === kind)) continue;
    throw new OptionError((called) => `${name} takes no ${called(option)}, which is of ${kind}`);
  }
}

const isUndefined = (value: unknown): boolean => value === undefined;

async function readFolder(path: string, options: PathOptions): Promise<TrainTest> {
  const files = (await readdir(path)).sort();
  const name = basename(path);
  const tables = ['train', 'test'].map((part) =>
    findOne(files, new RegExp(`(^|[-_.])${part}\\.(csv|tsv)(\\.gz)?$`, 'i')),
  );
  if (tables.every((file) => file !== undefined)) {
    refuseOthers(path, options, ['a CSV file', 'a packed file']);
    const [trainPath, testPath] = tables.map((file) => join(path, file));
    const [learned, judging] = [await readUnpacked(trainPath, options), await readUnpacked(testPath, options)];
    const { notes, layout, ...table } = await about(trainPath, () => readTable(trainPath, learned, options));
    const train = await about(trainPath, () => fromTable(name, table));
    const readHeld = (): Dataset => fromTable(name, readTable(testPath, judging, alike(options, layout)), train);
    return { train, test: await about(testPath, readHeld, { like: basename(trainPath) }), notes, layout };
  }
  if (files.some((file) => /train-images/i.test(file))) {
    refuseOthers(path, options, ['a packed file']);
    return readIdxImages(name, (customary) => readUnpacked(join(path, findIdx(files, customary)), options, false));
  }
  const held = listed(files) || 'nothing';
  throw new DataError(`${path} holds ${held}; wanted train.csv and test.csv, or train-images..., t10k-images...`);
}

/** How a second table is read by the columns of the first, which may stand elsewhere. */
function alike({ label, csv = {}, ...options }: PathOptions, like?: CsvLayout): PathOptions {
  const { drop: _drop, columns: _columns, oneHot: _oneHot, ...rest } = csv;
  return { ...options, ...(asksNothing({ label }) && { label }), csv: rest, like };
}

/** @throws DataError where several match */
function findOne(files: readonly string[], pattern: RegExp): string | undefined {
  const found = files.filter((file) => pattern.test(file));
  if (found.length < 2) return found[0];
  throw new DataError(`which is meant, ${listed(found)}? wanted a folder with one of them`);
}

/** The file that has the customary name in it: any prefix, test for t10k, .gz or not, "-idx3" or ".idx3". */
function findIdx(files: readonly string[], customary: string): string {
  const [part, kind] = customary.slice(0, customary.indexOf('-idx')).split('-');
  const pattern = new RegExp(`(^|[-_.])${part === 't10k' ? '(t10k|test)' : part}-${kind}([-_.]|$)`, 'i');
  return findOne(files, pattern) ?? customary;
}

/** What a packed table may unfold to: text takes many times its bytes while it is read. */
const tableLimit = (packedBytes: number): number => Math.max(2 ** 23, 16 * packedBytes);

async function readUnpacked(path: string, { maxBytes }: PathOptions, isTable = true): Promise<Uint8Array> {
  const bytes = await readIfPresent(path);
  if (!bytes) throw new DataError(`${path} does not exist`);
  if (!isGzip(bytes)) return bytes;
  return about(path, () => gunzip(bytes, maxBytes ?? (isTable ? tableLimit(bytes.length) : undefined)));
}

/** How files begin that are data, but no table of text. */
const KINDS: readonly [kind: string, begins: (bytes: Uint8Array) => boolean][] = [
  ['a single npy array; wanted an .npz with samples and labels', isNpy],
  [
    'an IDX file; wanted the folder with its labels',
    ([a, b, type, rank]) => a === 0 && b === 0 && type >= 8 && rank <= 4,
  ],
  ['HDF5; wanted .npz or .csv', startsWith('\x89HDF')],
  ['Parquet; wanted .npz or .csv', startsWith('PAR1')],
  ['a pickle of Python; wanted .npz or .csv', ([a, version]) => a === 0x80 && version >= 2 && version <= 5],
  ['a picture; wanted an .npz of all pictures', startsWith('\x89PNG')],
  ['a picture; wanted an .npz of all pictures', startsWith('\xff\xd8\xff')],
];

function startsWith(text: string): (bytes: Uint8Array) => boolean {
  return (bytes) => [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

function refuseOtherKinds(path: string, bytes: Uint8Array): void {
  const kind = KINDS.find(([, begins]) => begins(bytes));
  if (kind) throw new DataError(`${path} is ${kind[0]}`);
  if (/\.npz(\.gz)?$/i.test(path)) throw new DataError(`${path} is no zip archive, as .npz are`);
}

/** @throws DataError that names the file, with other names for options */
async function about<T>(path: string, read: () => T | Promise<T>, names?: Record<string, string>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof DataError ? error.retold(`${basename(path)}: `, names) : error;
  }
}

function readTable(path: string, bytes: Uint8Array, options: PathOptions): CsvTable {
  const { csv, label = true as const, values, like } = options;
  const learned = asksNothing(options) ? { label } : { label, values };
  const separator = csv?.separator ?? (/\.tsv(\.gz)?$/i.test(path) ? '\t' : undefined);
  return readCsv(bytes, { ...csv, ...(separator && { separator }), ...learned, like });
}

/** Whether no column is learned. */
export const asksNothing = ({ label }: PathOptions): boolean => Array.isArray(label) && label.length === 0;

function withTest(path: string, whole: Dataset, { testFraction = 0.2, seed = 1 }: PathOptions): TrainTest {
  if (testFraction === 0) return { train: whole, test: whole };
  const { count } = whole;
  if (count < 2) throw new DataError(`${path} has samples: ${count}; wanted two, to learn from and to be judged by`);
  const { train, validation } = split(whole, testFraction, seed);
  return { train, test: validation };
}
