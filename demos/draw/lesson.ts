/**
 * One lesson: the drawing in nine positions together with earlier examples, step by step until the network agrees.
 *
 * A single step on the drawing alone would teach it too, and make the network forget the rest; hence the replay.
 */

import { PICTURE_SIDE } from '../../src/data/index.ts';
import type { Classification } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { BATCH } from './choices.ts';
import type { Example, Replay } from './replay.ts';

const MIN_STEPS = 2;
const MAX_STEPS = 12;
/** The probability from which on the network agrees. */
const SURE = 0.6;

export interface Lesson {
  readonly steps: number;
  readonly answer: Classification;
}

export async function teach(learner: WorkerLearner, replay: Replay, example: Example): Promise<Lesson> {
  const copies = shifted(example);
  for (let steps = 1; ; steps++) {
    const batch = [...copies, ...replay.recall(BATCH - copies.length)];
    await learner.fit(batch.map(({ picture }) => picture), batch.map(({ label }) => label), { shuffle: false });
    const answer = await learner.classify(example.picture);
    const agrees = answer.label === example.label && answer.confidence >= SURE;
    if ((agrees && steps >= MIN_STEPS) || steps === MAX_STEPS) {
      replay.remember(example);
      return { steps, answer };
    }
  }
}

/** The picture where it is, and moved by a pixel in each of eight directions. */
function shifted({ picture, label }: Example): Example[] {
  const moves = [-1, 0, 1];
  return moves.flatMap(down => moves.map(right => ({ label, picture: move(picture, right + down * PICTURE_SIDE) })));
}

/** What leaves the picture at one side would come in at the other; a framed drawing has an empty margin there. */
function move(picture: Uint8Array, pixels: number): Uint8Array {
  const moved = new Uint8Array(picture.length);
  for (let i = 0; i < picture.length; i++) moved[i] = picture[i - pixels] ?? 0;
  return moved;
}
