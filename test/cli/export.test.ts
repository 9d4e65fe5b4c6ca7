// `onward export`: what a C compiler is given holds the stored weights, and devices are programmed to their states.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  backprop,
  createLearner,
  dense,
  hardware,
  int8,
  type Profile,
  profiles,
  sequential,
  synapse,
  tpsgd,
} from '../../src/index.ts';
import { mapped } from '../../src/quantization/device-array.ts';
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

test('devices that stand beyond the mean one, and stuck ones, are marked and get no pulses', async () => {
  const own = at('spread.json');
  const spread: Profile = {
    name: 'spread',
    title: 'wide and stuck',
    source: 'the test',
    model: 'constantStep',
    constants: { step: 0.05, highSpread: 0.6, lowSpread: 0.6 },
    stuck: 0.3,
    conductance: { low: 2e-9, high: 30e-9 },
  };
  writeFileSync(own, JSON.stringify(spread));
  const args = ['--data', at('data.csv'), '--network', '2-12-3', '--rule', 'backprop', '--epochs', '20'];
  const more = ['--storage', own, '--seed', '5', '--optimizer', 'sgd', '--lr', '0.5', '--save', at('spread.onward')];
  const { code: trainedWith, err } = await onward('train', ...args, ...more);
  expect(trainedWith, err).toBe(0);
  const told = async (format: string): Promise<Record<string, string>[]> => {
    const { out } = await onward('export', '--restore', at('spread.onward'), '--as', format);
    const [head, ...lines] = out
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return lines.map((cells) => Object.fromEntries(cells.map((cell, i) => [head[i], cell])));
  };
  const [states, programmes] = [await told('conductances'), await told('pulses')];
  const beyond = states.filter(({ siemens }) => Number(siemens) < 1.999e-9 || Number(siemens) > 30.001e-9);
  expect(beyond.length).toBeGreaterThan(0);
  states.forEach(({ siemens, reachable, stuck }, i) => {
    const isBeyond = Number(siemens) < 1.999e-9 || Number(siemens) > 30.001e-9;
    expect(reachable).toBe(String(!isBeyond));
    const { mean_device_pulses: pulses, ...marks } = programmes[i];
    expect(marks).toMatchObject({ reachable, stuck });
    if (isBeyond || stuck === 'true') expect(pulses).toBe('');
    // 40 pulses from bound to bound
    else expect(Math.abs(Number(pulses) - ((Number(siemens) - 2e-9) / 28e-9) * 40)).toBeLessThan(0.51);
  });
  // what never moves stands in an untrained network of the same seed where it stands in this one
  const first = await createLearner({
    network: sequential([2], [dense(12, { activation: 'tanh' }), dense(3)]),
    rule: backprop(),
    storage: synapse(spread),
    seed: 5,
  });
  const { unit } = mapped('the test', spread, {}).device;
  const begun = Object.values(first.storedWeights()).flatMap(({ values, scales }) => (scales ? [...values] : []));
  const stood = states.map(({ state }, i) => Math.abs(Number(state) / unit - begun[i]) < 0.5);
  states.forEach(({ stuck }, i) => stuck === 'true' && expect(stood[i]).toBe(true));
  expect(states.filter(({ stuck }) => stuck === 'true').length).toBeGreaterThan(5);
  expect(stood.filter((same, i) => same && states[i].stuck === 'false').length).toBeLessThan(10);
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
  expect(refused.err).toContain('are kept in f32, and pulses want a device (onward profiles)');
  expect((await onward('export')).err).toContain('export wants --restore <file>');
  expect((await onward('export', '--restore', restore, '--as', 'rust')).err).toContain('c, conductances, pulses');
});
