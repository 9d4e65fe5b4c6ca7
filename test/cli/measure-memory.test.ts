// Memory beside what a rule reaches with it.

import { expect, test } from 'vitest';
import { measureLearning, memoryTable } from '../../cli/measure-memory.ts';
import { createDataset } from '../../src/data/index.ts';
import { backprop, dense, drtp, sequential, sgd } from '../../src/index.ts';
import { learnsBeside } from '../../src/tasks/host/classification.ts';

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
