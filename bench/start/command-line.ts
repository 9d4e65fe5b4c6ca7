// `npx tsx bench/start/command-line.ts`: how long the installed command line lets a user wait, the least of ten runs
// each: `help` beside `node -e 0`, and `start` until it tells the address of its page. Exits with 1 above 0.3 s and 5
// s. Times of a clock on the wall: on a busy machine they say little.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freshFolder, installPacked, library } from '../../tools/pack.ts';

const [RUNS, HELP_MOST, START_MOST] = [10, 300, 5000];

installPacked();
const main = join(library, 'dist/command/cli/main.js');
const cwd = freshFolder('starts');

async function timed(run: () => unknown): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

const node = (...args: string[]): Promise<number> => timed(() => execFileSync(process.execPath, args));

const address = (): Promise<number> =>
  timed(async () => {
    const child = spawn(process.execPath, [main, 'start'], { cwd });
    const ended = once(child, 'exit');
    const [said] = await once(child.stderr, 'data');
    if (!/http:\S+/.test(String(said))) throw new Error(`start said '${said}', wanted its address`);
    child.kill('SIGKILL');
    await ended;
  });

const runs: (readonly [help: number, empty: number, start: number])[] = [];
for (let run = 0; run < RUNS; run++) runs.push([await node(main, 'help'), await node('-e', '0'), await address()]);
const [help, empty, start] = [0, 1, 2].map((which) => Math.min(...runs.map((times) => times[which])));
console.log(`help ${help.toFixed(0)} ms, node -e 0 ${empty.toFixed(0)} ms, start's address ${start.toFixed(0)} ms`);
process.exitCode = help - empty < HELP_MOST && start < START_MOST ? 0 : 1;
