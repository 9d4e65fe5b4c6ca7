// Data sets by name and path: where files are looked for, what a download must be, what a user's folder may hold.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NDArray, SetDescriptor } from '../../src/data/index.ts';
import { createDataset, DataError, dataSets, readCsv, writeNpz } from '../../src/data/index.ts';
import { loadDataset, loadSet } from '../../src/data/node/sources.ts';

const root = mkdtempSync(join(tmpdir(), 'onward-data-'));
afterAll(() => rmSync(root, { recursive: true }));

const CONTENT = new TextEncoder().encode('1,2,0\n3,4,1\n5,6,1\n');
let requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  if (request.url === '/missing.csv') response.statusCode = 404;
  if (request.url === '/endless.csv') response.write(new Uint8Array(1000));
  response.end(request.url === '/damaged.csv' ? '1,2,0\n3,4,1\n5,6,7\n' : CONTENT);
});
let address = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());
beforeEach(() => {
  requests = [];
});

/** A set of one CSV file that the server above publishes. */
const publishedSet = (fileName: string): SetDescriptor => ({
  name: 'tiny',
  source: 'this test',
  licence: 'MIT',
  files: [
    {
      name: fileName,
      url: address + fileName,
      bytes: CONTENT.length,
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
    },
  ],
  read: async (open) => {
    const { data, labels = [] } = readCsv(await open(fileName), { label: -1 });
    const classNames = ['0', '1'];
    const part = createDataset({
      name: 'tiny',
      inputs: data,
      labels: Int32Array.from(labels, Number),
      inputShape: [2],
      classNames,
    });
    return { train: part, test: part };
  },
});

let folders = 0;
const newFolder = (): string => join(root, `${folders++}`);

const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

describe('loadSet', () => {
  test('fetches once, reports progress, and keeps the file', async () => {
    const cacheDir = newFolder();
    const progress: number[] = [];
    const options = {
      dataDir: newFolder(),
      cacheDir,
      onProgress: (p: { receivedBytes: number }) => progress.push(p.receivedBytes),
    };
    const { train } = await loadSet(publishedSet('tiny.csv'), options);
    expect(train.count).toBe(3);
    expect(progress[progress.length - 1]).toBe(CONTENT.length);
    expect(readdirSync(join(cacheDir, 'tiny'))).toEqual(['tiny.csv']);
    await loadSet(publishedSet('tiny.csv'), options);
    expect(requests).toEqual(['/tiny.csv']);
  });

  test('prefers the data folder', async () => {
    const dataDir = newFolder();
    write(join(dataDir, 'tiny', 'tiny.csv'), '9,9,1\n');
    const { train } = await loadSet(publishedSet('tiny.csv'), { dataDir, cacheDir: newFolder() });
    expect(train.inputs).toEqual(Float32Array.of(9, 9));
    expect(requests).toEqual([]);
  });

  test.each([
    ['a missing file', 'missing.csv', 'the server answers 404'],
    ['other content of the same size', 'damaged.csv', 'sent 18 bytes with SHA-256'],
    ['too much', 'endless.csv', 'sends more than the 18 bytes'],
  ])('refuses %s and keeps nothing', async (_, fileName, message) => {
    const cacheDir = newFolder();
    const loading = loadSet(publishedSet(fileName), { dataDir: '', cacheDir });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(DataError);
    expect(existsSync(join(cacheDir, 'tiny'))).toBe(false);
  });

  test('an address that does not answer is named, with what helps', async () => {
    const set = publishedSet('tiny.csv');
    const closed = { ...set, files: [{ ...set.files[0], url: 'http://127.0.0.1:1/tiny.csv' }] };
    const loading = loadSet(closed, { dataDir: '', cacheDir: newFolder() });
    await expect(loading).rejects.toThrow(/cannot fetch http:\/\/127.0.0.1:1\/tiny.csv: .*ONWARD_DATA/);
  });

  test('a file without a public address says what it is and where it goes', async () => {
    const { name, bytes, sha256 } = publishedSet('tiny.csv').files[0];
    const set = { ...publishedSet('tiny.csv'), files: [{ name, bytes, sha256 }] };
    const loading = loadSet(set, { dataDir: '', cacheDir: newFolder() });
    await expect(loading).rejects.toThrow(/tiny: tiny.csv has no public address; it is this test. .*ONWARD_DATA/);
    await expect(loading).rejects.toThrow(DataError);
  });

  test('kws01-mfcc: a fifth of each class aside, coefficients standardised', async () => {
    const dataDir = newFolder();
    const labels = Uint8Array.from({ length: 120 }, (_, clip) => clip % 12);
    const clips = Int8Array.from({ length: 120 * 490 }, (_, at) => ((at * 37) % 101) - 50 + (at % 10));
    write(join(dataDir, 'kws01-mfcc', 'labels_u8.bin'), labels);
    write(join(dataDir, 'kws01-mfcc', 'mfcc_i8_1000x49x10.bin'), new Uint8Array(clips.buffer));
    const { train, test: held } = await loadDataset('kws01-mfcc', { dataDir });
    expect([train.count, held.count, train.inputShape]).toEqual([96, 24, [49, 10, 1]]);
    expect([...held.labels].sort((a, b) => a - b)).toEqual([...labels.subarray(0, 24)].sort((a, b) => a - b));
    for (let coefficient = 0; coefficient < 10; coefficient++) {
      const column = Array.from(train.inputs).filter((_, at) => at % 10 === coefficient);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length).toBeCloseTo(1, 4);
    }
    write(join(dataDir, 'kws01-mfcc', 'labels_u8.bin'), labels.subarray(1));
    await expect(loadDataset('kws01-mfcc', { dataDir })).rejects.toThrow('58800 bytes of clips do not fit 119 labels');
  });

  test('an abort rejects with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const loading = loadSet(publishedSet('tiny.csv'), { dataDir: '', cacheDir: newFolder(), signal });
    await expect(loading).rejects.toThrow('enough');
  });

  test('a cache that cannot be written is named', async () => {
    const file = newFolder();
    write(file, 'not a folder');
    const loading = loadSet(publishedSet('tiny.csv'), { dataDir: '', cacheDir: file });
    await expect(loading).rejects.toThrow(`cannot write ${join(file, 'tiny', 'tiny.csv')}`);
    await expect(loading).rejects.toThrow(DataError);
  });
});

describe('loadDataset', () => {
  test('the built-in set needs no file', async () => {
    expect((await loadDataset('synthetic', { dataDir: '', cacheDir: newFolder() })).train.count).toBe(6000);
  });

  test('an unknown name lists the known ones', async () => {
    await expect(loadDataset('minst')).rejects.toThrow('no data set or path "minst"; wanted synthetic, mnist, ');
  });

  test('a folder of IDX files, packed or not, with the usual variants of names', async () => {
    const folder = newFolder();
    const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4);
    const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 4);
    write(join(folder, 'train-images.idx3-ubyte'), images);
    write(join(folder, 'train-labels-idx1-ubyte'), labels);
    write(join(folder, 't10k-images-idx3-ubyte.gz'), gzipSync(images));
    write(join(folder, 't10k-labels-idx1-ubyte.gz'), gzipSync(labels));
    const { train, test: held } = await loadDataset(folder);
    expect(train).toEqual({ ...held, name: train.name });
    expect(train.inputs).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(train.inputShape).toEqual([1, 2, 1]);
    expect(train.classNames).toEqual(['0', '1', '2', '3', '4']);
    rmSync(join(folder, 't10k-labels-idx1-ubyte.gz'));
    await expect(loadDataset(folder)).rejects.toThrow('t10k-labels-idx1-ubyte.gz does not exist');
  });

  test('an .npz as Keras keeps it', async () => {
    const path = `${newFolder()}.npz`;
    const arrays = new Map<string, NDArray>([
      ['x_train', { data: Uint8Array.of(1, 2, 3, 4), shape: [2, 2, 1] }],
      ['y_train', { data: Float64Array.of(0, 1), shape: [2] }],
      ['x_test', { data: Uint8Array.of(5, 6), shape: [1, 2, 1] }],
      ['y_test', { data: Float64Array.of(2), shape: [1] }],
    ]);
    write(path, writeNpz(arrays));
    const { train, test: held } = await loadDataset(path);
    expect(train.inputs).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(held.labels).toEqual(Int32Array.of(2));
    expect(train.classNames).toEqual(['0', '1', '2']);
    arrays.delete('y_test');
    write(path, writeNpz(arrays));
    await expect(loadDataset(path)).rejects.toThrow('wanted x_test and y_test');
  });

  test('a CSV file, its label by name, a part put aside', async () => {
    const path = `${newFolder()}.csv`;
    write(path, `label,x\n${'cat,1\ndog,2\n'.repeat(10)}`);
    const { train, test: held } = await loadDataset(path, { testFraction: 0.25 });
    expect([train.count, held.count]).toEqual([15, 5]);
    expect(train.classNames).toEqual(['cat', 'dog']);
    held.labels.forEach((label, row) => {
      expect(held.inputs[row]).toBe(label + 1);
    });
  });

  test('a folder with train.csv and test.csv shares the classes', async () => {
    const folder = newFolder();
    write(join(folder, 'train.csv'), '1,a\n2,b\n');
    write(join(folder, 'test.csv'), '3,b\n');
    expect((await loadDataset(folder)).test.labels).toEqual(Int32Array.of(1));
    write(join(folder, 'test.csv'), '3,c\n');
    await expect(loadDataset(folder)).rejects.toThrow('label of row 0 is "c"; wanted one of a, b');
  });

  test('a folder with something else says what it holds', async () => {
    const folder = newFolder();
    write(join(folder, 'notes.txt'), '');
    await expect(loadDataset(folder)).rejects.toThrow(
      'holds notes.txt; wanted train.csv and test.csv, or train-images',
    );
  });

  test.skipIf(!process.env.ONWARD_DATA)('the public sets, from ONWARD_DATA', async () => {
    const counts = { mnist: [60000, 10000], 'fashion-mnist': [60000, 10000], pendigits: [7494, 3498] };
    for (const [name, wanted] of Object.entries(counts)) {
      const { train, test: held } = await loadDataset(name);
      expect([train.count, held.count]).toEqual(wanted);
      expect(train.classNames).toHaveLength(10);
    }
  });
});

test('names of sets and files are distinct, checksums well formed', () => {
  expect(new Set(dataSets.map(({ name }) => name)).size).toBe(dataSets.length);
  for (const { files } of dataSets) {
    expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
    for (const { url = 'http://none', sha256 } of files) {
      expect(`${url} ${sha256}`).toMatch(/^https?:\/\/\S+ [0-9a-f]{64}$/);
    }
  }
});

test('nothing that index.ts reaches imports a module of Node', () => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const [, imported] of readFileSync(path, 'utf8').matchAll(/from '([^']+)'/g)) {
      expect(imported, path).toMatch(/^\./);
      visit(join(dirname(path), imported));
    }
  };
  visit(join(import.meta.dirname, '../../src/data/index.ts'));
  expect(reached.size).toBeGreaterThan(15);
});
