// Data sets by name: where files are looked for, what a download must be, how sets are split and scaled.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SetDescriptor } from '../../src/data/index.ts';
import { createDataset, DataError, dataSets, readCsv } from '../../src/data/index.ts';
import { loadDataset, loadSet } from '../../src/data/node/sources.ts';
import { lowPassed } from '../../src/data/sets/hapt-forecast.ts';
import { newFolder, write } from './folders.ts';

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

  describe('hapt-har and hapt-forecast', () => {
    const dataDir = newFolder();
    const folder = join(dataDir, 'hapt-har');
    /** Two recordings of 200 and 150 samples: channel c of sample t is 24 (c + 1) t. */
    const signals = new Int16Array(6 * 350);
    beforeAll(() => {
      for (let t = 0; t < 350; t++) for (let c = 0; c < 6; c++) signals[6 * t + c] = 24 * (c + 1) * (t % 200);
      write(join(folder, 'streams_i16.bin'), new Uint8Array(signals.buffer));
      write(join(folder, 'experiments.csv'), 'exp,user,offset,samples,split\n1,1,0,200,train\n2,2,200,150,test\n');
      write(join(folder, 'labels.csv'), 'exp,user,activity,start,end\n1,1,5,2,194\n1,1,12,195,200\n2,2,1,1,128\n');
    });

    test('windows of 128 inside one activity, half of each shared with the next, in g and rad/s', async () => {
      const { train, test: held } = await loadDataset('hapt-har', { dataDir });
      expect([train.count, held.count, train.inputShape]).toEqual([2, 1, [128, 6]]);
      expect([train.labels, held.labels]).toEqual([Uint8Array.of(4, 4), Uint8Array.of(0)]);
      expect([4, 11].map((activity) => train.classNames[activity])).toEqual(['standing', 'lie to stand']);
      const at = (window: number, t: number, channel: number): number => train.inputs[(window * 128 + t) * 6 + channel];
      expect(at(0, 0, 0)).toBeCloseTo(24 / 720, 6);
      expect(at(1, 0, 2)).toBeCloseTo((24 * 3 * 65) / 720, 6);
      expect(at(1, 127, 3)).toBeCloseTo((24 * 4 * 192 * 0.0175 * Math.PI) / 180, 4);
    });

    test('64 samples and the next, scaled by what is learned from', async () => {
      const { train, test: held } = await loadDataset('hapt-forecast', { dataDir, values: true });
      expect([train.count, held.count, train.inputShape]).toEqual([5, 3, [64, 6]]);
      expect(train.targetNames).toEqual(['accX', 'accY', 'accZ', 'gyroX', 'gyroY', 'gyroZ']);
      const at = (row: number, t: number): number => train.inputs[(row * 64 + t) * 6];
      const slope = (at(4, 63) - at(4, 0)) / 63;
      for (let row = 0; row < 5; row++) expect(train.targets[row * 6] - at(row, 63)).toBeCloseTo(slope, 5);
      expect(at(2, 0)).toBeCloseTo(at(1, 32), 6);
      expect(held.inputs.subarray(0, 6)).toEqual(train.inputs.subarray(0, 6));
      const sum = Array.from(train.inputs).reduce((total, value) => total + value, 0);
      expect(sum / train.inputs.length).toBeCloseTo(0, 5);
    });

    test('the low-pass keeps a constant and a ramp, and stops what alternates', () => {
      const signal = (t: number, c: number): number => c + c * t + (t % 2 === 0 ? 0.5 : -0.5);
      const values = Float32Array.from({ length: 600 }, (_, at) => signal(Math.floor(at / 6), at % 6));
      const out = lowPassed(values);
      expect(out[0]).toBe(values[0]);
      for (let c = 0; c < 6; c++) {
        const [last, before] = [out[594 + c], out[588 + c]];
        expect(last - before).toBeCloseTo(c, 4);
        expect(Math.abs(last - (c + c * 99))).toBeLessThan(c + 1e-4);
      }
    });

    test('lengths that are not those of the signals are refused', async () => {
      const other = newFolder();
      write(join(other, 'hapt-har', 'streams_i16.bin'), new Uint8Array(12));
      write(join(other, 'hapt-har', 'experiments.csv'), 'exp,user,offset,samples,split\n1,1,0,2,train\n');
      await expect(loadDataset('hapt-har', { dataDir: other })).rejects.toThrow(
        'hapt-har: 12 bytes of signals do not fit 2 samples of 6 int16 each',
      );
    });
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

test('names of sets and files are distinct, checksums well formed', () => {
  expect(new Set(dataSets.map(({ name }) => name)).size).toBe(dataSets.length);
  for (const { files } of dataSets.flatMap(({ pack, ...set }) => (pack ? [set, pack] : [set]))) {
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
