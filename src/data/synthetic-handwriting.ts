/**
 * The built-in data set: handwritten digits made from strokes, 28x28 as MNIST, the same in every engine for one seed.
 * It is made to be learned from at once, without a download, and to be too hard for a linear classifier (below 95 %).
 * It is not MNIST, and no figure on it compares with one on MNIST.
 *
 * A writer has habits (which variant of a digit, slant, proportions, pen); each take of a digit adds jitter to them.
 * By default every sample has its own writer. All random numbers come from the streams 'handwriting/writer' (step:
 * writer) and 'handwriting/take' (step: take).
 */

import { randomBelow, streamKey, uniformFromWord, wordReader } from '../../runtime/simd/philox.ts';
import type { Dataset, TrainTest } from './dataset.ts';
import { createDataset } from './dataset.ts';
import { digitStrokes } from './digit-strokes.ts';
import type { Point, Stroke } from './strokes.ts';
import { PICTURE_SIDE, renderStrokes, smoothStroke } from './strokes.ts';

export interface HandwritingOptions {
  /** Samples to learn from. */
  train?: number;
  /** Samples to be judged by. */
  test?: number;
  seed?: number;
}

/** Takes of the test set begin here, so that its samples do not depend on the size of the training set. */
const FIRST_TEST_TAKE = 2 ** 31;

/** Makes the training and the test set: (n, 28, 28, 1) uint8, ten classes in random order. */
export function syntheticHandwriting(options: HandwritingOptions = {}): TrainTest {
  const { train = 6000, test = 1000, seed = 1 } = options;
  return { train: handwriting(train, 0, seed), test: handwriting(test, FIRST_TEST_TAKE, seed) };
}

function handwriting(count: number, firstTake: number, seed: number): Dataset {
  const pixels = PICTURE_SIDE * PICTURE_SIDE;
  const inputs = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  const stream = streamKey('handwriting/digit');
  for (let i = 0; i < count; i++) {
    const take = firstTake + i;
    labels[i] = randomBelow(wordReader(seed, stream, take), digitStrokes.length);
    inputs.set(handwrittenDigit(labels[i], { seed, writer: take, take }), i * pixels);
  }
  return createDataset({
    name: 'synthetic',
    inputs,
    labels,
    inputShape: [PICTURE_SIDE, PICTURE_SIDE, 1],
    classNames: digitStrokes.map((_, digit) => `${digit}`),
  });
}

export interface DigitOptions {
  seed?: number;
  /** Whose hand: an integer below 2^32. */
  writer: number;
  /** Which of the writer's tries: an integer below 2^32. */
  take: number;
}

/** One picture of a digit (0 to 9): (28, 28), 0 for paper to 255 for ink. */
export function handwrittenDigit(digit: number, { seed = 1, writer, take }: DigitOptions): Uint8Array {
  const habits = writerHabits(digit, wordReader(seed, streamKey('handwriting/writer'), writer));
  const next = wordReader(seed, streamKey('handwriting/take'), take);
  const warp = takeWarp(habits, next);
  const strokes = digitStrokes[digit][habits.variant].map(stroke => smoothStroke(jitter(stroke, next).map(warp)));
  return renderStrokes(strokes, {
    thickness: habits.thickness + 0.15 * bell(next),
    box: 19 + 1.2 * bell(next),
    shift: [0.8 * bell(next), 0.8 * bell(next)],
  });
}

/** A draw of mean 0 and variance 1 within (-3, 3): the sum of three uniforms. */
function bell(next: () => number): number {
  const sum = uniformFromWord(next()) + uniformFromWord(next()) + uniformFromWord(next());
  return 2 * sum - 3;
}

interface Habits {
  variant: number;
  /** Pixels. */
  thickness: number;
  /** Shear: x moves by this part of the height. */
  slant: number;
  /** Tangent of half the angle by which the digit is turned. */
  turn: number;
  /** Width of the digit as a part of its usual width. */
  width: number;
}

function writerHabits(digit: number, next: () => number): Habits {
  return {
    thickness: 2.5 + 0.5 * bell(next),
    slant: 0.12 + 0.2 * bell(next),
    turn: 0.04 * bell(next),
    width: 0.95 + 0.15 * bell(next),
    variant: randomBelow(next, digitStrokes[digit].length),
  };
}

/** Control points in units of the box, centred on the origin: the stroke is moved as a whole, and each of its points. */
function jitter(stroke: Stroke, next: () => number): Point[] {
  const left = -0.5 + 0.02 * bell(next);
  const top = -0.5 + 0.02 * bell(next);
  const points: Point[] = [];
  stroke.forEach(([x, y], i) => {
    const corner = i > 0 && x === stroke[i - 1][0] && y === stroke[i - 1][1];
    const moved: Point = [left + x / 100 + 0.035 * bell(next), top + y / 100 + 0.035 * bell(next)];
    points.push(corner ? points[i - 1] : moved);
  });
  return points;
}

/** Proportions, bends and slant, then a rotation by t = tan(angle / 2): cos = (1 - tt) / (1 + tt), sin = 2t / (1 + tt). */
function takeWarp(habits: Habits, next: () => number): (point: Point) => Point {
  const width = habits.width + 0.06 * bell(next);
  const slant = habits.slant + 0.05 * bell(next);
  const bendX = 0.25 * bell(next);
  const bendY = 0.25 * bell(next);
  const taper = 0.25 * bell(next);
  const t = habits.turn + 0.03 * bell(next);
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  return ([x0, y0]) => {
    const x = x0 * (width + taper * y0) - slant * y0 + bendX * (y0 * y0 - 1 / 12);
    const y = y0 + bendY * (x0 * x0 - 1 / 12);
    return [cos * x - sin * y, sin * x + cos * y];
  };
}
