// The same app with a learner that was compiled ahead of time; its file is fetched while this one is.

import { startLearner } from '../../../src/run.ts';
import { sample } from './sample.ts';

const file = fetch('/compiled.onward');

/** The loss of the first sample. */
export async function learnFirst(): Promise<number> {
  const learner = await startLearner(await (await file).arrayBuffer());
  return learner.learnOne(sample, 7).loss;
}
