// `onward export`: what a C compiler is given holds the stored weights, and devices are programmed to their states.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLearner, dense, hardware, int8, profiles, sequential, tpsgd } from '../../src/index.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const rows = Array.from({ length: 60 }, (_, row) => `${(row % 3) - 1},${(row % 5) / 5},${'abc'[row % 3]}`);
writeFileSync(at('data.csv'), `x,y,kind\n${rows.join('\n')}\n`);

async function trained(storage: string): Promise<string> {
  const args = ['--data', at('data.csv'), '--network', '2-5-3', '--rule', 'tpsgd', '--epochs', '2'];
  const { code, err } = await onward('train', ...args, '--storage', storage, '--save', at(`${storage}.onward`));
  expect(code, err).toBe(0);
  return at(`${storage}.onward`);
}

/** The numbers between the braces of an array. */
function arrayOf(header: string, name: string): number[] {
  const [, body] = new RegExp(`${name}\\[\\d+\\] = \\{([^}]*)\\}`).exec(header) ?? [];
  return body.split(',').flatMap((cell) => (cell.trim() === '' ? [] : [Number.parseFloat(cell)]));
}

test('a C header holds integers and scales of int8, and floats of biases, bit for bit', async () => {
  const restore = await trained('int8');
  const { code, out } = await onward('export', '--restore', restore);
  expect(code).toBe(0);
  const network = sequential([2], [dense(5, { activation: 'tanh' }), dense(3)]);
  const learner = await createLearner({ network, rule: tpsgd(), storage: int8(), restore: readFileSync(restore) });
  for (const [name, { values, scales }] of Object.entries(learner.storedWeights())) {
    const word = name.replace('/', '_');
    expect(Float32Array.from(arrayOf(out, word))).toEqual(Float32Array.from(values));
    if (scales !== null) expect(Float32Array.from(arrayOf(out, `${word}_scale`))).toEqual(scales);
  }
  writeFileSync(at('weights.h'), out);
  writeFileSync(at('main.c'), '#include "weights.h"\nint main(void) { return dense_1_weight[0] == 0; }\n');
  const compiled = spawnSync('cc', ['-Wall', '-Werror', '-Wno-unused', '-fsyntax-only', at('main.c')]);
  if (compiled.error === undefined) expect(compiled.stderr.toString()).toBe('');
});

test('conductances lie between those of the profile, and more pulses go to higher ones', async () => {
  const restore = await trained('ag-a-si');
  const told = async (format: string): Promise<(string | number)[][]> => {
    const { code, out } = await onward('export', '--restore', restore, '--as', format, '--json');
    expect(code).toBe(0);
    return JSON.parse(out).rows;
  };
  const [states, pulses] = [await told('conductances'), await told('pulses')];
  expect(states).toHaveLength(2 * 5 + 5 * 3);
  const both = states.map((row, i) => ({ siemens: Number(row[5]), pulses: Number(pulses[i][4]) }));
  both.sort((a, b) => a.siemens - b.siemens);
  expect(both[0].siemens).toBeGreaterThanOrEqual(3.0769e-9);
  expect(both[both.length - 1].siemens).toBeLessThanOrEqual(3.8462e-8);
  for (const [i, { pulses: count }] of both.entries())
    if (i > 0) expect(count).toBeGreaterThanOrEqual(both[i - 1].pulses);
  expect(new Set(both.map(({ pulses: count }) => count)).size).toBeGreaterThan(5);
});

test('a device of a file is exported as one of the index with its numbers', async () => {
  const own = at('own.json');
  writeFileSync(own, JSON.stringify({ ...profiles['ag-a-si'], name: 'own' }));
  const args = ['--data', at('data.csv'), '--network', '2-5-3', '--rule', 'tpsgd', '--epochs', '2'];
  expect((await onward('train', ...args, '--storage', own, '--save', at('own.onward'))).code).toBe(0);
  const [mine, theirs] = [at('own.onward'), await trained('ag-a-si')];
  expect(await pulses(mine)).toBe(await pulses(theirs));
});

const pulses = async (restore: string) => (await onward('export', '--restore', restore, '--as', 'pulses')).out;

test('a checkpoint of a crossbar tells its device, saved by train or in a page', async () => {
  const args = ['--data', at('data.csv'), '--network', '2-5-3', '--rule', 'tpsgd', '--epochs', '2'];
  const [file, page] = [at('crossbar.onward'), at('page.onward')];
  expect((await onward('train', ...args, '--hardware', 'crossbar-pcm', '--save', file)).code).toBe(0);
  const network = sequential([2], [dense(5, { activation: 'tanh' }), dense(3)]);
  const { storage } = hardware['crossbar-pcm'];
  const restore = readFileSync(file);
  const learner = await createLearner({ network, rule: tpsgd(), storage, restore });
  writeFileSync(page, learner.save({ metadata: {} }));
  const told = await pulses(file);
  expect(told.split('\n').length).toBeGreaterThan(2 * (2 * 5 + 5 * 3));
  expect(told).toContain(',plus,');
  expect(await pulses(page)).toBe(told);
});

test('devices are wanted where conductances are, and a checkpoint', async () => {
  const restore = await trained('f32');
  const refused = await onward('export', '--restore', restore, '--as', 'pulses');
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(
    'are kept in f32, and pulses want a device: --storage NAME (onward profiles) with --requantize',
  );
  expect((await onward('export')).err).toContain('export wants --restore <file>');
  expect((await onward('export', '--restore', restore, '--as', 'rust')).err).toContain('c, conductances, pulses');
});
