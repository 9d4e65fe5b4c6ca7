// Data sets by name or path, for Node: $ONWARD_DATA, then the local cache, then the publisher's address with a
// checksum. The readers it uses run anywhere.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { expectOptions, expectThat } from '../../options.ts';
import type { Dataset, LabelledSet, TrainTest, ValueSet } from '../dataset.ts';
import { hasLabels } from '../dataset.ts';
import type { DownloadOptions } from './download.ts';
import { download, readIfPresent, REMEDY } from './download.ts';
import { DataError } from '../errors.ts';
import { expectGroups } from '../hold-out.ts';
import type { PathOptions } from './path.ts';
import { asksNothing, readPath, refuseOthers } from './path.ts';
import { writeAtomically } from './write-file.ts';
import type { SetDescriptor, SetFile } from '../sets/descriptor.ts';
import { dataSets } from '../sets/index.ts';

export interface LoadOptions extends DownloadOptions, PathOptions {
  /** Folder with one folder for each set; the environment variable ONWARD_DATA unless told. */
  readonly dataDir?: string;
  /** Where downloads are kept; $XDG_CACHE_HOME/onward, ~/.cache/onward or %LOCALAPPDATA%\onward unless told. */
  readonly cacheDir?: string;
  /** Whose samples become the test set, in a set that tells groups: other people than are learned from. */
  readonly testGroups?: readonly string[];
}

const KNOWN = [
  'dataDir,cacheDir,testGroups,signal,onProgress',
  'label,values,csv,like,arrays,maxBytes,testFraction,seed',
].flatMap((keys) => keys.split(','));

/**
 * Loads a set by its name (see `dataSets`), or from a path: a folder with the four IDX files or with train.csv and
 * test.csv, an .npz with x_train, y_train, x_test, y_test, or a CSV file; or one that a descriptor describes, whose
 * files are looked for in the same places.
 *
 * @throws ConfigurationError for an option that is not known
 * @throws DataError where there is no such set or path, it holds classes where `values` are wanted or the other way
 *   round (either will do where no `label` is asked for), a file is damaged, or it cannot be fetched; the reason of
 *   `signal` where that aborts
 */
export function loadDataset(
  data: string | SetDescriptor,
  options: LoadOptions & { readonly label: readonly [] },
): Promise<TrainTest>;
export function loadDataset(
  data: string | SetDescriptor,
  options: LoadOptions & { readonly values: true },
): Promise<TrainTest<ValueSet>>;
export function loadDataset(
  data: string | SetDescriptor,
  options?: LoadOptions & { readonly values?: false },
): Promise<TrainTest<LabelledSet>>;
export async function loadDataset(data: string | SetDescriptor, options: LoadOptions = {}): Promise<TrainTest> {
  expectOptions('loadDataset', options, KNOWN);
  const set = await find(data, options);
  const { values = false } = options;
  if (hasLabels(set.train) !== values || asksNothing(options)) return set;
  const [held, wanted] = values ? ['classes', 'values'] : ['values', 'classes'];
  throw new DataError(`${typeof data === 'string' ? data : data.name} holds ${held}; wanted ${wanted}`);
}

async function find(data: string | SetDescriptor, options: LoadOptions): Promise<TrainTest> {
  if (typeof data !== 'string') {
    refuseOthers(data.name, options, []);
    return loadSet(data, options);
  }
  const descriptor = dataSets.find(({ name }) => name === data);
  if (descriptor) return find(descriptor, options);
  if (existsSync(data)) {
    const parts = await readPath(data, options);
    if (options.testGroups) expectGroups(parts.train);
    return parts;
  }
  const names = dataSets.map(({ name }) => name).join(', ');
  throw new DataError(`no data set or path "${data}"; wanted ${names}, or a folder, .npz or .csv that exists`);
}

/** Loads the set that a descriptor describes, looking for its files in the same places as `loadDataset`. */
export async function loadSet<Set extends Dataset>(
  descriptor: SetDescriptor<Set>,
  options: LoadOptions = {},
): Promise<TrainTest<Set>> {
  const { pack } = descriptor;
  const form = pack && holds(descriptor, pack.files, options) ? pack : descriptor;
  const parts = await form.read((fileName) => {
    const file = form.files.find(({ name }) => name === fileName);
    if (!file) throw new DataError(`${descriptor.name} publishes no file ${fileName}`);
    return openFile(descriptor, file, options);
  }, options.testGroups);
  for (const part of ['train', 'test'] as const) {
    const set: Partial<Dataset> | undefined = parts?.[part];
    const wanted = 'one that createDataset makes';
    expectThat(Array.isArray(set?.inputShape), `the ${part} set of ${descriptor.name}`, set, wanted, DataError);
  }
  if (options.testGroups) expectGroups(parts.train);
  return parts;
}

/** Whether all files are in the data folder. */
function holds({ name, folder = name }: SetDescriptor, files: readonly SetFile[], options: LoadOptions): boolean {
  const { dataDir = process.env.ONWARD_DATA } = options;
  return Boolean(dataDir) && files.every((file) => existsSync(join(dataDir!, folder, file.name)));
}

async function openFile(
  { name, folder = name, source }: SetDescriptor,
  file: SetFile,
  options: LoadOptions,
): Promise<Uint8Array> {
  if (options.signal?.aborted) throw options.signal.reason;
  const { dataDir = process.env.ONWARD_DATA, cacheDir = defaultCacheDir() } = options;
  const local = dataDir ? await readIfPresent(join(dataDir, folder, file.name)) : undefined;
  if (local) return local;
  const cached = join(cacheDir, folder, file.name);
  const kept = await readIfPresent(cached);
  if (kept) return kept;
  const { url } = file;
  if (url === undefined) {
    throw new DataError(`${name}: ${file.name} has no public address; it is ${source}. ${REMEDY}`);
  }
  const bytes = await download({ ...file, url }, options);
  await keep(cached, bytes);
  return bytes;
}

/** @throws DataError where the cache cannot be written. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeAtomically(path, bytes);
  } catch (error) {
    const { message } = error as Error;
    throw new DataError(`cannot write ${path}: ${message}. Choose another cacheDir or XDG_CACHE_HOME.`);
  }
}

/** mkdir's own recursion never ends in a file system that makes no folders, such as procfs (Node 20). */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  await makeFolder(dirname(path));
  await mkdir(path).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Where what was fetched is kept: $XDG_CACHE_HOME/onward, ~/.cache/onward or %LOCALAPPDATA%\onward. */
export function defaultCacheDir(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'onward');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'onward');
}
