// Memory beside what a rule reaches with it, and as `onward memory` tells it.

import { expect, test } from 'vitest';
import { measureLearning, memoryTable } from '../../cli/measure-memory.ts';
import { rules } from '../../src/forward-only/index.ts';
import { createDataset } from '../../src/data/index.ts';
import { backprop, dense, drtp, sequential, sgd } from '../../src/index.ts';
import { learnsBeside } from '../../src/tasks/host/classification.ts';
import { onward } from './in-process.ts';

/** Points left and right of 0, in two classes: 40 of one and 24 of the other. */
const points = createDataset({
  name: 'points',
  inputs: Float32Array.from({ length: 64 }, (_, i) => (i < 40 ? -1 - i / 64 : i / 64)),
  labels: Int32Array.from({ length: 64 }, (_, i) => (i < 40 ? 0 : 1)),
  inputShape: [1],
  classNames: ['left', 'right'],
});
const task = { name: 'points', train: points, held: points, judgedBy: 'test' } as const;

const network = sequential([1], [dense(4, { activation: 'tanh' }), dense(2)]);
const control = { network, rule: backprop({ optimizer: sgd(0.5) }), batchSize: 8 };
/** A rate of nothing: it stays what it was. */
const still = { network, rule: drtp({ optimizer: sgd(0) }), batchSize: 8, seed: 2 };

test('learning is half of what the control gains over the commonest class', () => {
  expect(learnsBeside(0.61, 0.9, 0.3)).toBe(true);
  expect(learnsBeside(0.59, 0.9, 0.3)).toBe(false);
  expect(learnsBeside(0.3, 0.3, 0.3)).toBe(false);
});

test('a rule that does not learn says so beside its memory, which is touched all the same', async () => {
  const rows = await measureLearning([control, still], task, { epochs: 5 });
  expect(rows.map(({ rule, learns }) => [rule, learns])).toEqual([
    ['backprop', true],
    ['drtp', false],
  ]);
  expect(rows[0].accuracy).toBe(1);
  for (const { usedBytes, plannedBytes } of rows) expect(usedBytes).toBe(plannedBytes);
  expect(memoryTable(rows)).toMatch(/backprop.* 100\.0 %\ndrtp.*does not learn here \(\d/);
});

test('without the control nothing is judged', async () => {
  const [row] = await measureLearning([still], task, { epochs: 1 });
  expect(row.learns).toBe(null);
  expect(memoryTable([row])).not.toContain('does not learn');
});

test('memory --json plans what it touches, to the byte', async () => {
  const { code, out } = await onward('memory', '--json', '--network', '8x8x1-c12k3-p2-10', '--batch', '5');
  const { network, batch, rows } = JSON.parse(out);
  expect([code, network, batch]).toEqual([0, '8x8x1-c12k3-p2-10', 5]);
  const told = rows.map(({ rule, set = [], microBatch }: Record<string, unknown>) => [
    rule,
    ...(set as []),
    microBatch,
  ]);
  const plain = Object.keys(rules).map((rule) => [rule, 5]);
  expect(told).toEqual(expect.arrayContaining(plain));
  const whole = ['contrastiveForward', 'zerothOrder'];
  const parts = plain.filter(([rule]) => !whole.includes(`${rule}`)).map(([rule]) => [rule, 1]);
  expect(told).toEqual(expect.arrayContaining(parts));
  const sparing = ['checkpoint=true', 'last=1'].flatMap((set) => [5, 1].map((rows) => ['backprop', set, rows]));
  expect(told).toEqual(expect.arrayContaining(sparing));
  expect(told).toHaveLength(plain.length + parts.length + sparing.length);
  for (const row of rows) {
    expect(row.usedBytes).toBe(row.plannedBytes);
    expect(row.lowerBoundBytes).toBeLessThanOrEqual(row.plannedBytes);
    expect(row.pages).toBe(Math.ceil(row.plannedBytes / 65536));
    expect(row.parameterBytes).toBe(4 * (9 * 12 + 12 + 108 * 10 + 10));
    expect(row.byRole.parameter).toBeGreaterThanOrEqual(row.parameterBytes);
  }
});

test('memory --timeline draws every rule', async () => {
  const asked = ['backprop', 'tpsgd'];
  const told = asked.flatMap((rule) => ['--rule', rule]);
  const { code, out } = await onward('memory', '--network', '30-20-10', ...told, '--timeline');
  expect(code).toBe(0);
  for (const rule of asked) {
    expect(out).toMatch(new RegExp(`${rule}, train: peak .* at call \\d+ of \\d+: dense_\\d, f32_`));
  }
  expect(out).toContain('█');
});

test('memory --data tells what each rule reaches with its plan', async () => {
  const args = ['--network', '784-12-10', '--limit', '300', '--epochs', '2', '--rule', 'backprop', '--rule', 'drtp'];
  const { code, out } = await onward('memory', '--json', '--data', 'synthetic', ...args);
  const { data, epochs, commonest, rows } = JSON.parse(out);
  expect([code, data, epochs]).toEqual([0, 'synthetic', 2]);
  expect(commonest).toBeGreaterThan(0.09);
  expect(rows.map(({ rule, learns }: { rule: string; learns: boolean }) => [rule, learns])).toEqual([
    ['backprop', true],
    ['drtp', expect.any(Boolean)],
  ]);
  for (const { accuracy, usedBytes, plannedBytes } of rows) {
    expect(accuracy).toBeGreaterThan(0);
    expect(usedBytes).toBe(plannedBytes);
  }
});
