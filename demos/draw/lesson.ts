// One lesson: step by step until the network agrees with the new drawing and with all that are remembered. A step shows
// each in another variant, so that its shape is learned, and every fourth place goes to those it does not agree with
// yet. After a warm-up half of a step repeats digits of that, made anew.
//
// A single step on the new drawing alone would teach it too, and make the network forget the rest. A lesson that is
// stopped ends with its step, and leaves what was learned by then, as one does that has had the most steps.

import type { Classification } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { BATCH } from './choices.ts';
import type { Example } from './drawings.ts';
import { setRate } from './rate.ts';
import { vary } from './variants.ts';
import { synthetic } from './warm-up.ts';

const MIN_STEPS = 2;
export const MAX_STEPS = 40;
/** The probability from which on the network agrees. */
export const SURE = 0.6;
/** One place of so many is for what is doubted. */
const DOUBTED_EVERY = 4;

/** What the network learned before, and is to keep. */
export interface Earlier {
  readonly drawings: readonly Example[];
  /** Digits of the warm-up. */
  readonly warmedUp: number;
}

export interface Lesson {
  readonly steps: number;
  /** Before the network agreed. */
  readonly isStopped: boolean;
  readonly answer: Classification;
}

/** `signal` stops it. */
export async function teach(
  learner: WorkerLearner,
  example: Example,
  earlier: Earlier,
  signal?: AbortSignal,
): Promise<Lesson> {
  const examples = [...earlier.drawings, example];
  await setRate(learner, earlier.warmedUp);
  const names = await learner.classNames();
  let doubted = [example];
  for (let steps = 1; ; steps++) {
    const batch = compose(examples, doubted, earlier.warmedUp, steps);
    await learner.trainOnBatch(
      batch.map(({ picture }) => picture),
      batch.map(({ label }) => label),
    );
    const scores = await learner.predict(examples.map(({ picture }) => picture));
    doubted = examples.filter(({ label }, row) => !(scores[row * names.length + names.indexOf(label)] >= SURE));
    const isLearned = doubted.length === 0 && steps >= MIN_STEPS;
    const isStopped = !isLearned && signal?.aborted === true;
    if (isLearned || isStopped || steps === MAX_STEPS) {
      return { steps, isStopped, answer: await learner.classify(example.picture) };
    }
    if (doubted.length === 0) doubted = [example];
  }
}

function compose(examples: readonly Example[], doubted: readonly Example[], warmedUp: number, step: number): Example[] {
  const drawn = warmedUp === 0 ? BATCH : BATCH / 2;
  return Array.from({ length: BATCH }, (_, place) => {
    const at = step * BATCH + place;
    if (place >= drawn) return synthetic((examples.length * BATCH + at) % warmedUp);
    const { picture, label } =
      place % DOUBTED_EVERY === 1
        ? doubted[Math.floor(at / DOUBTED_EVERY) % doubted.length]
        : examples[(step * drawn + place) % examples.length];
    return { picture: vary(picture, at), label };
  });
}
