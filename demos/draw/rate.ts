// How fast the page's networks learn: at half of their rule's own rate, as its schedule has it in the mean, which falls
// in a straight line over the first warm-up to a tenth of that, and stays there. Lessons have what is left: a higher
// rate teaches no more, forgets a tenth of the warm-up, and makes the network sure of what is no digit. A rule whose
// rate is to stay keeps it.

import type { WorkerLearner } from '../../src/worker/index.ts';
import { WARM_UP } from './choices.ts';

const FIRST_SHARE = 0.5;
const LAST_SHARE = 0.05;

/** @param warmedUp digits of warm-ups so far */
export async function setRate(learner: WorkerLearner, warmedUp: number): Promise<void> {
  const [{ hyper, schedule }] = Object.values(learner.compiled.rule.optimizers);
  if (schedule.length === 1) return;
  const left = Math.max(0, 1 - warmedUp / WARM_UP);
  await learner.setLearningRate(hyper.learningRate * (LAST_SHARE + (FIRST_SHARE - LAST_SHARE) * left));
}
