// Data by path, or by a name that needs no file: what files and folders of a user may hold, and what is said of others.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { NDArray } from '../../src/data/index.ts';
import { DataError, writeNpz } from '../../src/data/index.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { newFolder, write } from './folders.ts';

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
    await expect(loadDataset(path)).rejects.toThrow('holds x_train, y_train, x_test; wanted y_test too');
  });

  test('an .npz with float targets', async () => {
    const path = `${newFolder()}.npz`;
    const x: NDArray = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
    const pack = (y: NDArray): void =>
      write(
        path,
        writeNpz(
          new Map(
            [['x', x] as const, ['y', y] as const].flatMap(
              ([key, array]) =>
                [
                  [`${key}_train`, array],
                  [`${key}_test`, array],
                ] as [string, NDArray][],
            ),
          ),
        ),
      );
    pack({ data: Float64Array.of(0.5, -2), shape: [2] });
    const { train, test: held } = await loadDataset(path, { values: true });
    expect([train.targets, train.targetNames]).toEqual([Float32Array.of(0.5, -2), ['y']]);
    expect(held).toEqual(train);
    await expect(loadDataset(path)).rejects.toThrow(
      'label of row 0 is 0.5; wanted a class number below 65536, or values',
    );
    pack({ data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] });
    const wide = (await loadDataset(path, { values: true })).test;
    expect([wide.targets, wide.targetNames]).toEqual([Float32Array.of(1, 2, 3, 4, 5, 6), ['y0', 'y1', 'y2']]);
    pack({ data: Float32Array.of(1, 2), shape: [2, 1, 1] });
    await expect(loadDataset(path, { values: true })).rejects.toThrow(
      'y_train has shape [2, 1, 1]; wanted [n] or [n, k]',
    );
    pack({ data: Float64Array.of(1, 1e39), shape: [2] });
    await expect(loadDataset(path, { values: true })).rejects.toThrow('y of row 1 is Infinity; wanted a finite number');
  });

  test('a CSV file of which no column is learned, or all rows judge, or that is read as another one', async () => {
    const path = `${newFolder()}.csv`;
    write(path, `kind,a,b\n${'x,1,2\ny,3,4\n'.repeat(5)}`);
    const { train } = await loadDataset(path, { label: [] });
    expect('targets' in train && [train.inputShape, train.targets, train.targetNames]).toEqual([
      [4],
      train.inputs,
      ['kind=x', 'kind=y', 'a', 'b'],
    ]);
    const whole = await loadDataset(path, { testFraction: 0, label: 'kind' });
    expect([whole.train.count, whole.test]).toEqual([10, whole.train]);
    const { layout: like } = whole;
    write(path, `b,kind,a\n${'2,x,1\n4,y,3\n'.repeat(5)}`);
    expect((await loadDataset(path, { testFraction: 0, like })).test.inputs).toEqual(whole.test.inputs);
  });

  test('a CSV file with values: the last column, or those that are named', async () => {
    const path = `${newFolder()}.csv`;
    write(path, `area,price,rooms\n${'50,1.5,2\n80,2.5,3\n'.repeat(5)}`);
    const last = (await loadDataset(path, { values: true })).train;
    expect([last.targetNames, last.inputShape, last.count]).toEqual([['rooms'], [2], 8]);
    const { train } = await loadDataset(path, { values: true, label: ['price', 'rooms'] });
    expect([train.targetNames, train.inputShape]).toEqual([['price', 'rooms'], [1]]);
    train.inputs.forEach((area, row) => {
      expect([...train.targets.subarray(2 * row, 2 * row + 2)]).toEqual(area === 50 ? [1.5, 2] : [2.5, 3]);
    });
    const classes = (await loadDataset(path, { label: 'rooms' })).train;
    expect(classes.classNames).toEqual(['2', '3']);
    await expect(loadDataset(path, { label: 'prize' })).rejects.toThrow(
      'label column prize does not exist; wanted one',
    );
  });

  test('classes where values are wanted, and the other way round', async () => {
    await expect(loadDataset('synthetic', { values: true })).rejects.toThrow('synthetic holds classes; wanted values');
    const loading = loadDataset('synthetic-regression');
    await expect(loading).rejects.toThrow('synthetic-regression holds values; wanted classes');
    await expect(loading).rejects.toThrow(DataError);
    await expect(loadDataset('synthetic', { label: 'price' })).rejects.toThrow(
      'synthetic takes no label, which is of a CSV file',
    );
    const path = `${newFolder()}.npz`;
    const array: NDArray = { data: Float32Array.of(1, 2), shape: [2] };
    write(
      path,
      writeNpz(
        new Map([
          ['x_train', array],
          ['y_train', array],
        ]),
      ),
    );
    await expect(loadDataset(path, { values: true, label: 'y' })).rejects.toThrow(
      `${path} takes no label, which is of a CSV file`,
    );
    const folder = newFolder();
    for (const part of ['train', 't10k']) {
      write(
        join(folder, `${part}-images-idx3-ubyte`),
        Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9),
      );
      write(join(folder, `${part}-labels-idx1-ubyte`), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 0));
    }
    await expect(loadDataset(folder, { values: true })).rejects.toThrow(`${folder} holds classes; wanted values`);
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
    const counts = {
      mnist: [60000, 10000, 10],
      'fashion-mnist': [60000, 10000, 10],
      pendigits: [7494, 3498, 10],
      'pendigits-events': [7494, 3498, 10],
      'hapt-har': [7767, 3162, 12],
      cora: [140, 1000, 7],
    };
    for (const [name, wanted] of Object.entries(counts)) {
      const { train, test: held } = await loadDataset(name);
      expect([train.count, held.count, train.classNames.length]).toEqual(wanted);
    }
    const { train, test: held } = await loadDataset('hapt-forecast', { values: true });
    expect([train.count, held.count]).toEqual([24856, 10136]);
  });
});
