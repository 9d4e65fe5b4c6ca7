// `npm run leak`: whether disposed learners in workers are collected, each in a worker of its own and all in one, and
// what the process holds after many. Built files, as users have them. Exits with 1 where more than one of sixty stays,
// or the process has grown by more than 32 MiB over the last half of the cycles.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawnSync } from 'node:child_process';

const root = join(import.meta.dirname, '..');
const [CYCLES, LEARNERS, MOST] = [400, 60, 32 * 2 ** 20];

type Core = typeof import('../src/index.ts');
type Workers = typeof import('../src/worker/index.ts');

if (globalThis.gc === undefined) {
  const args = ['--expose-gc', '--import', 'tsx', import.meta.filename];
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1);
}

const load = (file: string): Promise<unknown> => import(pathToFileURL(join(root, 'dist/src', file)).href);
const { dense, sequential, tpsgd } = (await load('index.js')) as Core;
const { createWorkerLearner } = (await load('worker/index.js')) as Workers;
const { startThread } = (await load('worker/thread.js')) as {
  startThread: typeof import('../src/worker/thread.ts').startThread;
};

const options = () => ({ network: sequential([784], [dense(64), dense(10)]), rule: tpsgd() });
const sample = new Float32Array(784);

async function cycle(worker?: ReturnType<typeof startThread>): Promise<WeakRef<object>> {
  const learner = await createWorkerLearner({ ...options(), ...(worker && { worker }) });
  await learner.learnOne(sample, 3);
  await learner.dispose();
  return new WeakRef(learner);
}

async function collect(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function collected(worker?: ReturnType<typeof startThread>): Promise<number> {
  const disposed: WeakRef<object>[] = [];
  for (let count = 0; count < LEARNERS; count++) disposed.push(await cycle(worker));
  await collect();
  return disposed.filter((learner) => learner.deref() === undefined).length;
}

const shared = startThread();
const [own, inOne] = [await collected(), await collected(shared)];
let half = 0;
for (let count = 0; count < CYCLES; count++) {
  if (count === CYCLES / 2) {
    await collect();
    half = process.memoryUsage().rss;
  }
  await cycle();
}
await collect();
const growth = process.memoryUsage().rss - half;
await shared.terminate();
const isWell = own >= LEARNERS - 1 && inOne >= LEARNERS - 1 && growth <= MOST;
console.log(`collected of ${LEARNERS}: ${own} with a worker each, ${inOne} in one worker`);
console.log(`${CYCLES} cycles: grown by ${(growth / 2 ** 20).toFixed(1)} MiB over the last half`);
process.exit(isWell ? 0 : 1);
