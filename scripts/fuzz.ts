// Mutated inputs for everything that reads what users give, each in a thread that is ended when an input takes 2 s of
// processor time:
//
//   npm run fuzz                               10^6 inputs a target, 10^5 of archives and what compiles
//   npm run -s fuzz -- csvText npz --count 1e4  --seed 2  --fresh
//
// Goes on where it was ended, target by target (build/fuzz). Ends with exit code 1 where an error was unnamed, an input
// hung, or memory grew by more than 512 MiB.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { COUNTS, countOf, countsIn, type Counts } from './fuzz/campaign.ts';
import * as targets from './fuzz/index.ts';
import type { Target } from './fuzz/target.ts';

/** Of processor time; what a thread needs to begin; and of waiting for what never comes. */
const [HANG_MS, START_MS, IDLE_MS] = [2000, 8000, 120_000];
const MOST_GROWTH = 2 ** 29;
const LOOK_MS = 100;

interface Row {
  readonly counts: number[];
  readonly hangs: readonly number[];
  readonly growth: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, seed: { type: 'string' }, fresh: { type: 'boolean' } },
});
const [count, seed] = [Number(values.count ?? 1e6), Number(values.seed ?? 1)];
const known: Readonly<Record<string, Target>> = targets;
const chosen = positionals.length > 0 ? positionals : Object.keys(known);
const unknown = chosen.find((name) => !Object.hasOwn(known, name));
if (unknown !== undefined || !(count >= 1) || !Number.isInteger(seed)) {
  console.error(`fuzz: wanted --count, --seed and names of ${Object.keys(known).join(', ')}`);
  process.exit(2);
}

const folder = join(import.meta.dirname, '../build/fuzz');
mkdirSync(folder, { recursive: true });
console.log(
  `${'target'.padEnd(18)}${[...COUNTS.slice(1), 'hangs', 'MiB'].map((title) => title.padStart(10)).join('')}`,
);
let isGood = true;
for (const name of chosen) {
  const end = known[name].isSlow ? Math.ceil(count / 10) : count;
  const row = await campaign(name, end);
  const [, taken, named, unnamed, slowest] = row.counts;
  const cells = [
    taken,
    named,
    unnamed,
    `${Math.round(slowest)} ms`,
    row.hangs.length,
    Math.round(row.growth / 2 ** 20),
  ];
  console.log(`${name.padEnd(18)}${cells.map((cell) => String(cell).padStart(10)).join('')}`);
  isGood &&= unnamed === 0 && row.hangs.length === 0 && row.growth <= MOST_GROWTH;
}
process.exitCode = isGood ? 0 : 1;

/** Runs a target to the end, from where it was left; an input that hangs twice is left out and counted. */
async function campaign(name: string, end: number): Promise<Row> {
  const file = join(folder, `${name}-${seed}.json`);
  const counts = countsIn(new SharedArrayBuffer(8 * COUNTS.length));
  const hangs: number[] = [];
  let [growth, suspect] = [0, -1];
  const left = values.fresh ? null : load(file);
  if (left !== null) {
    counts.set(left.counts);
    hangs.push(...left.hangs);
    growth = left.growth;
  }
  while (countOf(counts, 'next') < end) {
    growth = Math.max(growth, await watch(name, end, counts));
    const at = countOf(counts, 'next');
    if (at < end && at === suspect) {
      hangs.push(at);
      console.log(`${name} ${at}: more than ${HANG_MS} ms`);
      counts[0]++;
    }
    suspect = at;
    writeFileSync(file, JSON.stringify({ counts: [...counts], hangs, growth } satisfies Row));
  }
  return { counts: [...counts], hangs, growth };
}

function load(file: string): Row | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Runs until the end, or an input takes too long; gives by how much memory grew. */
function watch(name: string, end: number, counts: Counts): Promise<number> {
  const before = process.memoryUsage().rss;
  const workerData = { name, seed, end, memory: counts.buffer };
  const thread = new Worker(new URL('./fuzz/thread.mjs', import.meta.url), { workerData });
  thread.on('message', console.log);
  const first = countOf(counts, 'next');
  let [most, last, since, started] = [before, first, process.cpuUsage(), performance.now()];
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
    const now = countOf(counts, 'next');
    if (now !== last) [last, since, started] = [now, process.cpuUsage(), performance.now()];
    const { user, system } = process.cpuUsage(since);
    const isBusy = (user + system) / 1000 > HANG_MS + (last === first ? START_MS : 0);
    if (isBusy || performance.now() - started > IDLE_MS) thread.terminate();
  }, LOOK_MS);
  return new Promise((resolve, reject) => {
    thread.on('error', reject);
    thread.on('exit', () => {
      clearInterval(looking);
      resolve(most - before);
    });
  });
}
