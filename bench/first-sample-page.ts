// What an app that learns needs, and the first sample it learns, in a page and in a worker: bundled, loaded and called by
// first-sample.ts.

import {
  conv2d, createLearner, dense, flatten, maxPool, sequential, sgd, tpsgd, type NetworkSpec,
} from '../src/index.ts';
import { createWorkerLearner } from '../src/worker/index.ts';

const networks: Readonly<Record<string, () => NetworkSpec>> = {
  '784-256-10': () => sequential([28, 28, 1], [flatten(), dense(256, { activation: 'tanh' }), dense(10)]),
  'conv2d(8, 5) maxPool(2) dense(100) dense(10)': () => sequential([28, 28, 1], [
    conv2d(8, 5, { activation: 'relu' }), maxPool(2), flatten(), dense(100, { activation: 'tanh' }), dense(10),
  ]),
};

export const names = Object.keys(networks);

const options = (name: string) => ({ network: networks[name](), rule: tpsgd({ optimizer: sgd(0.05) }) });
const sample = Float32Array.from({ length: 28 * 28 }, (_, i) => (i % 17) / 17);

/** The loss of the first sample. */
export async function learnInPage(name: string): Promise<number> {
  const learner = await createLearner(options(name));
  return learner.learnOne(sample, 7).loss;
}

/** Ms until the worker has started, and from there until the first sample is learned; its loss. */
export async function learnInWorker(name: string): Promise<{ start: number; learn: number; loss: number }> {
  const begun = performance.now();
  const worker = (): Worker => new Worker('/worker.js', { type: 'module' });
  const learner = await createWorkerLearner({ ...options(name), worker });
  const started = performance.now();
  const { loss } = await learner.learnOne(sample, 7);
  return { start: started - begun, learn: performance.now() - started, loss };
}
