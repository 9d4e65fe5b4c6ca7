// What train says beside its outcome.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { activityOf } from '../../cli/activity.ts';
import { createDataset } from '../../src/data/index.ts';
import { block, createLearner, dense, lif, recurrent, sequential, sltt, type LayerSpec } from '../../src/index.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-train-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tiny = ['train', '--network', '784-12-10', '--limit', '200', '--epochs', '2'];

test('what is kept aside is read before any data', async () => {
  const { code, err } = await onward('train', '--data', join(folder, 'missing.npz'), '--validation', '2000');
  expect([code, err]).toEqual([2, expect.stringContaining("--validation is '2000', wanted a number")]);
});

test.each([
  ['--lr', '1e9'],
  ['--optimizer', 'sgd', '--lr', '1e30'],
])('it diverges at once: %s %s', async (...args) => {
  const { code, err } = await onward(...tiny, ...args);
  expect([code, err]).toEqual([
    1,
    expect.stringMatching(/^onward: DivergenceError: the loss grew to \S+ in epoch 0; /m),
  ]);
});

test('it diverges, short of that: the loss grows tenfold', async () => {
  const { code, err } = await onward(...tiny, '--rule', 'backprop', '--optimizer', 'sgd', '--lr', '100');
  expect(code).toBe(0);
  expect(err).toMatch(/the loss went from \d\.\d{4} to [\d.e+]+: it diverges; a smaller --lr is wanted/);
});

test('it diverges in a later epoch: what was learned before is kept', async () => {
  const file = join(folder, 'before.onward');
  const args = [
    '--network',
    '784-10',
    '--rule',
    'backprop',
    '--loss',
    'squaredError',
    '--optimizer',
    'sgd',
    '--lr',
    '1',
  ];
  const growing = [...args, '--limit', '32', '--epochs', '1000', '--save', file];
  const { code, err } = await onward('train', ...growing);
  expect([code, err]).toEqual([1, expect.stringContaining(`what was learned before it diverged is in ${file}\n`)]);
  expect(err).toMatch(/onward: DivergenceError: .* stopped being finite in epoch [1-9]/);
  expect((await onward('evaluate', '--restore', file)).code).toBe(0);
});

test('it does not: nothing is said of it', async () => {
  expect((await onward(...tiny)).err).not.toContain('diverges');
});

test('a batch larger than the data says what it plans', async () => {
  const { code, err } = await onward(...tiny, '--batch', '50000');
  expect([code, err]).toEqual([
    0,
    expect.stringMatching(/a step of 50,000 samples plans \d+\.\d\d MiB, but there are 200: see/),
  ]);
});

test('a text that is no table is named', async () => {
  const path = join(folder, 'notes.txt');
  writeFileSync(path, 'hello\nworld of notes\n');
  const { code, err } = await onward('train', '--data', path);
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('notes.txt: rows have 1 cells, none of them is left to be an input'),
  ]);
});

test('in two workers it learns the same weights as in one', async () => {
  const trained = async (...args: string[]): Promise<unknown> => {
    const { out } = await onward(
      'train',
      '--network',
      '784-24-16-10',
      '--limit',
      '300',
      '--epochs',
      '2',
      '--json',
      ...args,
    );
    const { weightHash, accuracy } = JSON.parse(out);
    return { weightHash, accuracy };
  };
  expect(await trained('--workers', '2')).toEqual(await trained());
});

test.each([
  ['backprop', '2', "RuleError: the units of 'backprop' wait for those behind them"],
  ['tpsgd', '3', "RuleError: 3 workers want as many units that learn, and 'tpsgd' has 2 here"],
  ['tpsgd', '0', "--workers is '0', wanted a whole number of at least 1"],
])('%s in %s workers is refused', async (rule, workers, message) => {
  const { code, err } = await onward(...tiny, '--rule', rule, '--workers', workers);
  expect(code).not.toBe(0);
  expect(err).toContain(message);
});

test('a spiking network says how much of it works, and so does evaluate', async () => {
  const file = join(folder, 'spiking.onward');
  const spiking = ['--network', '784-t4-rate-20-lif-10', '--rule', 'ottt', '--limit', '200', '--epochs', '1'];
  const { out } = await onward('train', ...spiking, '--save', file, '--json');
  const { sparsity, synapticOperations, denseOperations } = JSON.parse(out);
  expect(sparsity).toBeGreaterThan(0);
  expect(sparsity).toBeLessThan(1);
  expect(denseOperations).toBe(4 * (784 * 20 + 20 * 10));
  expect(synapticOperations).toBeLessThan(denseOperations / 2);
  const evaluated = await onward('evaluate', '--restore', file, '--json');
  expect(JSON.parse(evaluated.out)).toMatchObject({ sparsity, synapticOperations, denseOperations });
  expect((await onward('evaluate', '--restore', file)).out).toMatch(/spikes of a neuron in a step, [\d,]+ synaptic/);
  expect((await onward('train', ...spiking)).out).toMatch(/^activity +0\.\d+ spikes of a neuron/m);
});

test.each([
  ['sltt', true],
  ['decolle', true],
  ['eprop', true],
  ['tpsgd', true],
  ['stdp', false],
])('of %s activity is told: %s, as only some answer by the network alone', async (rule, isTold) => {
  const spiking = ['--network', '784-t4-rate-20-lif-10', '--limit', '100', '--epochs', '1', '--batch', '1'];
  const { out } = await onward('train', '--rule', rule, ...spiking, '--json');
  expect('sparsity' in JSON.parse(out)).toBe(isTold);
});

const ofNeurons = (...layers: LayerSpec[]) => sequential([6], [...layers, dense(3)], { steps: 4 });

test.each([
  ['beside others', ofNeurons(dense(5), lif()), true],
  ['in a recurrent block', ofNeurons(recurrent(block([dense(5), lif()]))), true],
  ['in its name alone', ofNeurons(dense(5, { name: 'lif' })), false],
])('activity is of a network with neurons %s: %s', async (_, network, isTold) => {
  const learner = await createLearner({ network, rule: sltt(), standardize: false });
  const held = createDataset({
    name: 'any',
    inputs: new Float32Array(2 * 24).fill(1),
    labels: Int32Array.of(0, 1),
    inputShape: [4, 6],
    classNames: ['a', 'b', 'c'],
  });
  expect((await activityOf({ network, rule: sltt() }, learner, held)) !== null).toBe(isTold);
});
