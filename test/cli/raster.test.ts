// `onward evaluate --raster`: spikes and potentials of one sample as CSV, JSON and a picture, or why there are none.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { look } from '../../cli/activity.ts';
import { backprop, createLearner, dense, lif, observe, sequential } from '../../src/index.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-raster-'));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const [STEPS, THRESHOLD] = [4, 0.5];
const evaluate = (...args: string[]) => onward('evaluate', '--restore', at('spiking'), ...args);
const train = (network: string, rule: string, name: string) =>
  onward('train', '--network', network, '--rule', rule, '--limit', '100', '--epochs', '1', '--save', at(name));

beforeAll(() => train(`784-t${STEPS}-rate-12-lift${THRESHOLD}-6-lift99-10`, 'sltt', 'spiking'));

/** By layer, step and neuron. */
interface Told {
  readonly sample: number;
  readonly label: string;
  readonly layers: Record<'spikes' | 'potentials', number[][]>[];
}

test('a table and JSON have the spikes and potentials of every layer, step and neuron', async () => {
  const { code, out } = await evaluate('--raster', at('seen.json'), '--sample', '7', '--json');
  expect([code, JSON.parse(out).raster]).toEqual([0, at('seen.json')]);
  const { sample, label, layers }: Told = JSON.parse(readFileSync(at('seen.json'), 'utf8'));
  expect([sample, label, Object.keys(layers)]).toEqual([7, expect.stringMatching(/^\d$/), ['lif_1', 'lif_2']]);
  const [first, second] = Object.values(layers);
  expect(first.spikes.map((row) => row.length)).toEqual(Array(STEPS).fill(12));
  expect(first.spikes).toEqual(first.potentials.map((row) => row.map((u) => (u > THRESHOLD ? 1 : 0))));
  expect(first.spikes.flat()).toContain(1);
  expect(second.spikes.flat()).toEqual(Array(STEPS * 6).fill(0));

  expect((await evaluate('--raster', at('seen.csv'), '--sample', '7')).out).toContain(`raster in ${at('seen.csv')}`);
  const [header, ...rows] = readFileSync(at('seen.csv'), 'utf8').trim().split('\n');
  expect(header).toBe('layer,step,neuron,spike,potential');
  const wanted = Object.entries(layers).flatMap(([layer, { spikes, potentials }]) =>
    spikes.flatMap((row, step) => row.map((spike, n) => [layer, step, n, spike, potentials[step][n]].join())),
  );
  expect(rows).toEqual(wanted);
});

test('a picture has a dot for each spike, of a layer that is silent too', async () => {
  await evaluate('--raster', at('first.json'));
  const { label, layers }: Told = JSON.parse(readFileSync(at('first.json'), 'utf8'));
  await evaluate('--raster', at('first.svg'));
  const picture = readFileSync(at('first.svg'), 'utf8');
  expect(picture).toContain(`sample 0 (${label}), 784-t4-rate-12-lift0.5-6-lift99-10`);
  expect(picture).not.toMatch(/NaN|Infinity/);
  const [panel] = /neuron of lif_1.*?<\/g>/s.exec(picture)!;
  const spikes = Object.values(layers)[0]
    .spikes.flat()
    .filter((spike) => spike === 1);
  expect(panel.match(/<circle/g)).toHaveLength(spikes.length);
});

test.each([
  [['--raster', 'seen.png'], "--raster is 'seen.png', wanted .csv, .json, .svg"],
  [['--raster', 'none/seen.svg'], "--raster 'none/seen.svg' is in 'none', wanted a folder that exists"],
  [['--raster', at('far.csv'), '--sample', '1000'], "--sample is '1000', wanted a whole number from 0 to 999"],
  [['--raster', at('far.csv'), '--sample', 'one'], "--sample is 'one', wanted a whole number"],
  [['--sample', '1'], '--sample wants --raster <file>, which is of that sample'],
])('%j is one error', async (args, message) => {
  const { code, err } = await evaluate(...args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  expect(existsSync(at('far.csv'))).toBe(false);
});

test.each([
  ['784-8-10', 'backprop', 'the network has no spiking neurons, such as lif'],
  ['784-t3-rate-8-lif-10', 'stdp', "under stdp neurons fire otherwise than the network's own"],
])('of %s, learned by %s, there is none', async (network, rule, why) => {
  await train(network, rule, rule);
  const { code, err } = await onward('evaluate', '--restore', at(rule), '--raster', at('none.svg'));
  expect([code, err]).toEqual([2, expect.stringContaining(`--raster shows spikes, and ${why}`)]);
});

test('neurons see samples as a learner standardises them', async () => {
  const network = sequential([3], [dense(5), lif({ threshold: 0.3 }), dense(2)], { steps: 4, input: 'still' });
  const parts = { network, rule: backprop() };
  const learner = await createLearner(parts);
  const input = { mean: [5, -2, 100], deviation: [2, 4, 50] };
  const looked = { weights: () => learner.weights(), standardization: { input, target: null } };
  const seen = await look(parts, looked, Float32Array.of(7, -6, 150, 3, 2, 100));
  expect(seen).toEqual(await observe(network, learner.weights(), Float32Array.of(1, -1, 1, -1, 1, 0)));
});
