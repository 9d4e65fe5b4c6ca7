// The rows of docs/results.md: each is a command that the command line takes; a fraction is never held against what was
// published of the whole; and the page has what was measured.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { classOf, mustOf, type Recipe, trainArguments } from '../../bench/recipes/recipe.ts';
import { recipes } from '../../bench/recipes/index.ts';
import { commandOf, fileOf, type Measured, rowsOf, type Run } from '../../bench/recipes/results.ts';
import { meanAndSpread } from '../../bench/shared/spread.ts';
import { isSet } from '../../cli/choose-data.ts';
import { chooseNetwork } from '../../cli/choose-network.ts';
import { chooseRule } from '../../cli/choose-rule.ts';
import { parseOptions } from '../../cli/command.ts';
import { train } from '../../cli/commands/train.ts';
import { isFile } from '../../cli/import-file.ts';
import { withTable } from '../../cli/reproduce.ts';
import { dataSets } from '../../src/data/index.ts';
import type { NetworkSpec } from '../../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'onward-measured-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(recipes.map((recipe) => [recipe.name, recipe] as const))('%s', async (_, recipe) => {
  const { values } = parseOptions(train, trainArguments(recipe, recipe.seeds[0]).slice(1));
  const network: NetworkSpec = isFile(recipe.network)
    ? (await import(resolve(recipe.network))).default
    : await chooseNetwork(recipe.network, values);
  expect(network.outputShape).toEqual([10]);
  expect((await chooseRule(recipe.rule, values)).name).toBe(recipe.rule);
});

test.each([...new Set(recipes.map(({ data = 'mnist' }) => data))])('%s is a set', async (data) => {
  const found = isFile(data) ? (await import(resolve(data))).default : dataSets.find(({ name }) => name === data);
  expect(isSet(found)).toBe(true);
});

test('there are twenty at least, each once, held against one that there is', () => {
  const names = recipes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(20);
  const against = recipes.flatMap(({ must }) => (must !== undefined && 'of' in must ? [must.of] : []));
  expect(names).toEqual(expect.arrayContaining(against));
});

test('the page has the table of what was measured', () => {
  const page = readFileSync('docs/results.md', 'utf8');
  expect(withTable(page, 'bench/measured')).toBe(page);
});

const published = { accuracy: 98, deviation: 0.5, source: 'a paper', tag: 'V', epochs: 100 } as const;
const row: Recipe = { name: 'a', network: '784-10', rule: 'tpsgd', options: {}, epochs: 100, seeds: [1, 2], published };

describe('a row is', () => {
  test.each<[string, Partial<Recipe>, ReturnType<typeof classOf>, Recipe['must']]>([
    ['whole', {}, 'whole', { reach: 97.5 }],
    ['of fewer epochs', { epochs: 99 }, 'scaled', undefined],
    ['of fewer images', { options: { limit: 10 } }, 'scaled', undefined],
    ['of unknown passes', { published: { ...published, epochs: undefined } }, 'scaled', undefined],
    ['remembered', { published: { ...published, tag: 'M' } }, 'whole', undefined],
    [
      'beside the control',
      { published: undefined, must: { stayWithin: 1, of: 'b' } },
      'whole',
      { stayWithin: 1, of: 'b' },
    ],
    ['alone', { published: undefined }, 'reported', undefined],
  ])('%s', (_, changed, kind, must) => {
    expect(classOf({ ...row, ...changed })).toBe(kind);
    expect(mustOf({ ...row, ...changed })).toEqual(must);
  });
});

describe('what was measured', () => {
  const run = (seed: number, accuracy: number): Run => ({ seed, accuracy, seconds: 60, machine: 'm', commit: 'c' });
  const write = (runs: readonly Run[], recipe = row): void => {
    const measured: Measured = { row: recipe.name, command: commandOf(recipe), runs };
    writeFileSync(fileOf(folder, row), JSON.stringify(measured));
  };
  const judged = (recipe = row) => rowsOf([recipe], folder)[0];

  test('is judged when all seeds are there', () => {
    write([run(1, 97.4), run(2, 97.5)]);
    expect(judged()).toMatchObject({ holds: false, wanted: 97.5, minutes: 2, measured: { mean: 97.45, n: 2 } });
    write([run(1, 97.6)]);
    expect(judged()).toMatchObject({ holds: null, wanted: 97.5, measured: { spread: null, n: 1 } });
  });

  test('is of the recipe as it is, or it is not', () => {
    write([run(1, 99), run(2, 99), run(3, 0)]);
    expect(judged()).toMatchObject({ holds: true, measured: { mean: 99, n: 2 } });
    expect(judged({ ...row, options: { lr: 0.1 } })).toMatchObject({ holds: null, measured: null, minutes: null });
  });
});

test('mean and sample standard deviation, in percent', () => {
  expect(meanAndSpread([0.95])).toBe('95.00');
  expect(meanAndSpread([0.95, 0.96, 0.97])).toBe('96.00 ± 1.00');
});
