// `onward reproduce`: rows as data, and what is measured as files.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test, vi } from 'vitest';
import type { Recipe } from '../../bench/recipes/recipe.ts';
import { recipes } from '../../bench/recipes/index.ts';
import type { Run } from '../../bench/recipes/results.ts';
import { wantedOf } from '../../bench/devices/neurosim.ts';
import { measureRows, placeOf } from '../../cli/reproduce.ts';
import { profiles } from '../../src/index.ts';
import { onward } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-reproduce-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = placeOf(folder);

const row: Recipe = {
  ...{ name: 'small', data: 'synthetic', network: '784-12-10', rule: 'tpsgd', options: { limit: 200 } },
  ...{ epochs: 1, seeds: [1, 2] },
};

/** The seeds that are measured. */
async function measure(options: { readonly again?: boolean } = {}): Promise<number[]> {
  const seeds: number[] = [];
  await measureRows([row], place, { ...options, onRun: (_, { seed }) => seeds.push(seed) });
  return seeds;
}

test('a row is measured seed by seed, and once', async () => {
  expect(await measure()).toEqual([1, 2]);
  expect(readdirSync(folder).sort()).toEqual(['results.md', 'small.json']);
  const { row: name, command, runs } = JSON.parse(readFileSync(join(folder, 'small.json'), 'utf8'));
  expect([name, command]).toEqual([
    'small',
    'onward train --data synthetic --network 784-12-10 --rule tpsgd --limit 200 --epochs 1',
  ]);
  expect(runs.map(({ seed }: Run) => seed)).toEqual([1, 2]);
  for (const run of runs) {
    expect(run).toEqual({
      ...{ seed: run.seed, accuracy: expect.any(Number), seconds: expect.any(Number) },
      ...{ plannedBytes: expect.any(Number), weightHash: expect.stringMatching(/^[0-9a-f]{8}$/) },
      ...{ machine: expect.stringContaining(', Node '), commit: expect.stringMatching(/^[0-9a-f]{7}\+?$|^\d/) },
    });
  }
  expect(await measure()).toEqual([]);
  expect(await measure({ again: true })).toEqual([]);
});

test('--list --json tells every row', async () => {
  const { code, out } = await onward('reproduce', '--list', '--json', '--out', folder);
  const rows = JSON.parse(out);
  expect(code).toBe(0);
  expect(rows.map((each: { row: string }) => each.row)).toEqual(recipes.map(({ name }) => name));
  expect(rows.find((each: { row: string }) => each.row === 'tables-drtp')).toMatchObject({
    published: { accuracy: 95.97, deviation: 0.13, epochs: 100 },
    source: 'Frenkel, Lefebvre, Bol, arXiv 1909.01311',
    ...{ tag: 'V', class: 'whole', minutes: 12, measured: null, holds: null },
  });
});

test.each([
  [[], 'reproduce wants rows, or groups of them'],
  [['nosuch'], "there is no row 'nosuch'"],
])('%j is one line', async (names, message) => {
  expect(await onward('reproduce', ...names)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

test('neurosim: what an accuracy is held to depends on the samples it is of', () => {
  expect(wantedOf('software', 1_000_000)).toEqual({ least: 93.5, most: 99.5, cause: null });
  expect(wantedOf('epiram', 96_000)).toMatchObject({ least: 83.9, cause: null });
  const cause = 'the simulator itself gives 86.9 after 96,000';
  expect(wantedOf('epiram', 1_000_000)).toMatchObject({ least: 83.9, most: 95, cause });
  for (const [profile, samples] of [
    ['gst-pcm', 1_000_000],
    ['epiram', 20],
    ['software', 96_000],
    ['mine', 1_000_000],
  ]) {
    expect(wantedOf(`${profile}`, Number(samples)), `${profile}, ${samples}`).toBeNull();
  }
});

test('neurosim: devices of a file, which nothing is printed of, and floats, which are held to what is', async () => {
  const header = (magic: number, ...shape: number[]): number[] => [
    0,
    0,
    8,
    magic,
    ...shape.flatMap((n) => [0, 0, 0, n]),
  ];
  const labels = Array.from({ length: 20 }, (_, at) => at % 10);
  const pictures = labels.flatMap((label) => Array.from({ length: 784 }, (_, at) => (at % 28 === 6 + label ? 255 : 0)));
  const data = join(folder, 'mnist');
  mkdirSync(data);
  const files = {
    'images-idx3': [...header(3, 20, 28, 28), ...pictures],
    'labels-idx1': [...header(1, 20), ...labels],
  };
  for (const part of ['train', 't10k']) {
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(join(data, `${part}-${name}-ubyte.gz`), gzipSync(Uint8Array.from(bytes)));
    }
  }
  vi.stubEnv('ONWARD_DATA', folder);
  const [mine, { epiram }] = [join(folder, 'mine.json'), profiles];
  writeFileSync(mine, JSON.stringify({ ...epiram, name: 'mine' }));
  const asked = ['--profile', mine, '--profile', 'software', '--samples', '400', '--seeds', '1'];
  const { code, out, err } = await onward('reproduce', 'neurosim', ...asked, '--json');
  const { rows, ...told } = JSON.parse(out);
  expect(told).toMatchObject({ samples: 400, seeds: 1, mapping: 'weights from -1 to 1' });
  expect(rows[0]).toMatchObject({ profile: 'mine', published: null, holds: null, accuracies: [rows[0].mean] });
  expect(rows.map(({ accessResistance }: typeof told) => accessResistance)).toEqual([15000, 0]);
  expect(rows[0].wear.pulses).toBeGreaterThan(0.1);
  expect(rows[0].wear.joules).toBeGreaterThan(0);
  expect(rows[1]).toMatchObject({ profile: 'software', published: 96.5, wanted: null, wear: null, spread: null });
  expect(code).toBe(0);
  expect(rows[0].mean).toBeGreaterThan(25); // chance is 10
  expect(err).toContain('mine, seed 1: ');
  const refused = await onward('reproduce', 'neurosim', '--profile', 'mnie');
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringContaining("--profile is 'mnie', wanted software, ag-a-si"),
  });
  vi.unstubAllEnvs();
});
