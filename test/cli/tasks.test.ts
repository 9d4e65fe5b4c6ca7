// train, evaluate and predict for every task: what one of them says of a checkpoint the others say too.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCsv, writeNpy } from '../../src/data/index.ts';
import { onward as ended, succeeded as onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** 200 rows of two numbers, their weighted sum, and which of two things hold of them. */
const table = join(folder, 'table.csv');
const rows = Array.from({ length: 200 }, (_, row) => [((row * 7) % 20) / 20, ((row * 3) % 20) / 20]);
writeFileSync(
  table,
  `a,price,b,large,"both, added"\n${rows.map(([a, b]) => [a, 2 * a + b, b, +(a > 0.5), +(a + b > 1)].join()).join('\n')}\n`,
);

const settings = ['--rule', 'backprop', '--optimizer', 'adam', '--lr', '0.02'];
const column = (...names: string[]): string[] => names.flatMap((name) => ['--label', name]);

test('regression: a column by name', async () => {
  const network = ['--network', '4-16-1'];
  const file = join(folder, 'price.onward');
  const asked = ['--data', table, ...column('price'), ...settings, ...network, '--json'];
  const trained = JSON.parse(await onward('train', ...asked, '--task', 'regression', '--epochs', '30', '--save', file));
  expect(trained).toMatchObject({ task: 'regression', judgedBy: 'test' });
  expect(trained.r2).toBeGreaterThan(0.95);
  const tested = JSON.parse(await onward('evaluate', '--restore', file, '--data', table, '--json'));
  for (const figure of ['r2', 'mse', 'mae', 'loss', 'weightHash']) expect(tested[figure]).toBe(trained[figure]);
  expect([tested.task, tested.count]).toEqual(['regression', 40]);

  const samples = join(folder, 'samples.npy');
  writeFileSync(samples, writeNpy({ data: Float32Array.of(0.5, 0.25, 0, 0, 1, 1, 1, 1), shape: [2, 4] }));
  const asking = ['predict', '--samples', samples, '--restore', file];
  const { names, answers } = JSON.parse(await onward(...asking, '--json'));
  expect([names, answers.length, answers[0].length]).toEqual([['price'], 2, 1]);
  expect(answers[0][0]).toBeCloseTo(1.25, 0);
  expect(await onward(...asking)).toBe(`price\n${answers.join('\n')}\n`);
});

test('multi-label: several columns; their table without them is answered', async () => {
  const file = join(folder, 'flags.onward');
  const columns = column('large', 'both, added');
  const asked = ['--data', table, ...columns, ...settings, '--network', '3-16-2'];
  const learning = [...asked, '--task', 'multiLabel', '--epochs', '30', '--save', file, '--json'];
  const trained = JSON.parse(await onward('train', ...learning));
  expect(trained.exactMatch).toBeGreaterThan(0.8);
  const tested = JSON.parse(await onward('evaluate', '--restore', file, '--json'));
  expect([tested.exactMatch, Object.keys(tested.labels)]).toEqual([trained.exactMatch, ['large', 'both, added']]);
  expect(await onward('evaluate', '--restore', file)).toMatch(/exactMatch {2}[01]\.\d+[\s\S]*\nlarge /);
  const asking = ['--samples', table, ...columns, '--restore', file];
  const { data, columns: names, shape } = readCsv(await onward('predict', ...asking));
  expect([names, shape]).toEqual([
    ['large', 'both, added'],
    [200, 2],
  ]);
  const right = rows.filter(([a, b], row) => data[2 * row] > 0.5 === a > 0.5 && data[2 * row + 1] > 0.5 === a + b > 1);
  expect(right.length / 200).toBeGreaterThan(0.8);
});

test('reconstruction, and classes with their labels', async () => {
  const tiny = ['--limit', '200', '--epochs', '1'];
  const file = join(folder, 'pictures.onward');
  const network = ['--network', '784-8-784'];
  const asked = ['--task', 'reconstruction', ...settings, ...network];
  const trained = JSON.parse(await onward('train', ...asked, ...tiny, '--save', file, '--json'));
  const tested = JSON.parse(await onward('evaluate', '--restore', file, '--json'));
  expect([tested.task, tested.mse]).toEqual(['reconstruction', trained.mse]);

  const labelled = ['--data', table, ...column('large'), '--network', '4-16-2', ...settings];
  const classes = join(folder, 'classes.onward');
  await onward('train', ...labelled, '--epochs', '30', '--save', classes, '--json');
  const asking = ['--samples', table, ...column('large'), '--restore', classes];
  const { labels, answers } = JSON.parse(await onward('predict', ...asking, '--json'));
  expect(answers[0][0] + answers[0][1]).toBeCloseTo(1, 5);
  expect(rows.filter(([a], row) => labels[row] === (a > 0.5 ? '1' : '0')).length).toBeGreaterThan(180);
  expect(await onward('predict', ...asking)).toMatch(/^label,0,1\n[01],0?\.?\d/);
});

test.each([
  [2, ['train', '--task', 'sorting'], "--task is 'sorting', wanted classification, regression, multiLabel, reconstr"],
  [2, ['train', ...column('a', 'b')], '--label is given 2 times, but classes have one column'],
  [1, ['train', '--task', 'regression', '--data', 'synthetic'], 'synthetic holds classes; wanted values'],
  [1, ['train', '--data', 'synthetic-regression'], 'synthetic-regression holds values; wanted classes'],
  [2, ['train', '--data', table, '--task', 'regression', ...column('prize')], 'label column prize does not exist'],
  [2, ['train', '--data', table, '--task', 'regression', '--network', '4-2'], 'gives 2 outputs, but'],
  [2, ['predict', '--samples', table], 'predict wants --restore <file>, a checkpoint, and --samples <file>'],
  [2, ['predict', '--samples', table, '--restore', 'nowhere'], "--restore 'nowhere' does not exist"],
])('gives %d for %j', async (code, args, message) => {
  expect(await ended(...args)).toMatchObject({ code, err: expect.stringContaining(message) });
});

test('predict refuses samples that are not there or of another size', async () => {
  const file = join(folder, 'small.onward');
  const learned = ['--network', '4-1', ...settings];
  await onward('train', '--data', table, '--task', 'regression', ...learned, '--epochs', '1', '--save', file, '--json');
  const five = join(folder, 'five.npy');
  writeFileSync(five, writeNpy({ data: new Float32Array(5), shape: [1, 5] }));
  for (const [samples, message] of [
    ['nowhere.csv', "--samples 'nowhere.csv' does not exist"],
    [five, 'has samples of 5, wanted 4 values each'],
  ]) {
    const { code, err } = await ended('predict', '--samples', samples, '--restore', file);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  }
});
