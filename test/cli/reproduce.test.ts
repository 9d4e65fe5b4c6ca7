// `onward reproduce`: rows as data, and what is measured as files.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Recipe } from '../../bench/recipes/recipe.ts';
import { recipes } from '../../bench/recipes/index.ts';
import type { Run } from '../../bench/results.ts';
import { measureRows, placeOf } from '../../cli/reproduce.ts';
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
    ...{ tag: 'V', class: 'whole', minutes: 70, measured: null, holds: null },
  });
});

test.each([
  [[], 'reproduce wants rows, or groups of them'],
  [['nosuch'], "there is no row 'nosuch'"],
])('%j is one line', async (names, message) => {
  expect(await onward('reproduce', ...names)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});
