// How fast the page's networks learn: at half of their rule's own rate, as its schedule has it in the mean, which falls
// in a straight line over the first warm-up to a tenth of that, and stays there. Lessons have what is left: a higher
// rate teaches no more, forgets a tenth of the warm-up, and makes the network sure of what is no digit. A rule whose
// rate is to stay keeps it.

import type { Optimizer } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { WARM_UP } from './choices.ts';

/** Before the first warm-up and after it. */
export function ratesOf({ hyper, schedule }: Pick<Optimizer, 'hyper' | 'schedule'>): [first: number, last: number] {
  const { learningRate } = hyper;
  return schedule.length === 1 ? [learningRate, learningRate] : [learningRate / 2, learningRate / 20];
}

/** @param warmedUp digits of warm-ups so far */
export async function setRate(learner: WorkerLearner, warmedUp: number): Promise<void> {
  const [optimizer] = Object.values(learner.compiled.rule.optimizers);
  const [first, last] = ratesOf(optimizer);
  await learner.setLearningRate(last + (first - last) * Math.max(0, 1 - warmedUp / WARM_UP));
}
