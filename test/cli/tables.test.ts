// Tables as they come: what a checkpoint remembers of theirs, and what is said of them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCsv } from '../../src/data/index.ts';
import { onward as ended, succeeded as onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

async function refused(...args: string[]): Promise<string> {
  const { code, err } = await ended(...args);
  expect(code).not.toBe(0);
  return err;
}

/** A class by colour and a wide number; every tenth weight is missing. */
const animals = Array.from({ length: 100 }, (_, row) => {
  const [color, weight] = [['red', 'green', 'blue'][row % 3], 4000 + ((row * 37) % 100) * 20];
  return { color, weight: row % 10 === 0 ? '' : weight, kind: color === 'red' || weight > 5000 ? 'cat' : 'dog' };
});
const header = 'color,weight,kind';
const table = write('animals.csv', [header, ...animals.map((row) => Object.values(row).join())]);

test('words and missing cells are answered as they were learned, in any order of columns', async () => {
  const file = join(folder, 'animals.onward');
  const { out, err } = await ended('train', '--data', table, '--missing', 'mean', '--save', file);
  expect(err).toContain(`${table}: the network is 4-256-2`);
  expect(out).toContain('samples   standardised, columns: 4');
  const rows = animals.slice(0, 20);
  const ask = async (name: string, lines: readonly string[], ...more: string[]): Promise<string[]> => {
    const answers = await onward('predict', '--samples', write(name, lines), '--restore', file, ...more);
    return readCsv(answers, { label: 0 }).labels ?? [];
  };
  const whole = await ask('whole.csv', [header, ...rows.map((row) => Object.values(row).join())]);
  expect(whole.filter((label, at) => label === rows[at].kind).length).toBeGreaterThan(17);
  const turned = ['weight,color', ...rows.map(({ weight, color }) => `${weight},${color}`)];
  expect(await ask('turned.csv', turned)).toEqual(whole);
  const bare = rows.map(({ weight, color }) => `${color},${weight}`);
  expect(await ask('bare.csv', bare, '--header', 'no')).toEqual(whole);
  expect(await ask('one.csv', bare.slice(3, 4), '--header', 'no')).toEqual(whole.slice(3, 4));
  const unknown = write('unknown.csv', ['color,weight', 'pink,4000']);
  expect(await refused('predict', '--samples', unknown, '--restore', file)).toMatch(
    /line 2, column 0 \(color\) is "pink"/,
  );
  const narrow = write('narrow.csv', ['1']);
  expect(await refused('predict', '--samples', narrow, '--restore', file)).toContain('wanted 3 as in the checkpoint');
});

test('of the file that was learned from the held rows are judged, of another one all', async () => {
  const file = join(folder, 'judged.onward');
  const trained = JSON.parse(await onward('train', '--data', table, '--missing', 'mean', '--save', file, '--json'));
  const same = JSON.parse(await onward('evaluate', '--restore', file, '--data', table, '--json'));
  expect([same.count, same.accuracy]).toEqual([20, trained.accuracy]);
  const known = animals.filter(({ color, weight }) => color !== 'blue' && weight !== '');
  const other = write('other.csv', [
    'kind,weight,color',
    ...known.map((row) => [row.kind, row.weight, row.color].join()),
  ]);
  const all = JSON.parse(await onward('evaluate', '--restore', file, '--data', other, '--json'));
  expect(all.count).toBe(known.length);
  expect(all.accuracy).toBeGreaterThan(0.85);
});

describe('the columns of a checkpoint stay', () => {
  const file = join(folder, 'stays.onward');
  const known = animals.filter(({ weight }) => weight !== '');
  const learned = write('known.csv', [header, ...known.map((row) => Object.values(row).join())]);
  const others = write('others.csv', [
    'species,weight,note,color',
    ...known.map(({ color, weight, kind }, at) => [kind, weight, at % 7, color].join()),
  ]);
  const asked = ['--restore', file, '--label', 'species', '--drop', 'note'];
  let right = 0;
  beforeAll(async () => {
    const training = ['train', '--data', learned, '--label', 'kind', '--epochs', '60', '--save', file, '--json'];
    right = JSON.parse(await onward(...training)).accuracy;
    const { accuracy, count } = JSON.parse(await onward('evaluate', '--restore', file, '--data', learned, '--json'));
    expect([accuracy, count]).toEqual([right, 18]);
  });
  const answersOf = async (...args: string[]): Promise<number[][]> =>
    JSON.parse(await onward('predict', '--restore', file, '--json', ...args)).answers;

  test('for evaluate', async () => {
    const { accuracy, count } = JSON.parse(await onward('evaluate', ...asked, '--data', others, '--json'));
    const whole = await answersOf('--samples', learned);
    const hits = known.filter(({ kind }, at) => kind === ['cat', 'dog'][whole[at][0] > whole[at][1] ? 0 : 1]);
    expect([accuracy, count]).toEqual([hits.length / known.length, known.length]);
    expect(accuracy).toBeGreaterThan(0.9);
  });

  test('for predict, where names or places tell them', async () => {
    const whole = await answersOf('--samples', learned);
    expect(await answersOf('--samples', others, '--drop', 'note')).toEqual(whole);
    expect(await answersOf('--samples', others, '--label', 'species')).toEqual(whole);
    const bare = write(
      'bare-others.csv',
      known.map(({ color, weight, kind }) => [kind, color, weight].join()),
    );
    expect(await answersOf('--samples', bare, '--header', 'no', '--label', '0')).toEqual(whole);
  });

  test('for train --restore', async () => {
    const more = JSON.parse(await onward('train', ...asked, '--data', others, '--epochs', '1', '--lr', '0', '--json'));
    expect(more.accuracy).toBeGreaterThan(0.9);
  });

  test.each([
    [['evaluate', '--one-hot', '4']],
    [['evaluate', '--columns', 'weight']],
    [['train', '--columns', 'weight']],
    [['predict', '--samples', others, '--columns', 'weight']],
  ])('and are not chosen anew: %j', async ([command, ...args]) => {
    expect(await refused(command, '--restore', file, ...args)).toMatch(
      /--[\w-]+ is of a new learner, and a checkpoint/,
    );
  });

  test('and are not dropped', async () => {
    expect(await refused('predict', '--restore', file, '--samples', others, '--drop', 'color')).toContain(
      'column 3 (color) is read as in the checkpoint; wanted no --drop or --label of it',
    );
  });

  test('a number fills missing cells where means are known', async () => {
    const means = join(folder, 'means.onward');
    await onward('train', '--data', table, '--missing', 'mean', '--epochs', '1', '--save', means, '--json');
    const lossOf = async (lines: readonly string[], ...args: string[]): Promise<number> =>
      JSON.parse(await onward('evaluate', '--restore', means, '--data', write('gap.csv', lines), '--json', ...args))
        .loss;
    const gap = await lossOf([header, 'red,,cat'], '--missing', '9000');
    expect(gap).toBe(await lossOf([header, 'red,9000,cat']));
    expect(gap).not.toBe(await lossOf([header, 'red,,cat']));
  });
});

test('--standardize none leaves them as they are, and wide images are told of', async () => {
  const asked = ['train', '--data', table, '--missing', 'mean', '--epochs', '1'];
  expect(await onward(...asked, '--standardize', 'none')).toContain('samples   as they are');
  const images = write('images.csv', [
    'a,b,c,d,label',
    ...animals.map((_, row) => `${row},0,${255 - row},9,${row % 2}`),
  ]);
  const network = ['--network', '2x2x1-c2k2-2', '--data', images, '--epochs', '1'];
  const { out, err } = await ended('train', ...network);
  expect(out).toContain('samples   as they are');
  expect(err).toContain('inputs go up to 255; with --standardize all they are learned better');
  expect(await onward('train', ...network, '--standardize', 'all')).toContain('samples   standardised, columns: 1');
  expect(await refused('train', '--standardize', 'some')).toContain("--standardize is 'some', wanted auto, none, all");
});

test('a reconstruction has every column but those that are named', async () => {
  const numbers = write('numbers.csv', ['a,b,c', ...animals.map((_, row) => `${row},${row * row},${-row}`)]);
  const asked = ['train', '--data', numbers, '--task', 'reconstruction', '--epochs', '1'];
  expect(await onward(...asked)).toMatch(/network +3-256-3/);
  expect(await onward(...asked, '--label', 'c')).toMatch(/network +2-256-2/);
});

test('a label of many numbers is told what it may be', async () => {
  const prices = write('prices.csv', ['size,price', ...animals.map((_, row) => `${row},${row + 0.5}`)]);
  const { err } = await ended('train', '--data', prices, '--label', 'price', '--epochs', '1');
  expect(err).toContain('the label has 100 different numbers, a class each; --task regression learns');
  const out = await onward('train', '--data', prices, '--label', 'price', '--task', 'regression');
  expect(out).toMatch(/judged +loss .*r2 0\.9/);
  expect(out).toContain('samples   standardised, columns: 1, values to learn too');
});
