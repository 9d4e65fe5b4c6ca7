// Files of data on the command line: what the options say of them, what is told, what is refused.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type NDArray, writeNpy, writeNpz } from '../../src/data/index.ts';
import { type Ended, onward, succeeded } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const train = (path: string, ...args: string[]): Promise<Ended> =>
  onward('train', '--data', path, '--epochs', '1', '--json', ...args);

/** The network of a training that ends well, and what is said beside. */
async function trained(path: string, ...args: string[]): Promise<{ readonly network: string; readonly err: string }> {
  const { code, out, err } = await train(path, ...args);
  expect(code, err).toBe(0);
  return { network: JSON.parse(out).network, err };
}

/** Semicolons, decimal commas, an empty cell, a column of words; the label in the middle. */
const messy = write(
  'messy.csv',
  `height;kind;color;note\n${Array.from({ length: 24 }, (_, row) => `${row === 3 ? '' : `1,${row + 10}`};${'ab'[row % 2]};${'rgb'[row % 3]};n${row}`).join('\n')}\n`,
);

describe('a table', () => {
  test('read by every option', async () => {
    const options = [
      '--label',
      'kind',
      '--separator',
      'semicolon',
      '--header',
      'yes',
      '--decimal-comma',
      '--drop',
      'note',
    ];
    const { network, err } = await trained(messy, ...options, '--missing', 'mean');
    expect(network).toBe('4-256-2');
    expect(err).toContain('column 2 (color) is one of 3 words, a column for each');
  });

  test('its columns that are inputs, its rows without missing cells', async () => {
    const { network, err } = await trained(messy, '--label', '1', '--columns', 'height', '--missing', 'drop');
    expect(network).toBe('1-256-2');
    expect(err).toContain(`${messy}: 1 rows with missing cells are left out`);
    const filled = await trained(messy, '--label', 'kind', '--one-hot', '30', '--missing', '0');
    expect(filled.network).toBe('28-256-2');
  });

  test.each<[string[], string, number]>([
    [['--label', 'kind'], 'line 5, column 0 (height) is empty; wanted a number, or --missing to say', 1],
    [
      ['--label', 'kind', '--missing', 'drop'],
      'messy.csv: column 3 (note) holds more than 12 different words; drop it, or raise --one-hot',
      1,
    ],
    [
      ['--separator', 'tab'],
      'messy.csv: rows have 1 cells, none of them is left to be an input; wanted another --separator',
      1,
    ],
    [['--arrays', 'x,y'], 'messy.csv takes no --arrays, which is of an .npz', 2],
    [['--label', 'kind', '--label', 'color'], '--label is given 2 times', 2],
    [['--separator', 'tab', '--separator=comma'], '--separator is given twice, wanted one value', 2],
    [['--separator', ';'], "--separator is ';', wanted comma, semicolon, tab, bar, blank", 2],
    [['--header', 'maybe'], "--header is 'maybe', wanted yes, no", 2],
    [['--missing', 'zero'], "--missing is 'zero', wanted refuse, drop, mean", 2],
    [['--one-hot=-1'], "--one-hot is '-1', wanted a whole number of at least 0", 2],
  ])('%s', async (options, message, code) => {
    expect(await train(messy, ...options)).toMatchObject({ code, err: expect.stringContaining(message) });
  });

  test('with wide values: what helps is told', async () => {
    const path = write('wide.csv', `a,label\n${'1000,x\n2000,y\n'.repeat(5)}`);
    const { err } = await trained(path);
    expect(err).toContain('the label is column 1 (label)');
    expect(err).not.toContain('inputs go up to');
    const image = await trained(path, '--network', '1x1x1-c2k1-2');
    expect(image.err).toContain('inputs go up to 2000; with --standardize all they are learned better');
  });
});

test('predict reads its samples by the same options, and answers every row', async () => {
  const restore = join(folder, 'messy.onward');
  const options = ['--drop', 'note', '--drop', 'color', '--missing', '1'];
  await trained(messy, '--label', 'kind', ...options, '--save', restore);
  const asking = ['predict', '--restore', restore, '--samples', messy, '--network', '1-256-2', '--label', 'kind'];
  const rows = (told: string): number => told.trim().split('\n').length;
  expect(rows(await succeeded(...asking, ...options))).toBe(25);
  const other = await onward(...asking, '--missing', 'mean');
  expect(other.code).toBe(2);
  expect(other.err).toContain("--missing is 'mean', wanted a number, or what the checkpoint knows");
  expect(rows(await succeeded(...asking))).toBe(25);
  const empty = await onward(...asking.slice(0, 4), write('head.csv', 'height,note\n'));
  expect([empty.code, empty.err]).toEqual([2, expect.stringContaining("head.csv' holds no samples")]);
});

test.each([
  [['train', '--one-hot', '3'], 'synthetic takes no --one-hot, which is of a CSV file'],
  [['train', '--decimal-comma'], 'synthetic takes no --decimal-comma'],
  [['train', '--missing', 'drop'], 'synthetic takes no --missing'],
  [['train', '--max-bytes', '10'], 'synthetic takes no --max-bytes, which is of a packed file'],
  [['train', '--arrays', 'x,y'], 'synthetic takes no --arrays, which is of an .npz'],
  [['memory', '--limit', '10'], '--limit is of a data set, wanted --data too'],
  [['memory', '--epochs', '10'], '--epochs is of a data set'],
  [['memory', '--decimal-comma'], '--decimal-comma is of a data set'],
])('what would be ignored is refused: %j', async (args, message) => {
  const { code, err } = await onward(...args);
  expect([code > 0, err]).toEqual([true, expect.stringContaining(message)]);
});

test('samples are called by their file, and as arrays have no columns', async () => {
  const restore = join(folder, 'samples.onward');
  await trained(write('plain.csv', `a,b,kind\n${'1,2,x\n3,4,y\n'.repeat(5)}`), '--save', restore);
  const array = write('two.npy', writeNpy({ data: new Float32Array(2), shape: [1, 2] }));
  for (const [samples, more, message] of [
    [array, ['--missing', '0'], "two.npy' takes no --missing, which is of a CSV file"],
    [write('two.npz', writeNpz(new Map())), [], "two.npz' is an archive, wanted one array as .npy, or a CSV file"],
    [
      write('empty-cell.csv', 'a,b\n1,\n'),
      [],
      "empty-cell.csv': line 2, column 1 (b) is empty; wanted a number, or --missing",
    ],
    [write('other-names.csv', 'a,c\n1,2\n'), [], "other-names.csv': column b of the checkpoint does not exist"],
  ] as const) {
    const { code, err } = await onward('predict', '--restore', restore, '--samples', samples, ...more);
    expect([code > 0, err]).toEqual([true, expect.stringContaining(message)]);
  }
});

test('what a checkpoint knows of a table says nothing of an archive', async () => {
  const restore = join(folder, 'of-table.onward');
  const rows = write('rows.csv', `a,b,kind\n${'1,,0\n3,4,1\n'.repeat(5)}`);
  await trained(rows, '--missing', 'mean', '--label', 'kind', '--save', restore);
  const data = { data: new Float32Array(8), shape: [4, 2] };
  const labels = { data: Uint8Array.of(0, 1, 0, 1), shape: [4] };
  const archive = write(
    'rows.npz',
    writeNpz(
      new Map<string, NDArray>([
        ['x', data],
        ['y', labels],
      ]),
    ),
  );
  expect(JSON.parse(await succeeded('evaluate', '--restore', restore, '--data', archive, '--json')).count).toBe(4);
});

describe('an archive', () => {
  const x: NDArray = { data: new Uint8Array(20 * 192), shape: [20, 3, 8, 8] };
  const y: NDArray = { data: Uint8Array.from({ length: 20 }, (_, row) => row % 2), shape: [20] };
  const path = write(
    'planes.npz',
    writeNpz(
      new Map([
        ['pictures', x],
        ['kinds', y],
      ]),
    ),
  );

  test('by the names of its arrays', async () => {
    expect((await trained(path, '--arrays', 'pictures,kinds')).network).toBe('192-256-2');
    const { code, err } = await train(path);
    expect(code).toBe(1);
    expect(err).toContain('planes.npz holds pictures, kinds; wanted x_train');
  });

  test('of images with their channels first is refused', async () => {
    const { code, err } = await train(path, '--arrays', 'pictures,kinds', '--network', '8x8x3-c4k3-flatten-2');
    expect(code).toBe(2);
    expect(err).toContain('takes samples of 8x8x3, but those of');
    expect(err).toContain('are 3x8x8: as many values in another order; wanted images with their channels last');
  });
});
