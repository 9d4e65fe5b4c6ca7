// --requantize: what was learned in one storage is asked, learned on and exported in another.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onward, succeeded } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-requantize-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

/** Three kinds that overlap a little. */
const rows = Array.from({ length: 1500 }, (_, row) => {
  const noise = [7, 11, 13].map((prime) => ((row * row * prime) % 101) / 101 - 0.5);
  return `${(row % 3) - 1 + noise[0]},${noise[1]},${(row % 3) + 1.4 * noise[2]},${'abc'[row % 3]}`;
});
writeFileSync(at('data.csv'), `x,y,z,kind\n${rows.join('\n')}\n`);

const float = at('float.onward');
let accuracy = 0;
beforeAll(async () => {
  const args = ['--data', at('data.csv'), '--network', '3-24-3', '--rule', 'tpsgd', '--epochs', '4'];
  ({ accuracy } = JSON.parse(await succeeded('train', ...args, '--save', float, '--json')));
  expect(accuracy).toBeGreaterThan(0.8);
}, 60_000);

const asInt8 = ['--storage', 'int8', '--activations', 'int8', '--requantize'];
const evaluated = async (...args: string[]): Promise<number> =>
  JSON.parse(await succeeded('evaluate', ...args, '--json')).accuracy;

test('a float network answers as int8, calibrated on training data, within a point', async () => {
  expect(Math.abs((await evaluated('--restore', float, ...asInt8)) - accuracy)).toBeLessThan(0.01);
});

test('it learns on as int8, is kept so, and becomes floats again', async () => {
  const saved = at('int8.onward');
  const args = ['--restore', float, ...asInt8, '--epochs', '1', '--save', saved];
  const more = JSON.parse(await succeeded('train', ...args, '--json'));
  expect(more).toMatchObject({ storage: 'int8' });
  expect(await evaluated('--restore', saved)).toBe(more.accuracy);
  const back = await evaluated('--restore', saved, '--storage', 'f32', '--activations', 'f32', '--requantize');
  expect(Math.abs(back - more.accuracy)).toBeLessThan(0.01);
  const hardware = await evaluated('--restore', saved, '--hardware', 'edge-cpu', '--requantize');
  expect(hardware).toBe(back);
});

test('it becomes C arrays of int8, and the pulses of a device', async () => {
  const c = await succeeded('export', '--restore', float, '--storage', 'int8', '--requantize');
  expect(c).toContain(`static const int8_t dense_1_weight[${3 * 24}] = {`);
  const device = ['--storage', 'idealized', '--as', 'pulses'];
  const pulses = await succeeded('export', '--restore', float, ...device, '--requantize', '--json');
  const { profile, rows } = JSON.parse(pulses);
  expect(profile).toBe('idealized');
  expect(rows).toHaveLength(3 * 24 + 24 * 3);
  const refused = await onward('export', '--restore', float, ...device);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('is of storage f32')]);
});

test('predict answers by the weights of another storage', async () => {
  writeFileSync(at('one.csv'), '0.5,0.1,1\n');
  const args = ['--restore', float, '--samples', at('one.csv'), '--json', '--storage', 'int8'];
  const { answers } = JSON.parse(await succeeded('predict', ...args, '--requantize'));
  expect(answers[0]).toHaveLength(3);
  const uncalibrated = await onward('predict', ...args, '--activations', 'int8', '--requantize');
  expect([uncalibrated.code, uncalibrated.err]).toEqual([2, expect.stringContaining('have no scales before any')]);
});

test.each<[string[], string]>([
  [['--storage', 'int8'], "is of storage f32: f32, this learner's is int8: int8, f32; with --requantize it is kept so"],
  [['--activations', 'int8'], 'with --requantize it is kept so'],
  [['--network', '3-25-3', '--storage', 'int8', '--requantize'], '"units":24'],
  [['--rule', 'drtp', '--storage', 'int8', '--requantize'], 'is of rule tpsgd'],
  [['--requantize'], '--requantize wants --storage, --storage-set, --activations, --hardware or several'],
])('%j is refused with what helps', async (more, message) => {
  const { code, err } = await onward('evaluate', '--restore', float, ...more);
  expect(code).toBeGreaterThan(0);
  expect(err).toContain(message);
});

test('what differs in more than how it is kept is not told of the flag', async () => {
  const { err } = await onward('evaluate', '--restore', float, '--rule', 'drtp', '--storage', 'int8');
  expect(err).not.toContain('--requantize');
  expect((await onward('train', '--requantize')).err).toContain('--requantize wants --restore <file> too');
});
