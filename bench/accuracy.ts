// `npx tsx bench/accuracy.ts [name or group ...]`: trains the recipes of docs/results.md, all seeds of each, one after
// the other, through the command line, and prints their rows. Exits with 1 where a mean misses what its recipe has to
// reach. Hours for all; `--list` prints the commands instead, `--json` the results.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { recipes, trainArguments, trainCommand, type Recipe } from './recipes.ts';

/** What `onward train --json` prints of a run. */
interface Run {
  readonly accuracy: number;
  readonly seconds: number;
  readonly memory: { readonly plannedBytes: number };
}

interface Result {
  readonly name: string;
  readonly rule: string;
  readonly network: string;
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** In percent, as `mean`. */
  readonly accuracies: readonly number[];
  readonly mean: number;
  readonly atLeast: number | null;
  readonly passes: boolean;
  readonly plannedBytes: number;
  /** Of the slowest. */
  readonly seconds: number;
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

/** `96.41 ± 0.07` of shares, in percent: mean and sample standard deviation, which one run does not have. */
export function meanAndSpread(shares: readonly number[]): string {
  const mean = meanOf(shares);
  if (shares.length === 1) return (100 * mean).toFixed(2);
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return `${(100 * mean).toFixed(2)} ± ${(100 * Math.sqrt(variance)).toFixed(2)}`;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function resultOf(recipe: Recipe, runs: readonly Run[]): Result {
  const { name, rule, network, epochs, seeds, atLeast = null } = recipe;
  const accuracies = runs.map(({ accuracy }) => Number((100 * accuracy).toFixed(2)));
  const mean = meanOf(accuracies);
  const passes = atLeast === null || mean >= atLeast;
  const seconds = Math.round(Math.max(...runs.map((each) => each.seconds)));
  const { plannedBytes } = runs[0].memory;
  return { name, rule, network, epochs, seeds, accuracies, mean, atLeast, passes, plannedBytes, seconds };
}

/** The recipes that arguments ask for, by name or by group. */
export function chooseRecipes(names: readonly string[]): readonly Recipe[] {
  const all: readonly Recipe[] = recipes;
  const isAsked = ({ name }: Recipe): boolean => names.some((asked) => name === asked || name.startsWith(`${asked}-`));
  const chosen = names.length === 0 ? all : all.filter(isAsked);
  if (chosen.length > 0) return chosen;
  throw new Error(`no recipe is named ${names.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
}

function main(args: readonly string[]): void {
  const results: Result[] = [];
  for (const recipe of chooseRecipes(args.filter((arg) => !arg.startsWith('--')))) {
    if (args.includes('--list')) {
      console.log(recipe.seeds.map((seed) => trainCommand(recipe, seed)).join('\n'));
      continue;
    }
    const runs = recipe.seeds.map((seed) => run(recipe, seed));
    const result = resultOf(recipe, runs);
    results.push(result);
    if (args.includes('--json')) continue;
    const accuracy = meanAndSpread(runs.map((each) => each.accuracy));
    const wanted = result.atLeast === null ? '' : `${result.passes ? '' : 'misses '}${result.atLeast}`;
    console.log(`| ${recipe.name} | ${accuracy} | ${wanted} | ${result.plannedBytes} B | ${result.seconds} s |`);
  }
  if (args.includes('--json')) console.log(JSON.stringify(results, null, 2));
  if (results.some(({ passes }) => !passes)) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) main(process.argv.slice(2));
