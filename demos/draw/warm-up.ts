// The warm-up: a stream of synthetic handwriting, no writer twice. Each batch is guessed before it is learned, so its
// accuracy is that of unknown writers. With every fifth comes one that is not counted: it repeats what the user taught,
// and shows scribbles under each name in turn, from which the network learns not to be sure of what is no digit.

import { handwrittenDigit, renderStrokes, shuffled, smoothStroke, type Point } from '../../src/data/index.ts';
import type { StreamSample } from '../../src/index.ts';
import type { WorkerLearner } from '../../src/worker/index.ts';
import { BATCH, digits } from './choices.ts';
import type { Example } from './drawings.ts';
import { setRate } from './rate.ts';
import { vary } from './variants.ts';

const REPEAT_EVERY = 5;

export interface WarmUpOptions {
  /** Number of the first writer, a multiple of the batch: those before are known already. */
  readonly first: number;
  /** Digits to learn. */
  readonly count: number;
  /** What the user taught. */
  readonly drawings: readonly Example[];
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
  { first, count, drawings }: WarmUpOptions,
): AsyncGenerator<WarmUpStep, void> {
  const isNew: boolean[] = [];
  function* batches(): Generator<StreamSample> {
    for (let writer = first; writer < first + count; writer += BATCH) {
      const round = writer / BATCH / REPEAT_EVERY;
      if (Number.isInteger(round)) {
        isNew.push(false);
        yield toSample((place) => repeated(drawings, round * BATCH + place));
      }
      isNew.push(true);
      yield toSample((place) => synthetic(writer + place));
    }
  }
  let learned = first;
  await setRate(learner, learned);
  for await (const { acc, msPerStep } of learner.train(batches())) {
    if (!isNew.shift()) continue;
    yield { hits: Math.round(acc * BATCH), msPerStep };
    learned += BATCH;
    await setRate(learner, learned);
  }
}

/** A drawing in another variant and a scribble by turns; only scribbles where nothing was drawn. */
function repeated(drawings: readonly Example[], number: number): Example {
  if (drawings.length === 0) return scribble(number);
  const pair = Math.floor(number / 2);
  if (number % 2 === 0) return scribble(pair);
  const { label, picture } = drawings[pair % drawings.length];
  return { label, picture: vary(picture, pair) };
}

export function synthetic(writer: number): Example {
  const digit = writer % digits.length;
  return { label: digits[digit], picture: handwrittenDigit(digit, { writer, take: writer }) };
}

/** One or two strokes, straight or bent, between points of a grid of five by five, under each digit's name in turn. */
function scribble(number: number): Example {
  const order = [...shuffled(25, number)];
  const points = order.map((at): Point => [at % 5, Math.floor(at / 5)]);
  const [more, second, bent] = order.slice(-3);
  const first = 3 + (more % 5);
  const strokes = [points.slice(0, first), points.slice(first, first + (second % 3))];
  const picture = renderStrokes(bent % 2 === 0 ? strokes : strokes.map((stroke) => smoothStroke(stroke)));
  return { label: digits[number % digits.length], picture };
}

function toSample(example: (place: number) => Example): StreamSample {
  const examples = Array.from({ length: BATCH }, (_, place) => example(place));
  const x = new Uint8Array(BATCH * examples[0].picture.length);
  examples.forEach(({ picture }, row) => x.set(picture, row * picture.length));
  return { x, y: examples.map(({ label }) => label) };
}
