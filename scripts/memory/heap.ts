// What learning takes beside its linear memory: the heap of its thread, or a worker as a whole. A process of its own
// for each, with the built library, as users have it, batches of 32.
//
//   node --expose-gc --import tsx scripts/memory/heap.ts <thread|worker> <network> <rule> <optimizer> <options of it>
//
// prints a number of bytes: by how much the heap of JavaScript grew, or the process for a worker.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseNetwork } from '../../cli/network-word.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import type { RuleName } from '../../src/forward-only/index.ts';
import { sampleShape } from '../../src/layers/network.ts';

type Core = typeof import('../../src/index.ts');
type Workers = typeof import('../../src/worker/index.ts');
type Rules = typeof import('../../src/forward-only/index.ts');
type Optimizers = typeof import('../../src/optimizers/index.ts');

const STEPS = 3;

const load = (file: string): Promise<unknown> =>
  import(pathToFileURL(join(import.meta.dirname, '../../dist/src', file)).href);
const { createLearner } = (await load('index.js')) as Core;
const { createWorkerLearner } = (await load('worker/index.js')) as Workers;
const { rules } = (await load('forward-only/index.js')) as Rules;
const { optimizers } = (await load('optimizers/index.js')) as Optimizers;

const [where, word, name, optimizer, options] = process.argv.slice(2);
const network = parseNetwork(word);
const makeRule = rules[name as RuleName] as (options: object) => ReturnType<Rules['rules'][RuleName]>;
const rule = makeRule({ ...JSON.parse(options), optimizer: optimizers[optimizer as keyof typeof optimizers]() });
const subject = { network, rule, batchSize: 32 };
const samples = new Float32Array(subject.batchSize * elementsOf(sampleShape(network)));
const labels = new Int32Array(subject.batchSize);

async function settled(): Promise<NodeJS.MemoryUsage> {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage();
}

const isWorker = where === 'worker';
const before = await settled();
const learner = await (isWorker ? createWorkerLearner(subject) : createLearner(subject));
for (let step = 0; step < STEPS; step++) await learner.trainOnBatch(samples, labels);
const after = await settled();
console.log(isWorker ? after.rss - before.rss : after.heapUsed - before.heapUsed);
await learner.dispose();
