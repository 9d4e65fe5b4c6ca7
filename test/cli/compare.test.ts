// `onward compare`: as many trials for every rule, on validation data; then the best setting is tested, once a seed. An
// ended comparison goes on, to the same results.

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { begin } from '../../cli/begin.ts';
import { parseOptions } from '../../cli/command.ts';
import { train } from '../../cli/commands/train.ts';
import { type Comparison, readEntry, readGrid } from '../../cli/compare.ts';
import type { Trial } from '../../cli/trials.ts';
import { onward as asProcess } from './as-process.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A table of 120 flowers of three kinds. */
const flowers = join(folder, 'flowers.csv');
const petals = Array.from({ length: 120 }, (_, at) => [at % 3, (at % 7) / 7, ((at % 3) * 2 + (at % 5)) / 5, at % 2]);
const kinds = ['ash', 'birch', 'cedar'];
writeFileSync(flowers, ['a,b,c,d,kind', ...petals.map((row, at) => [...row, kinds[at % 3]].join()), ''].join('\n'));

const small = ['--data', flowers, '--network', '4-8-3', '--epochs', '4', '--batch', '8', '--optimizer', 'momentum'];
const asked = ['--rules', 'backprop,tpsgd', '--rules', 'backprop:last=1:micro-batch=1', '--set', 'lr=0.02,1e-6'];
const compare = (out: string, ...more: string[]) =>
  onward('compare', ...small, ...asked, '--seeds', '2', '--out', join(folder, out), '--json', ...more);
const read = (out: string, name: string): string => readFileSync(join(folder, out, name), 'utf8');
/** Without what differs from run to run. */
const told = (text: string): Omit<Trial, 'seconds'>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), seconds: 0 }));

test('every rule has the same trials, and the best setting is tested', async () => {
  const { code, out } = await compare('whole');
  expect(code).toBe(0);
  const { trials, rules, refused }: Comparison = JSON.parse(out);
  expect(refused).toEqual({});
  expect(rules.map(({ rule, set, trials: tried, n }) => [rule, set, tried, n])).toEqual([
    ['backprop', 'lr=0.02', 2, 2],
    ['tpsgd', 'lr=0.02', 2, 2],
    ['backprop last=1 micro-batch=1', 'lr=0.02', 2, 2],
  ]);
  const ofOne = trials.filter(({ rule }) => rule === 'tpsgd');
  expect(ofOne.map(({ judgedBy, seed, samples }) => [judgedBy, seed, samples])).toEqual([
    ['validation', 1, 77],
    ['validation', 1, 77],
    ['test', 1, 96],
    ['test', 2, 96],
  ]);
  const scores = ofOne.slice(2).map(({ score }) => score!);
  expect(rules[1].mean).toBeCloseTo((scores[0] + scores[1]) / 2, 12);
  expect(rules[2].bytes).toBeLessThan(rules[0].bytes);
  const [header, ...rows] = read('whole', 'runs.csv').trim().split('\n');
  expect(header.split(',')).toEqual(Object.keys(trials[0]));
  expect(rows).toHaveLength(12);
  expect(read('whole', 'chart.svg').match(/<circle/g)).toHaveLength(9);
});

/** The rows that a trial learned from, and those that judged it. */
async function rowsOf({ command }: Trial): Promise<{ readonly learned: string[]; readonly judged: string[] }> {
  const { task } = await begin(parseOptions(train, command.split(' ').slice(2)).values);
  const [learned, judged] = [task.train, task.held].map(({ inputs, count }) =>
    Array.from({ length: count }, (_, at) => inputs.subarray(4 * at, 4 * at + 4).join()),
  );
  return { learned, judged };
}

test('the same rows test all seeds of a table, and none of them tuned', async () => {
  const trials = told(read('whole', 'runs.jsonl')).filter(({ rule }) => rule === 'tpsgd') as Trial[];
  const [tuned, , one, two] = await Promise.all(trials.map(rowsOf));
  expect(one.judged).toHaveLength(24);
  expect(two).toEqual(one);
  expect([...tuned.learned, ...tuned.judged].filter((row) => one.judged.includes(row))).toEqual([]);
  expect(tuned.learned.filter((row) => tuned.judged.includes(row))).toEqual([]);
});

test('data are loaded once to tune and once to test', async () => {
  const set = join(folder, 'set.mjs');
  const shapes = "count: 4, inputShape: [1], classNames: ['a', 'b']";
  const all = `{ ${shapes}, inputs: Float32Array.of(0, 1, 0.1, 0.9), labels: Int32Array.of(0, 1, 0, 1) }`;
  const read = `read: async () => ({ train: ${all}, test: ${all} })`;
  writeFileSync(set, `export default { name: 'set', source: '', licence: '', files: [], ${read} };\n`);
  const { code, err } = await asProcess([
    ...['compare', '--rules', 'backprop', '--data', set, '--network', '1-2-2', '--epochs', '1', '--set', 'lr=0.1,0.2'],
    ...['--validation', '0.5', '--seeds', '3', '--out', join(folder, 'once')],
  ]);
  expect([code, err.match(/, seed \d:/g)?.length, err.match(/data is the file/g)?.length]).toEqual([0, 5, 2]);
});

test.each([
  ['regression', ['--label', 'c'], '4-8-1', 'r2', 'higher'],
  ['multiLabel', ['--label', 'e'], '4-8-1', 'accuracy', 'higher'],
  ['reconstruction', [], '5-8-5', 'mse', 'lower'],
])('%s is compared by its first figure', async (task, labels, network, metric, better) => {
  const numbers = join(folder, 'numbers.csv');
  writeFileSync(numbers, ['a,b,c,d,e', ...petals.map((row, at) => [...row, Math.sign(at % 3)].join()), ''].join('\n'));
  const data = ['--data', numbers, '--task', task, ...labels, '--network', network];
  const entries = ['--rules', 'backprop,forwardForward', '--set', 'lr=0.01,1e-6', '--epochs', '20'];
  const { code, out } = await onward('compare', ...data, ...entries, '--out', join(folder, task), '--json');
  expect(code).toBe(0);
  const { trials, rules, refused }: Comparison = JSON.parse(out);
  for (const trial of trials) expect(trial).toMatchObject({ metric, better });
  expect(rules.map(({ set }) => set)).toEqual(['lr=0.01']);
  expect(refused).toEqual({ forwardForward: `the rule 'forwardForward' learns classification, not ${task}` });
});

test('a checkpoint knows which rows judge it', async () => {
  const file = join(folder, 'split.onward');
  const trained = await onward(...['train', ...small, '--seed', '2', '--split-seed', '5', '--save', file, '--json']);
  const { loss, accuracy } = JSON.parse(trained.out);
  const { out } = await onward('evaluate', '--restore', file, '--json');
  expect(JSON.parse(out)).toMatchObject({ loss, accuracy });
});

test('what was run is not run again, and a line that was cut is', async () => {
  const lines = read('whole', 'runs.jsonl').split('\n');
  await compare('rest', '--rules', 'drtp');
  writeFileSync(join(folder, 'rest', 'runs.jsonl'), `${lines.slice(0, 5).join('\n')}\n${lines[5].slice(0, 40)}`);
  const { err } = await compare('rest');
  expect(err.match(/, seed \d:/g)).toHaveLength(7);
  expect(told(read('rest', 'runs.jsonl'))).toEqual(told(read('whole', 'runs.jsonl')));
});

test('what other code ran is run again', async () => {
  const lines = read('whole', 'runs.jsonl').trim().split('\n');
  const others = lines.map((line, at) => (at % 2 ? line : line.replace(/"code":"[^"]+"/, '"code":"0.0.1"')));
  await compare('other', '--rules', 'drtp');
  writeFileSync(join(folder, 'other', 'runs.jsonl'), `${others.join('\n')}\n`);
  const { err } = await compare('other');
  expect(err.match(/, seed \d:/g)).toHaveLength(6);
  expect(told(read('other', 'runs.jsonl')).map(({ code }) => code)).toEqual(
    told(lines.join('\n')).map(({ code }) => code),
  );
});

test('a damaged line is named by its file and number', async () => {
  const [first, second] = read('whole', 'runs.jsonl').split('\n');
  const out = join(folder, 'damaged');
  mkdirSync(out);
  for (const damaged of ['garbage}', '{}']) {
    writeFileSync(join(out, 'runs.jsonl'), `${first}\n${damaged}\n${second}\n`);
    const { code, err } = await compare('damaged');
    const told = `TrialsFileError: line 2 of ${join(out, 'runs.jsonl')} is '${damaged}', wanted a trial`;
    expect([code, err]).toEqual([1, expect.stringContaining(told)]);
    expect(err).not.toMatch(/, seed \d:/);
  }
});

test('a rule of a file is tried anew when what it imports or the table was changed, and notes are told once', async () => {
  const [path, table] = [join(folder, 'mine.mjs'), join(folder, 'mine.csv')];
  copyFileSync(flowers, table);
  const code = "import { backprop, sgd } from 'onward';\nimport lr from './rate.mjs';\n";
  writeFileSync(path, `${code}export default backprop({ optimizer: sgd(lr) });\n`);
  const write = (lr: number): void => writeFileSync(join(folder, 'rate.mjs'), `export default ${lr};\n`);
  const run = () =>
    asProcess([
      'compare',
      '--rules',
      path,
      '--data',
      table,
      '--epochs',
      '1',
      '--seeds',
      '1',
      '--out',
      join(folder, 'mine'),
    ]);
  write(0.1);
  const { err } = await run();
  expect(err).toMatch(/^1 rule, each by 1 trial and 1 test: 2 trainings, kept in /);
  expect(err.match(/the network is 4-256-3/g)).toHaveLength(1);
  expect((await run()).err).not.toMatch(/, seed \d:/);
  write(0.2);
  expect((await run()).err.match(/, seed \d:/g)).toHaveLength(2);
  const lines = readFileSync(table, 'utf8').trim().split('\n');
  writeFileSync(table, [...lines, ...lines.slice(-3)].join('\n'));
  expect((await run()).err.match(/, seed \d:/g)).toHaveLength(2);
  expect(read('mine', 'runs.jsonl').trim().split('\n')).toHaveLength(2);
});

test('a rule that cannot train the network is left out, with its reason', async () => {
  const { code, out } = await onward(
    ...['compare', '--rules', 'sltt,backprop', '--network', '28x28-r8-last-10', '--limit', '100', '--epochs', '1'],
    ...['--seeds', '1', '--out', join(folder, 'refused'), '--json'],
  );
  const { rules, refused }: Comparison = JSON.parse(out);
  expect(code).toBe(0);
  expect(rules.map(({ rule }) => rule)).toEqual(['backprop']);
  expect(refused).toEqual({ sltt: expect.stringMatching(/^sltt has a loss at every time step/) });
});

test('of networks that spike, trials and table tell how much of them works, where the network alone answers', async () => {
  const args = ['--network', '784-t3-rate-8-lif-10', '--limit', '100', '--epochs', '1', '--seeds', '2', '--batch', '1'];
  const run = (...more: string[]) =>
    onward('compare', '--rules', 'sltt,stdp', ...args, '--out', join(folder, 'spiking'), ...more);
  const { trials, rules }: Comparison = JSON.parse((await run('--json')).out);
  const [, one, two] = trials.map(({ synapticOperations }) => synapticOperations);
  expect(rules).toMatchObject([
    { sparsity: expect.any(Number), synapticOperations: (one! + two!) / 2, denseOperations: 3 * (784 * 8 + 8 * 10) },
    { sparsity: null, synapticOperations: null, denseOperations: null },
  ]);
  expect(told(read('spiking', 'runs.jsonl'))[1]).toMatchObject({ synapticOperations: one });
  expect(read('spiking', 'runs.csv')).toMatch(/^data,.*,sparsity,synapticOperations,denseOperations,/);
  expect((await run()).out).toMatch(/sparsity +synaptic operations.*\n.*\nsltt .* \d+\.\d % +[\d,]+ .*\nstdp .* - +- /);
  expect(one).not.toBe(two);
});

test('an entry keeps its weights in a storage with options of its own', async () => {
  const entry = 'backprop:storage=tikiTaka:ecram:storage-set=rate=0.2:storage-set=buffered=true';
  const args = [
    '--data',
    flowers,
    '--network',
    '4-8-3',
    '--epochs',
    '1',
    '--seeds',
    '1',
    '--storage-set',
    'headroom=4',
  ];
  const out = join(folder, 'storages');
  const { code, out: told, err } = await onward('compare', '--rules', entry, ...args, '--out', out, '--json');
  expect(code, err).toBe(0);
  const { trials }: Comparison = JSON.parse(told);
  const kept = '--storage tikiTaka:ecram --storage-set headroom=4 --storage-set rate=0.2 --storage-set buffered=true';
  for (const word of kept.split(/ (?=--)/)) expect(trials[0].command).toContain(word);
});

describe('words', () => {
  test('settings of a rule, and a file', () => {
    expect(readEntry('backprop:last=1')).toEqual({ label: 'backprop last=1', rule: 'backprop', settings: ['last=1'] });
    expect(readEntry('C:/mine.ts')).toEqual({ label: 'C:/mine.ts', rule: 'C:/mine.ts', settings: [] });
  });

  test('what is tried is every combination', () => {
    expect(readGrid([])).toEqual([[]]);
    expect(readGrid(['lr=1,2', 'cells=4'])).toEqual([
      ['lr=1', 'cells=4'],
      ['lr=2', 'cells=4'],
    ]);
  });

  test.each([
    [['--set', 'lr'], "--set is 'lr', wanted key=value,value, such as lr=0.1,0.01"],
    [['--set', 'lr=1', '--set', 'lr=2'], "--set has 'lr' twice, wanted its values in one: lr=0.1,0.01"],
    [['--rules', 'tpsgd,tpsgd'], '--rules has one twice: tpsgd, tpsgd'],
    [['--rules', 'nosuch'], "'nosuch'"],
    [['--rules', 'tpsgd,nosuch'], "'nosuch'"],
    [['--rules', 'tpsgd,backprop:nosuch=1'], "'nosuch'"],
    [['--set', 'lr=0.1,fast'], "--lr is 'fast'"],
    [['--set', 'activation=tanh,nosuch'], "--activation is 'nosuch'"],
    [['--set', 'loss=crossEntropy,nosuch'], "--loss is 'nosuch'"],
    [['--set', 'storage=f32,nosuch'], "--storage is 'nosuch'"],
  ])('%j is one line, before anything is trained', async (given, message) => {
    const { code, err } = await onward('compare', ...small, '--out', join(folder, 'none'), ...given);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(err).not.toMatch(/, seed \d:/);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
