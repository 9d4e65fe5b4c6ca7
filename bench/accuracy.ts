// `npx tsx bench/accuracy.ts [name or group ...]`: trains the recipes of docs/results.md, all seeds of each, one after
// the other, through the command line, and prints their rows; what a recipe is held against is trained too. Exits with
// 1 where a mean is not what it must be. Hours for all; `--list` prints the commands instead, `--json` the results.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { recipes, trainArguments, trainCommand, type Recipe } from './recipes.ts';
import { tellRows } from './verdict.ts';

/** What `onward train --json` prints of a run. */
interface Run {
  readonly accuracy: number;
  readonly seconds: number;
  readonly memory: { readonly plannedBytes: number };
}

const root = join(import.meta.dirname, '..');

function run(recipe: Recipe, seed: number): Run {
  const args = ['--import', 'tsx', join(root, 'cli/main.ts'), ...trainArguments(recipe, seed), '--json'];
  const lines = execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(lines.trim().split('\n').at(-1) ?? '');
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** `96.41 ± 0.07` of shares, in percent: mean and sample standard deviation, which one run does not have. */
export function meanAndSpread(shares: readonly number[]): string {
  const mean = meanOf(shares);
  if (shares.length === 1) return (100 * mean).toFixed(2);
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return `${(100 * mean).toFixed(2)} ± ${(100 * Math.sqrt(variance)).toFixed(2)}`;
}

interface Row {
  readonly name: string;
  readonly rule: string;
  readonly network: string;
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** In percent, as `mean` and `wanted`. */
  readonly accuracies: readonly number[];
  readonly mean: number;
  /** What the mean must be at least; null where nothing is asked. */
  readonly wanted: number | null;
  readonly holds: boolean;
  readonly plannedBytes: number;
  /** Of the slowest. */
  readonly seconds: number;
}

function train(recipe: Recipe, done: readonly Row[]): Row {
  const { name, rule, network, epochs, seeds } = recipe;
  const runs = seeds.map((seed) => run(recipe, seed));
  const accuracies = runs.map(({ accuracy }) => 100 * accuracy);
  const mean = meanOf(accuracies);
  const wanted = wantedOf(recipe, done);
  const seconds = Math.max(...runs.map((each) => each.seconds));
  const { plannedBytes } = runs[0].memory;
  const holds = wanted === null || mean >= wanted;
  return { name, rule, network, epochs, seeds, accuracies, mean, wanted, holds, plannedBytes, seconds };
}

function wantedOf({ must }: Recipe, done: readonly Row[]): number | null {
  if (must === undefined) return null;
  if ('reach' in must) return must.reach;
  const other = done.find(({ name }) => name === must.of);
  return other === undefined ? null : other.mean - must.stayWithin;
}

function* trainAll(chosen: readonly Recipe[]): Generator<Row> {
  const done: Row[] = [];
  for (const recipe of chosen) {
    const row = train(recipe, done);
    done.push(row);
    yield row;
  }
}

function describe({ name, accuracies, wanted, holds, seconds, plannedBytes }: Row): string {
  const accuracy = meanAndSpread(accuracies.map((percent) => percent / 100));
  const verdict = wanted === null ? '' : `${holds ? '' : 'misses '}${wanted.toFixed(2)}`;
  return `| ${[name, accuracy, verdict, `${Math.round(seconds)} s`, `${plannedBytes} B`].join(' | ')} |`;
}

/** The recipes that arguments ask for, by name or by group, all without any, behind those they are held against. */
function chosenBy(names: readonly string[]): readonly Recipe[] {
  const all: readonly Recipe[] = recipes;
  const isAsked = (asked: string, { name }: Recipe): boolean => name === asked || name.startsWith(`${asked}-`);
  const unknown = names.find((asked) => !all.some((recipe) => isAsked(asked, recipe)));
  if (unknown !== undefined) {
    throw new Error(`no recipe is named ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  }
  const wanted = all.filter((recipe) => names.length === 0 || names.some((asked) => isAsked(asked, recipe)));
  const against = wanted.flatMap(({ must }) => (must !== undefined && 'of' in must ? [must.of] : []));
  return all.filter((recipe) => wanted.includes(recipe) || against.includes(recipe.name));
}

async function main(args: readonly string[]): Promise<void> {
  const chosen = chosenBy(args.filter((arg) => !arg.startsWith('--')));
  if (args.includes('--list')) {
    console.log(chosen.flatMap((recipe) => recipe.seeds.map((seed) => trainCommand(recipe, seed))).join('\n'));
    return;
  }
  await tellRows(trainAll(chosen), describe, args.includes('--json'));
}

if (import.meta.filename === process.argv[1]) await main(process.argv.slice(2));
