// Files of data on the command line: what the options say of them, what is told, what is refused.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { run } from '../../cli/run.ts';
import { type NDArray, writeNpz } from '../../src/data/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const printed = { log: '', error: '' };
beforeEach(() => {
  for (const channel of ['log', 'error'] as const) {
    printed[channel] = '';
    vi.spyOn(console, channel).mockImplementation((text) => {
      printed[channel] += `${text}\n`;
    });
  }
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

function train(path: string, ...args: string[]): Promise<number> {
  printed.log = '';
  return run(['train', '--data', path, '--epochs', '1', '--json', ...args]);
}
const network = (): string => JSON.parse(printed.log).network;

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
    expect(await train(messy, ...options, '--missing', 'mean'), printed.error).toBe(0);
    expect(network()).toBe('4-256-2');
    expect(printed.error).toContain('column 2 (color) is one of 3 words, a column for each');
  });

  test('its columns that are inputs, its rows without missing cells', async () => {
    expect(await train(messy, '--label', '1', '--columns', 'height', '--missing', 'drop'), printed.error).toBe(0);
    expect(network()).toBe('1-256-2');
    expect(printed.error).toContain(`${messy}: 1 rows with missing cells are left out`);
    expect(await train(messy, '--label', 'kind', '--one-hot', '30', '--missing', '0'), printed.error).toBe(0);
    expect(network()).toBe('28-256-2');
  });

  test.each<[string[], string, number]>([
    [['--label', 'kind'], 'line 5, column 0 (height) is empty; wanted a number, or missing to say', 1],
    [['--label', 'kind', '--missing', 'drop'], 'column 3 (note) holds more than 12 different words', 1],
    [['--separator', ';'], "--separator is ';', wanted comma, semicolon, tab, bar, blank", 2],
    [['--header', 'maybe'], "--header is 'maybe', wanted yes, no", 2],
    [['--missing', 'zero'], "--missing is 'zero', wanted refuse, drop, mean", 2],
    [['--one-hot=-1'], "--one-hot is '-1', wanted a whole number of at least 0", 2],
  ])('%s', async (options, message, code) => {
    expect(await train(messy, ...options)).toBe(code);
    expect(printed.error).toContain(message);
  });

  test('with wide values: what helps is told', async () => {
    const path = write('wide.csv', `a,label\n${'1000,x\n2000,y\n'.repeat(5)}`);
    expect(await train(path), printed.error).toBe(0);
    expect(printed.error).toContain('the label is column 1 (label)');
    expect(printed.error).not.toContain('inputs go up to');
    expect(await train(path, '--network', '1x1x1-c2k1-2'), printed.error).toBe(0);
    expect(printed.error).toContain('inputs go up to 2000; with --standardize all they are learned better');
  });
});

test('predict reads its samples by the same options, and answers every row', async () => {
  const restore = join(folder, 'messy.onward');
  const options = ['--drop', 'note', '--drop', 'color', '--missing', '1'];
  expect(await train(messy, '--label', 'kind', ...options, '--save', restore), printed.error).toBe(0);
  printed.log = '';
  const asking = ['predict', '--restore', restore, '--samples', messy, '--network', '1-256-2', '--label', 'kind'];
  expect(await run([...asking, ...options]), printed.error).toBe(0);
  expect(printed.log.trim().split('\n')).toHaveLength(25);
  expect(await run([...asking, '--missing', 'mean'])).toBe(2);
  expect(printed.error).toContain("--missing is 'mean', wanted a number, or what the checkpoint knows");
  printed.log = '';
  expect(await run(asking), printed.error).toBe(0);
  expect(printed.log.trim().split('\n')).toHaveLength(25);
  printed.error = '';
  expect(await run([...asking.slice(0, 4), write('head.csv', 'height,note\n')])).toBe(2);
  expect(printed.error).toContain("head.csv' holds no samples");
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
    expect(await train(path, '--arrays', 'pictures,kinds'), printed.error).toBe(0);
    expect(network()).toBe('192-256-2');
    expect(await train(path)).toBe(1);
    expect(printed.error).toContain('planes.npz holds pictures, kinds; wanted x_train');
  });

  test('of images with their channels first is refused', async () => {
    expect(await train(path, '--arrays', 'pictures,kinds', '--network', '8x8x3-c4k3-flatten-2')).toBe(2);
    expect(printed.error).toContain('takes samples of 8x8x3, but those of');
    expect(printed.error).toContain(
      'are 3x8x8: as many values in another order; wanted images with their channels last',
    );
  });
});
