// `npx tsx bench/accuracy/strangers.ts`: what the rules of docs/strangers learn of MNIST, each run by the packed
// library's own command line in a folder that knows nothing of this repository. Exits with 1 where the mean over the
// seeds is below its bar; `--json` prints the results.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { compileStrangers, freshFolder, installPacked, library } from '../../tools/pack.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';
import { markdownRow } from '../shared/markdown.ts';

interface Recipe {
  /** Of the file in docs/strangers. */
  readonly name: string;
  readonly network: string;
  readonly epochs: number;
  /** Learns from the first samples only. */
  readonly limit?: number;
  /** What the mean of the test accuracy must be, in percent. */
  readonly reach: number;
}

const recipes: readonly Recipe[] = [
  { name: 'mono-forward', network: '784-500-500-10', epochs: 4, reach: 97.9 },
  { name: 'forward-forward', network: '784-rms-500-rms-500-rms-10', epochs: 5, limit: 20_000, reach: 94 },
  { name: 'noprop', network: '784-256-10', epochs: 5, limit: 20_000, reach: 95.5 },
];
const seeds = [1, 2, 3];

/** The test accuracy as a share. */
function train(folder: string, { name, network, epochs, limit }: Recipe, seed: number): number {
  const options = { network, rule: `./${name}.js`, epochs, seed, data: 'mnist', activation: 'relu', batch: 100 };
  const given = Object.entries(limit === undefined ? options : { ...options, limit });
  const args = ['train', '--json', ...given.flatMap(([option, value]) => [`--${option}`, `${value}`])];
  const program = join(library, manifest.bin.onward);
  const out = execFileSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(out.trim().split('\n').at(-1) ?? '').accuracy;
}

const isJson = process.argv.includes('--json');
installPacked();
const folder = freshFolder('strangers');
compileStrangers(
  folder,
  recipes.map(({ name }) => join(import.meta.dirname, `../../docs/strangers/${name}.ts`)),
);
const rows = recipes.map((recipe) => {
  const shares = seeds.map((seed) => train(folder, recipe, seed));
  const row = { ...recipe, shares, holds: 100 * meanOf(shares) >= recipe.reach };
  const bar = `${row.holds ? '' : 'misses '}${recipe.reach}`;
  if (!isJson) console.log(markdownRow([recipe.name, meanAndSpread(shares), bar]));
  return row;
});
const ok = rows.every(({ holds }) => holds);
if (isJson) console.log(JSON.stringify({ ok, seeds, rows }));
process.exitCode = ok ? 0 : 1;
