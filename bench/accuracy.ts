// `npx tsx bench/accuracy.ts [name ...]`: trains the recipes of docs/results.md, all seeds of each, one after the
// other, through the command line, and prints their rows. An hour for all; `--list` prints the commands instead, `--json`
// prints data. A recipe that is held against another one trains that too; the exit code is 1 where one falls short.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { recipes, trainArguments, trainCommand, type Recipe } from './recipes.ts';

interface Result {
  readonly accuracy: number;
  readonly seconds: number;
  readonly memory: { readonly plannedBytes: number };
}

const root = join(import.meta.dirname, '..');

function run(recipe: Recipe, seed: number): Result {
  const args = ['--import', 'tsx', join(root, 'cli/main.ts'), ...trainArguments(recipe, seed), '--json'];
  const lines = execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(lines.trim().split('\n').at(-1) ?? '');
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** `96.41 ± 0.07` of shares, in percent: mean and sample standard deviation, which one run does not have. */
export function meanAndSpread(shares: readonly number[]): string {
  const mean = meanOf(shares);
  if (shares.length === 1) return (100 * mean).toFixed(2);
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return `${(100 * mean).toFixed(2)} ± ${(100 * Math.sqrt(variance)).toFixed(2)}`;
}

interface Row {
  readonly recipe: string;
  /** Of each seed. */
  readonly accuracies: readonly number[];
  /** Of the slowest. */
  readonly seconds: number;
  readonly plannedBytes: number;
  /** Percentage points below the recipe it is held against, and whether those are few enough. */
  readonly held?: {
    readonly against: string;
    readonly below: number;
    readonly allowed: number;
    readonly holds: boolean;
  };
}

function train(recipe: Recipe, done: readonly Row[]): Row {
  const { name, seeds, within } = recipe;
  const results = seeds.map((seed) => run(recipe, seed));
  const accuracies = results.map(({ accuracy }) => accuracy);
  const seconds = Math.max(...results.map((result) => result.seconds));
  const row = { recipe: name, accuracies, seconds, plannedBytes: results[0].memory.plannedBytes };
  const other = done.find(({ recipe: trained }) => trained === within?.of);
  if (within === undefined || other === undefined) return row;
  const below = 100 * (meanOf(other.accuracies) - meanOf(accuracies));
  return { ...row, held: { against: within.of, below, allowed: within.points, holds: below <= within.points } };
}

function describe({ recipe, accuracies, seconds, plannedBytes, held }: Row): string {
  const cells = [recipe, meanAndSpread(accuracies), `${Math.round(seconds)} s`, `${plannedBytes} B`];
  const excess = held?.holds === false ? ', too much' : '';
  const verdict = held && `${held.below.toFixed(2)} below ${held.against} of ${held.allowed} allowed${excess}`;
  return `| ${[...cells, ...(verdict ? [verdict] : [])].join(' | ')} |`;
}

/** The recipes of these names, all without any, with those they are held against. */
function chosenBy(names: readonly string[]): readonly Recipe[] {
  const all: readonly Recipe[] = recipes;
  const unknown = names.find((name) => !all.some((recipe) => recipe.name === name));
  if (unknown !== undefined) {
    throw new Error(`no recipe is named ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  }
  const wanted = all.filter(({ name }) => names.length === 0 || names.includes(name));
  const against = wanted.map(({ within }) => within?.of);
  return all.filter((recipe) => wanted.includes(recipe) || against.includes(recipe.name));
}

function main(args: readonly string[]): void {
  const chosen = chosenBy(args.filter((arg) => !arg.startsWith('--')));
  if (args.includes('--list')) {
    console.log(chosen.flatMap((recipe) => recipe.seeds.map((seed) => trainCommand(recipe, seed))).join('\n'));
    return;
  }
  const isJson = args.includes('--json');
  const rows: Row[] = [];
  for (const recipe of chosen) {
    const row = train(recipe, rows);
    rows.push(row);
    if (!isJson) console.log(describe(row));
  }
  if (isJson) console.log(JSON.stringify({ ok: rows.every(({ held }) => held?.holds !== false), rows }));
  if (rows.some(({ held }) => held?.holds === false)) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) main(process.argv.slice(2));
