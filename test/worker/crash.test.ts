import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { WorkerCrashedError } from '../../src/worker/errors.ts';
import { startThread } from '../../src/worker/thread.ts';
import { testCrash } from './crash.ts';

testCrash(
  [
    {
      name: 'a worker that throws rejects with what it threw',
      start: () => new Worker('setTimeout(() => { throw new Error("out of luck"); }, 20)', { eval: true }),
      cause: 'out of luck',
    },
    {
      name: 'a worker that exits rejects with its code',
      start: () => new Worker('setTimeout(() => process.exit(3), 20)', { eval: true }),
      cause: 'exit code 3',
    },
    {
      name: 'a worker without a file rejects',
      start: () => new Worker(new URL('./no-such-worker.js', import.meta.url)),
      cause: 'no-such-worker.js',
    },
  ],
  () => new Worker('setInterval(() => {}, 1000)', { eval: true }),
);

test.each(['nowhere.js', new URL('https://onward.test/worker.js')])('the address %s is refused by Node', (url) => {
  expect(() => startThread(url)).toThrow(WorkerCrashedError);
  expect(() => startThread(url)).toThrow(`wanted onward/worker.js at ${url}, or its address as the option worker`);
});

test('a learner that nobody waits for does not keep the process alive', () => {
  const script = `
    import { createWorkerLearner } from './src/worker/index.ts';
    import { dense, sequential, tpsgd } from './src/index.ts';
    const learner = await createWorkerLearner({ network: sequential([4], [dense(2)]), rule: tpsgd() });
    await learner.fit([[1, 2, 3, 4]], [1], { callbacks: { onEpochEnd() {} } });
    console.log(await learner.steps());
  `;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8', timeout: 20_000 },
  );
  expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: '1\n' });
});
