// `npx tsx bench/accuracy.ts [name ...]`: trains the recipes of docs/results.md, all seeds of each, one after the
// other, through the command line, and prints their rows. An hour for all; `--list` prints the commands instead.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { recipes, trainArguments, trainCommand, type Recipe } from './recipes.ts';

interface Result {
  readonly accuracy: number;
  readonly seconds: number;
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

/** `96.41 ± 0.07` of shares, in percent: mean and sample standard deviation, which one run does not have. */
export function meanAndSpread(shares: readonly number[]): string {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  if (shares.length === 1) return (100 * mean).toFixed(2);
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (shares.length - 1);
  return `${(100 * mean).toFixed(2)} ± ${(100 * Math.sqrt(variance)).toFixed(2)}`;
}

function main(args: readonly string[]): void {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const chosen = recipes.filter(({ name }) => names.length === 0 || names.includes(name));
  if (chosen.length === 0) {
    throw new Error(`no recipe is named ${names.join(', ')}; there are ${recipes.map(({ name }) => name).join(', ')}`);
  }
  for (const recipe of chosen as readonly Recipe[]) {
    if (args.includes('--list')) {
      console.log(recipe.seeds.map((seed) => trainCommand(recipe, seed)).join('\n'));
      continue;
    }
    const results = recipe.seeds.map((seed) => run(recipe, seed));
    const accuracy = meanAndSpread(results.map((result) => result.accuracy));
    const seconds = Math.max(...results.map((result) => result.seconds));
    console.log(`| ${recipe.name} | ${accuracy} | ${Math.round(seconds)} s |`);
  }
}

if (import.meta.filename === process.argv[1]) main(process.argv.slice(2));
