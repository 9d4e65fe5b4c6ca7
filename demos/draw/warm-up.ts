// The warm-up: a stream of synthetic handwriting, no writer twice. Each batch is guessed before it is learned, so its
// accuracy is that of unknown writers. Every fifth batch repeats what the user taught, and is not counted.

import { handwrittenDigit } from '../../src/data/index.ts';
import type { StreamSample } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { BATCH, digits } from './choices.ts';
import type { Example, Replay } from './replay.ts';

const REPLAY_EVERY = 5;

export interface WarmUpOptions {
  /** Number of the first writer, a multiple of the batch: those before are known already. */
  readonly first: number;
  /** Digits to learn. */
  readonly count: number;
}

export interface WarmUpStep {
  /** Digits of the batch that were guessed rightly. */
  readonly hits: number;
  /** Of the step alone, in the worker. */
  readonly msPerStep: number;
}

/** Learns, and yields after each batch of new digits; `break` stops it. */
export async function* warmUp(
  learner: WorkerLearner,
  replay: Replay,
  { first, count }: WarmUpOptions,
): AsyncGenerator<WarmUpStep, void> {
  const isNew: boolean[] = [];
  function* batches(): Generator<StreamSample> {
    for (let writer = first; writer < first + count; writer += BATCH) {
      if (replay.hasDrawings && (writer / BATCH) % REPLAY_EVERY === 0) {
        isNew.push(false);
        yield toSample(replay.recall(BATCH));
      }
      const examples = Array.from({ length: BATCH }, (_, index) => synthetic(writer + index));
      for (const example of examples) replay.fill(example);
      isNew.push(true);
      yield toSample(examples);
    }
  }
  for await (const { acc, msPerStep } of learner.train(batches())) {
    if (isNew.shift()) yield { hits: Math.round(acc * BATCH), msPerStep };
  }
}

/** What the first `count` digits of a warm-up leave to be repeated. */
export function refill(replay: Replay, count: number): void {
  for (let writer = 0; writer < Math.min(count, 2 * BATCH); writer++) replay.fill(synthetic(writer));
}

export function synthetic(writer: number): Example {
  const digit = writer % digits.length;
  return { label: digits[digit], picture: handwrittenDigit(digit, { writer, take: writer }) };
}

/** A full batch as one array; few examples are repeated. */
function toSample(examples: readonly Example[]): StreamSample {
  const rows = Array.from({ length: BATCH }, (_, row) => examples[row % examples.length]);
  const x = new Uint8Array(BATCH * rows[0].picture.length);
  rows.forEach(({ picture }, row) => x.set(picture, row * picture.length));
  return { x, y: rows.map(({ label }) => label) };
}
