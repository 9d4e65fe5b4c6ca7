// The same app with the learner in a worker: bundled, loaded and called by first-sample.ts.

import { createWorkerLearner } from '../../../src/worker/index.ts';
import { sample } from './sample.ts';
import { options } from './page.ts';

/** Ms until the worker has started, and from there until the first sample is learned; its loss. */
export async function learnInWorker(name: string): Promise<{ start: number; learn: number; loss: number }> {
  const begun = performance.now();
  const worker = (): Worker => new Worker('/worker.js', { type: 'module' });
  const learner = await createWorkerLearner({ ...options(name), worker });
  const started = performance.now();
  const { loss } = await learner.learnOne(sample, 7);
  return { start: started - begun, learn: performance.now() - started, loss };
}
