// The page of built.test.ts: trains on its own thread, or in the built worker, started in either way.

import { createLearner } from '../../src/index.ts';
import { createWorkerLearner } from '../../src/worker/index.ts';
import { hashAfterTraining, optionsFor, trainings } from './training.ts';

const starts = {
  'a classic worker': () => new Worker('/worker.js'),
  'a module worker': () => new Worker('/worker.js', { type: 'module' }),
};

/** The fingerprint of the weights after the training of that name. */
async function hashIn(place: keyof typeof starts | 'the page', features: 'none' | 'simd128', name: string) {
  const training = trainings.find((training) => training.name === name)!;
  const options = { ...optionsFor(training), features };
  if (place === 'the page') return hashAfterTraining(await createLearner(options));
  const learner = await createWorkerLearner({ ...options, worker: starts[place] });
  const hash = await hashAfterTraining(learner);
  await learner.dispose();
  return hash;
}

export type HashIn = typeof hashIn;

Object.assign(globalThis, { hashIn });
