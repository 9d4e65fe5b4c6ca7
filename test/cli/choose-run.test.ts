// The options of every command that makes a learner.

import { expect, test } from 'vitest';
import { chooseRun } from '../../cli/choose-run.ts';
import { measureMemory } from '../../cli/measure-memory.ts';
import { UsageError } from '../../cli/command.ts';
import { backprop, dense, sequential } from '../../src/index.ts';

test('--storage names a storage of the index; without it, weights are floats', () => {
  expect(chooseRun({}).storage.name).toBe('f32');
  expect(chooseRun({ storage: 'int8' }).storage.name).toBe('int8');
  expect(() => chooseRun({ storage: 'int9' })).toThrow(UsageError);
  expect(() => chooseRun({ storage: 'int9' })).toThrow("--storage is 'int9', wanted f32, int8");
});

test('a clock is of devices that lose their state', () => {
  const storageOf = (storage: string, seconds: string): string =>
    chooseRun({ storage, 'storage-set': [`secondsPerStep=${seconds}`] }).storage.name;
  expect(storageOf('capacitor', '0.5')).toContain('headroom 3, 0.5 s a step)');
  expect(storageOf('capacitor', '0')).toBe(chooseRun({ storage: 'capacitor' }).storage.name);
  expect(() => storageOf('epiram', '1')).toThrow("secondsPerStep is 1, wanted 0, as devices of profile 'epiram' hold");
  expect(() => storageOf('capacitor', '-1')).toThrow('secondsPerStep is -1, wanted a finite number of at least 0');
  expect(() => storageOf('int8', '1')).toThrow("'secondsPerStep'");
});

test('the memory of int8 weights is planned and touched to the byte', async () => {
  const network = sequential([20], [dense(40, { activation: 'relu' }), dense(4)]);
  const [floats, bytes] = await Promise.all(
    ['f32', 'int8'].map((storage) => measureMemory({ network, rule: backprop(), ...chooseRun({ storage }) })),
  );
  for (const row of [floats, bytes]) expect(row).toMatchObject({ usedBytes: row.plannedBytes, strayBytes: 0 });
  expect(bytes.parameterBytes).toBe(floats.parameterBytes);
  expect(bytes.storedParameterBytes).toBe(20 * 40 + 40 * 8 + 2 * 4 * (40 + 8));
  expect(bytes.plannedBytes).toBeLessThan(floats.plannedBytes);
});
