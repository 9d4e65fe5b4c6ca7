// How fast the page's networks learn: at half of their rule's own rate, as its schedule has it in the mean, which falls
// in a straight line over the first warm-up to a tenth of that, and stays there. A lesson on what was never warmed up
// has half a rate too; behind a warm-up a higher one would teach no more, forget a tenth of the warm-up, and make the
// network sure of what is no digit.

import type { WorkerLearner } from '../../src/worker/index.ts';
import { WARM_UP } from './choices.ts';

const FIRST_SHARE = 0.5;
const LAST_SHARE = 0.05;

/** @param warmedUp digits of warm-ups so far */
export async function setRate(learner: WorkerLearner, warmedUp: number): Promise<void> {
  const [optimizer] = Object.values(learner.compiled.rule.optimizers);
  const left = Math.max(0, 1 - warmedUp / WARM_UP);
  const share = LAST_SHARE + (FIRST_SHARE - LAST_SHARE) * left;
  await learner.setLearningRate(share * optimizer.hyper.learningRate);
}
