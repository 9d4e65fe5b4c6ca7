// Hardware sets storage, activations and budget together: everything named learns, and a budget holds.

import { expect, test } from 'vitest';
import { BudgetError, hardware } from '../../src/index.ts';
import { onward } from '../cli/in-process.ts';
import { small, smallData } from '../learner/small.ts';

const { x, y } = smallData(40);

test.each(Object.values(hardware))('$name learns', async ({ storage, activations, budget }) => {
  const learner = await small({ storage, activations, budget });
  if (activations !== undefined) await learner.calibrate(x);
  const before = learner.evaluate(x, y).loss;
  await learner.fit(x, y, { epochs: 20 });
  expect(learner.evaluate(x, y).loss).toBeLessThan(before);
});

test('a budget is kept', async () => {
  const { storage, activations } = hardware['mcu-256k'];
  await expect(small({ storage, activations, budget: 1024 })).rejects.toThrow(BudgetError);
});

test('the command line tells which rules learn there, and takes no storage beside it', async () => {
  const network = ['--network', '784-64-10', '--batch', '8', '--rule', 'tpsgd', '--rule', 'backprop'];
  const { code, out } = await onward('memory', '--hardware', 'spiking-core', ...network, '--json');
  expect(code).toBe(0);
  const { budget, rows } = JSON.parse(out);
  expect(budget).toBe(128 * 1024);
  for (const row of rows) expect(row.fits).toBe(row.plannedBytes <= budget);
  expect(new Set(rows.map((row: { fits: boolean }) => row.fits)).size).toBe(2);
  const refused = await onward('train', '--hardware', 'mcu-256k', '--storage', 'f32');
  expect(refused.err).toContain("--hardware mcu-256k sets storage, wanted no --storage, got 'f32'");
});
