// One lesson: the drawing in nine positions and earlier examples alike, step by step until the network agrees.
//
// A single step on the drawing alone would teach it too, and make the network forget the rest; hence the replay.

import { PICTURE_SIDE } from '../../src/data/index.ts';
import type { Classification } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { BATCH } from './choices.ts';
import type { Example, Replay } from './replay.ts';

const MIN_STEPS = 2;
const MAX_STEPS = 12;
/** Where it is, and a pixel off in each of eight directions. */
const POSITIONS = 9;
/** The probability from which on the network agrees. */
const SURE = 0.6;

export interface Lesson {
  readonly steps: number;
  readonly answer: Classification;
}

export async function teach(learner: WorkerLearner, replay: Replay, example: Example): Promise<Lesson> {
  for (let steps = 1; ; steps++) {
    const batch = [...copies([example], POSITIONS), ...copies(replay.recall(BATCH - POSITIONS), BATCH - POSITIONS)];
    await learner.fit(
      batch.map(({ picture }) => picture),
      batch.map(({ label }) => label),
      { shuffle: false },
    );
    const answer = await learner.classify(example.picture);
    const agrees = answer.label === example.label && answer.confidence >= SURE;
    if ((agrees && steps >= MIN_STEPS) || steps === MAX_STEPS) return { steps, answer };
  }
}

/** `count` pictures of the examples in turn, each time in another position: moved by up to a pixel. None of none. */
function copies(examples: readonly Example[], count: number): Example[] {
  if (examples.length === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    const { picture, label } = examples[index % examples.length];
    const position = Math.floor(index / examples.length) % POSITIONS;
    const [right, down] = [(position % 3) - 1, Math.floor(position / 3) - 1];
    return { picture: move(picture, right + down * PICTURE_SIDE), label };
  });
}

/** What leaves the picture at one side would come in at the other; a framed drawing has an empty margin there. */
function move(picture: Uint8Array, pixels: number): Uint8Array {
  const moved = new Uint8Array(picture.length);
  for (let i = 0; i < picture.length; i++) moved[i] = picture[i - pixels] ?? 0;
  return moved;
}
