// A user's own files as they come: kinds, packed or not, names of arrays, of IDX files and of columns.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { NDArray } from '../../src/data/index.ts';
import { DataError, writeNpy, writeNpz } from '../../src/data/index.ts';
import { writeZip } from '../../src/data/formats/zip.ts';
import { loadDataset } from '../../src/data/node/sources.ts';

const root = mkdtempSync(join(tmpdir(), 'onward-path-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** Writes files into a folder of their own; gives its path. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, `${folders++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
const fileOf = (name: string, content: string | Uint8Array): string => join(folderOf({ [name]: content }), name);

const TABLE = `a,label\n${'1,x\n2,y\n'.repeat(5)}`;

describe('tables', () => {
  test.each([
    ['t.csv', TABLE],
    ['t.csv.gz', gzipSync(TABLE)],
    ['t.tsv', TABLE.replaceAll(',', '\t')],
    ['t.tsv.gz', gzipSync(TABLE.replaceAll(',', '\t'))],
    ['t.data', TABLE.replaceAll(',', ';')],
    ['t', TABLE.replaceAll(',', '  ')],
  ])('%s', async (name, content) => {
    const { train, test: held } = await loadDataset(fileOf(name, content));
    expect([train.name, train.classNames, train.count, held.count]).toEqual(['t', ['x', 'y'], 8, 2]);
  });

  test('are told of: what was found and not asked for', async () => {
    const { notes } = await loadDataset(
      fileOf(
        't.csv',
        `id,a,kind\n${Array.from({ length: 9 }, (_, i) => `${i};${i / 7};${i % 2}`).join('\n')}`.replaceAll(',', ';'),
      ),
    );
    expect(notes).toEqual(['column 0 (id) is left out: it counts the rows', 'the label is column 2 (kind)']);
  });

  test('a label 1.0 is class 1, 007 stays as it is', async () => {
    const numbers = await loadDataset(fileOf('t.csv', `a,label\n${'1,1.0\n2,2.000e+00\n'.repeat(5)}`));
    expect(numbers.train.classNames).toEqual(['1', '2']);
    const words = await loadDataset(fileOf('t.csv', `a,label\n${'1,007\n2,008\n'.repeat(5)}`));
    expect(words.train.classNames).toEqual(['007', '008']);
  });

  test('train and test: columns by name, words and means of the first, under any prefix', async () => {
    const folder = folderOf({
      'mnist_train.csv': 'a,b,color,label\n1,200,red,x\n3,,green,y\n',
      'mnist_test.csv': 'color,b,a,label\ngreen,7,,y\n',
    });
    const { train, test: held } = await loadDataset(folder, { csv: { missing: 'mean' } });
    expect([...train.inputs]).toEqual([1, 200, 0, 1, 3, 200, 1, 0]);
    expect([...held.inputs]).toEqual([2, 7, 1, 0]);
    expect(held.labels).toEqual(Int32Array.of(1));
    const other = folderOf({ 'train.csv': 'a,b,label\n1,2,x\n', 'test.csv': 'a,label\n1,x\n' });
    await expect(loadDataset(other)).rejects.toThrow(
      'test.csv: column b of train.csv does not exist; wanted it among a, label',
    );
    const both = folderOf({ 'a_train.csv': TABLE, 'b_train.csv': TABLE, 'test.csv': TABLE });
    await expect(loadDataset(both)).rejects.toThrow('which is meant, a_train.csv, b_train.csv?');
  });

  test('an option that is not known is refused', async () => {
    const options = { testFration: 0.5 } as object;
    await expect(loadDataset('synthetic', options)).rejects.toThrow("loadDataset has no option 'testFration'; it has");
  });

  test('what is said of another kind of file is refused', async () => {
    const path = fileOf('t.csv', TABLE);
    await expect(loadDataset(path, { arrays: ['x', 'y'] })).rejects.toThrow(
      't.csv takes no arrays, which is of an .npz',
    );
    for (const [options, option] of [
      [{ csv: { oneHot: 3 } }, 'oneHot, which is of a CSV file'],
      [{ label: 'a' }, 'label, which is of a CSV file'],
      [{ arrays: ['x', 'y'] }, 'arrays, which is of an .npz'],
      [{ maxBytes: 10 }, 'maxBytes, which is of a packed file'],
    ] as const) {
      await expect(loadDataset('synthetic', options)).rejects.toThrow(`synthetic takes no ${option}`);
    }
    expect((await loadDataset(path, { csv: { drop: [] } })).train.count).toBe(8);
  });

  test('errors name the file', async () => {
    const classes = folderOf({ 'train.csv': 'a,label\n1,x\n2,y\n', 'test.csv': 'a,label\n1,z\n' });
    await expect(loadDataset(classes)).rejects.toThrow('test.csv: ');
    await expect(loadDataset(fileOf('t.csv.gz', gzipSync(TABLE).subarray(0, 20)))).rejects.toThrow(
      't.csv.gz: gzip of 20',
    );
    await expect(loadDataset(fileOf('t.csv', 'a,label\n1,x\n?,y\n'))).rejects.toThrow('t.csv: line 3, column 0 (a) is');
  });
});

describe('other kinds are named', () => {
  test.each<[string, Uint8Array | string, string]>([
    ['t.npy', writeNpy({ data: new Float32Array(4), shape: [2, 2] }), 't.npy is a single npy array; wanted an .npz'],
    ['t.bin', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), 'is an IDX file; wanted the folder'],
    ['t.h5', Uint8Array.of(0x89, 0x48, 0x44, 0x46, 13, 10), 'is HDF5'],
    ['t.parquet', 'PAR1\0\0', 'is Parquet'],
    ['t.pkl', Uint8Array.of(0x80, 4, 0x95), 'is a pickle of Python'],
    ['t.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'is a picture'],
    ['t.npz', 'a,b\n1,2\n', 't.npz is no zip archive, as .npz are'],
    ['t.xlsx', writeZip(new Map([['xl/workbook.xml', new Uint8Array(3)]])), 't.xlsx holds no arrays; wanted x_train'],
  ])('%s', async (name, content, message) => {
    await expect(loadDataset(fileOf(name, content))).rejects.toThrow(message);
    await expect(loadDataset(fileOf(name, content))).rejects.toThrow(DataError);
  });
});

describe('.npz', () => {
  const x: NDArray = { data: Float32Array.from({ length: 8 }, (_, i) => i), shape: [4, 2] };
  const y: NDArray = { data: Int32Array.of(0, 1, 0, 1), shape: [4] };
  const npzOf = (arrays: Readonly<Record<string, NDArray>>): string =>
    fileOf('a.npz', writeNpz(new Map(Object.entries(arrays))));
  const labelsOf = async (labels: NDArray) => {
    const { train, test: held } = await loadDataset(npzOf({ x_train: x, y_train: labels, x_test: x, y_test: labels }));
    expect(held.labels).toEqual(train.labels);
    return [train.classNames, [...train.labels]];
  };

  test.each([
    [['x_train', 'y_train', 'x_test', 'y_test']],
    [['X_train', 'Y_train', 'X_test', 'Y_test']],
    [['train_images', 'train_labels', 'test_images', 'test_labels']],
  ])('names %s', async ([xTrain, yTrain, xTest, yTest]) => {
    const path = npzOf({ [xTrain]: x, [yTrain]: y, val_images: x, [xTest]: x, [yTest]: y });
    const { train, test: held } = await loadDataset(path);
    expect([train.count, held.count]).toEqual([4, 4]);
  });

  test.each([[['X', 'y']], [['data', 'target']], [['images', 'labels']]])(
    'names %s, a part put aside',
    async ([a, b]) => {
      expect((await loadDataset(npzOf({ [a]: x, [b]: y }), { testFraction: 0.5 })).test.count).toBe(2);
    },
  );

  test('names that are given', async () => {
    const path = npzOf({ arr_0: x, arr_1: y, other: x });
    await expect(loadDataset(path)).rejects.toThrow('a.npz holds arr_0, arr_1, other; wanted x_train');
    expect((await loadDataset(path, { arrays: ['arr_0', 'arr_1'] })).train.count).toBe(2);
    const { test: held } = await loadDataset(path, { arrays: ['arr_0', 'arr_1', 'other', 'arr_1'] });
    expect(held.count).toBe(4);
    await expect(loadDataset(path, { arrays: ['x', 'arr_1'] })).rejects.toThrow('there is no array "x"; wanted one of');
    await expect(loadDataset(path, { arrays: ['arr_0'] })).rejects.toThrow(
      'arrays is arr_0; wanted two names, or four',
    );
  });

  test.each<[string, NDArray, string[], number[]]>([
    ['numbers [n, 1]', { ...y, shape: [4, 1] }, ['0', '1'], [0, 1, 0, 1]],
    ['bool', { data: Int8Array.of(0, 1, 0, 1), shape: [4] }, ['0', '1'], [0, 1, 0, 1]],
    ['with a gap', { data: Int32Array.of(0, 1, 4, 3), shape: [4] }, ['0', '1', '2', '3', '4'], [0, 1, 4, 3]],
    ['far apart', { data: Int32Array.of(999, 100, 205, 100), shape: [4] }, ['100', '205', '999'], [2, 0, 1, 0]],
    ['-1 and 1', { data: Int32Array.of(-1, 1, 1, -1), shape: [4] }, ['-1', '1'], [0, 1, 1, 0]],
    [
      'one-hot, a class that is missing',
      { data: Float32Array.of(0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0), shape: [4, 3] },
      ['0', '1', '2'],
      [1, 0, 1, 0],
    ],
  ])('labels: %s', async (_, labels, classNames, indices) => {
    expect(await labelsOf(labels)).toEqual([classNames, indices]);
  });

  test('labels that are no classes are refused', async () => {
    await expect(labelsOf({ data: new Float32Array(8), shape: [4, 2] })).rejects.toThrow(
      'y_train has shape [4, 2]; wanted [n]',
    );
    await expect(labelsOf({ data: Float32Array.of(0, 0.5, 1, 1), shape: [4] })).rejects.toThrow(
      'is 0.5; wanted a class',
    );
  });

  test('bytes stay pixels, bool are numbers; arrays that nobody asks for are not read', async () => {
    const arrays = new Map<string, NDArray>([
      ['x_train', { data: Uint8Array.of(0, 255, 1, 1), shape: [2, 2] }],
      ['y_train', { data: Uint8Array.of(0, 1), shape: [2] }],
    ]);
    const files = new Map([...arrays].map(([name, array]) => [`${name}.npy`, writeNpy(array)]));
    files.set('names.npy', new Uint8Array(9));
    const pixels = await loadDataset(fileOf('a.npz', writeZip(files)), { testFraction: 0.5 });
    expect(pixels.train.inputs).toBeInstanceOf(Uint8Array);
    files.set('x_train.npy', writeNpy({ data: Uint8Array.of(0, 1, 1, 1), shape: [2, 2] }, { type: 'b1' }));
    const bits = await loadDataset(fileOf('a.npz', writeZip(files)), { testFraction: 0.5 });
    expect(bits.train.inputs).toBeInstanceOf(Float32Array);
  });
});

describe('IDX', () => {
  const images = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4);
  const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 1);

  test.each([
    ['emnist-letters-', 'train', 'test', '-idx', '-ubyte'],
    ['qmnist-', 'train', 'test', '-idx', '-ubyte.gz'],
    ['', 'train', 't10k', '.idx', '-ubyte'],
  ])('%s%s, %s', async (prefix, train, held, infix, suffix) => {
    const name = (part: string, kind: string, rank: number) => `${prefix}${part}-${kind}${infix}${rank}${suffix}`;
    const folder = folderOf({
      [name(train, 'images', 3)]: images,
      [name(train, 'labels', 1)]: labels,
      [name(held, 'images', 3)]: gzipSync(images),
      [name(held, 'labels', 1)]: gzipSync(labels),
    });
    const set = await loadDataset(folder);
    expect([set.train.count, set.test.count, set.train.inputShape]).toEqual([2, 2, [1, 2, 1]]);
  });

  test('of two publishers in one folder have to be told apart', async () => {
    const folder = folderOf({
      'emnist-digits-train-images-idx3-ubyte': images,
      'emnist-letters-train-images-idx3-ubyte': images,
    });
    await expect(loadDataset(folder)).rejects.toThrow(
      'which is meant, emnist-digits-train-images-idx3-ubyte, emnist-l',
    );
  });
});
