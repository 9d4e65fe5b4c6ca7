// `onward export`: what a C compiler is given holds the stored weights, and devices are programmed to their states.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeC } from '../../cli/export/c.ts';
import {
  backprop,
  binary,
  createLearner,
  dense,
  hardware,
  int4,
  int8,
  type Profile,
  profiles,
  quantizationAware,
  regression,
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

async function trained(storage: string, ...more: string[]): Promise<string> {
  const args = ['--data', at('data.csv'), '--network', '2-5-3', '--rule', 'tpsgd', '--epochs', '2'];
  const { code, err } = await onward(
    'train',
    ...args,
    '--storage',
    storage,
    ...more,
    '--save',
    at(`${storage}.onward`),
  );
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
  const network = small(3);
  const learner = await createLearner({ network, rule: tpsgd(), storage: int8(), restore: readFileSync(restore) });
  for (const [name, { values, scales }] of Object.entries(learner.storedWeights())) {
    const word = name.replace('/', '_');
    expect(Float32Array.from(arrayOf(out, word))).toEqual(Float32Array.from(values));
    if (scales !== null) expect(Float32Array.from(arrayOf(out, `${word}_scale`))).toEqual(scales);
  }
  runC(out, '#include "weights.h"\nint main(void) { return dense_1_weight[0] == 0; }\n');
});

test.each([
  ['int4', []],
  ['binary', []],
  ['binary', ['--storage-set', 'latent=f32']],
  ['quantizationAware', []],
])('%s %j: what stands in the header, times its scale, is what products read', async (storage, more) => {
  const restore = await trained(storage, ...more);
  const { out, err, code } = await onward('export', '--restore', restore);
  expect(code, err).toBe(0);
  const latent = more.length > 0 ? 'f32' : 'int8';
  const made = { int4, quantizationAware, binary: () => binary({ latent }) }[storage]!();
  const learner = await createLearner({
    network: small(3),
    rule: tpsgd(),
    storage: made,
    restore: readFileSync(restore),
  });
  for (const [name, { values, shape }] of Object.entries(learner.weights())) {
    const word = name.replace('/', '_');
    const columns = shape[shape.length - 1];
    const scales = out.includes(`${word}_scale`) ? arrayOf(out, `${word}_scale`) : Array(columns).fill(1);
    const read = arrayOf(out, word).map((value, at) => Math.fround(value * Math.fround(scales[at % columns])));
    expect(Float32Array.from(read), name).toEqual(values);
  }
});

/** What a program in C says that includes the header; null where there is no compiler. */
function runC(header: string, program: string): string | null {
  writeFileSync(at('weights.h'), header);
  writeFileSync(at('main.c'), program);
  const options = ['-Wall', '-Werror', '-Wno-unused', at('main.c'), '-o', at('main'), '-lm'];
  const compiled = spawnSync('cc', options);
  if (compiled.error !== undefined) return null;
  expect(compiled.stderr.toString()).toBe('');
  return spawnSync(at('main')).stdout.toString();
}

/** A program that prints what 2-5-N makes of samples, by the header alone. */
const forward = (samples: readonly number[][], outputs: number, answer: string): string => `
#include <math.h>
#include <stdio.h>
#include "weights.h"
static const double samples[][2] = {${samples.map((row) => `{${row}}`)}};
int main(void) {
  for (int s = 0; s < ${samples.length}; s++) {
    double x[2], hidden[5], z[${outputs}], sum = 0;
    for (int i = 0; i < 2; i++) x[i] = (samples[s][i] - input_mean[i]) / input_deviation[i];
    for (int j = 0; j < 5; j++) {
      hidden[j] = dense_1_bias[j];
      for (int i = 0; i < 2; i++) hidden[j] += x[i] * dense_1_weight[i * 5 + j];
      hidden[j] = tanh(hidden[j]);
    }
    for (int k = 0; k < ${outputs}; k++) {
      z[k] = dense_2_bias[k];
      for (int j = 0; j < 5; j++) z[k] += hidden[j] * dense_2_weight[j * ${outputs} + k];
      sum += exp(z[k]);
    }
    for (int k = 0; k < ${outputs}; k++) printf("%.9g\\n", ${answer});
  }
  return 0;
}
`;
const numbersIn = (text: string): number[] => text.trim().split('\n').map(Number);

describe('a header is all that C wants to answer as the learner does, within 1e-5', () => {
  const samples = [
    [-1, 0.2],
    [0, 0.8],
    [1, 0],
  ];

  test('classes of a standardised table', async () => {
    const restore = await trained('f32');
    const { out: header } = await onward('export', '--restore', restore);
    expect(header).toContain('/* dense_1: [2] -> [5], dense {"units":5,"activation":"tanh"} */');
    expect(header).toContain('/* dense_2: [5] -> [3], dense {"units":3,"activation":"identity"} */');
    expect(header).toContain('/* the answer: classification by crossEntropy: the softmax of the outputs */');
    expect(header).toContain('static const char *const class_names[3] = {\n  "a", "b", "c",\n};');
    const learner = await createLearner({ network: small(3), rule: tpsgd(), restore: readFileSync(restore) });
    expect(learner.standardization.input).not.toBeNull();
    expect(arrayOf(header, 'input_mean')).toEqual(learner.standardization.input?.mean);
    expect(arrayOf(header, 'input_deviation')).toEqual(learner.standardization.input?.deviation);
    expect(header).not.toContain('target_mean');
    const told = runC(header, forward(samples, 3, 'exp(z[k]) / sum'));
    if (told === null) return;
    expectClose(numbersIn(told), learner.predict(samples));
  });

  test('values on a scale of their own', async () => {
    const values = Array.from({ length: 60 }, (_, row) => [(row % 7) * 10 - 20, (row % 5) / 5, 300 + 40 * (row % 7)]);
    writeFileSync(at('values.csv'), `x,y,price\n${values.map((row) => row.join()).join('\n')}\n`);
    const [restore, task] = [at('values.onward'), ['--task', 'regression', '--label', 'price']];
    const args = ['--data', at('values.csv'), ...task, '--network', '2-5-1', '--rule', 'backprop', '--epochs', '5'];
    expect((await onward('train', ...args, '--save', restore)).code).toBe(0);
    const { out: header } = await onward('export', '--restore', restore);
    const rule = backprop();
    const network = small(1);
    const learner = await createLearner({ network, rule, task: regression(1), restore: readFileSync(restore) });
    expect(arrayOf(header, 'target_mean')).toEqual(learner.standardization.target?.mean);
    const told = runC(header, forward(samples, 1, 'z[k] * target_deviation[k] + target_mean[k]'));
    if (told === null) return;
    expectClose(numbersIn(told), learner.predict(samples));
  });
});

const small = (outputs: number) => sequential([2], [dense(5, { activation: 'tanh' }), dense(outputs)]);

function expectClose(told: readonly number[], wanted: Float32Array): void {
  expect(told).toHaveLength(wanted.length);
  for (const [i, value] of told.entries()) expect(Math.abs(value / wanted[i] - 1)).toBeLessThan(1e-5);
}

test('C reads names of classes and settings of layers as they are', () => {
  const names = ['a "b"\\', '??/', 'K\u00e4se\n1'];
  const layers = [{ name: 'x', type: 'own', config: { note: '*/ int /*' }, inputShape: [1], outputShape: [3] }];
  const standardization = { input: { mean: [1e-7], deviation: [3] }, target: null };
  const header = writeC({}, 'about', { layers, standardization, classNames: names, answer: 'none' });
  const told = runC(
    header,
    '#include <stdio.h>\n#include "weights.h"\n' +
      'int main(void) { for (int i = 0; i < 3; i++) printf("%s|", class_names[i]); return input_mean[0] != 1e-7; }\n',
  );
  if (told !== null) expect(told).toBe(`${names.join('|')}|`);
});

test('conductances lie between those of the profile, and more pulses go to higher ones', async () => {
  const restore = await trained('ag-a-si');
  const told = async (format: string): Promise<(string | number)[][]> => {
    const { code, out } = await onward('export', '--restore', restore, '--as', format, '--json');
    expect(code).toBe(0);
    const { rows: devices, classNames, standardization, layers } = JSON.parse(out);
    expect(classNames).toEqual(['a', 'b', 'c']);
    expect(standardization.input.mean).toHaveLength(2);
    expect(layers[0]).toMatchObject({ name: 'dense_1', type: 'dense', config: { activation: 'tanh' } });
    return devices;
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
  const network = small(3);
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
  expect((await onward('export', '--restore', restore, '--json')).err).toContain('C is no JSON');
  expect((await onward('export')).err).toContain('export wants --restore <file>');
  expect((await onward('export', '--restore', restore, '--as', 'rust')).err).toContain('c, conductances, pulses');
});
