// What a data set that can be asked for by name is made of: one file of this folder and one line of index.ts.

import type { Dataset, TrainTest } from '../dataset.ts';

export interface SetFile {
  readonly name: string;
  /** Where its publisher offers it; none for a file that has to be put together from its source. */
  readonly url?: string;
  readonly bytes: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
}

/** A file as its publisher offers it. */
export type PublishedFile = SetFile & { readonly url: string };

/** Files, and how they are read. */
export interface SetForm<Set extends Dataset = Dataset> {
  readonly files: readonly SetFile[];
  /**
   * Reads the set; `open` yields the content of one of `files` by name.
   *
   * @param testGroups whose samples become the test set, in a set that tells groups (`holdOut`)
   */
  read(open: OpenFile, testGroups?: readonly string[]): Promise<TrainTest<Set>>;
}

export interface SetDescriptor<Set extends Dataset = Dataset> extends SetForm<Set> {
  /** What `loadDataset` is asked for. */
  readonly name: string;
  /** Folder of its files, where that has another name. */
  readonly folder?: string;
  /** Who made it and where it is described. */
  readonly source: string;
  readonly licence: string;
  /** The set, or a part of it, as other files: taken where all of them are there. */
  readonly pack?: SetForm<Set>;
}

export type OpenFile = (fileName: string) => Promise<Uint8Array>;

/** Files of a publisher's folder. */
export const published = (folder: string, ...files: [name: string, bytes: number, sha256: string][]): PublishedFile[] =>
  files.map(([name, bytes, sha256]) => ({ name, url: folder + name, bytes, sha256 }));
