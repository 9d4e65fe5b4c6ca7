// The built-in data set: handwritten digits made from strokes, 28x28 as MNIST, the same in every engine for one seed.
// It is made to be learned from at once, without a download, and to be too hard for a linear classifier (below 95 %).
// It is not MNIST, and no figure on it compares with one on MNIST.
//
// A writer has habits (which variant of a digit, slant, proportions, pen); each take of a digit adds jitter to them.
// By default every sample has its own writer. All random numbers come from the streams 'handwriting/writer' (step:
// writer) and 'handwriting/take' (step: take).

import { randomBelow, streamKey, uniformFromWord, wordReader } from '../../../runtime/simd/parts/philox.ts';
import { ConfigurationError } from '../../errors.ts';
import { expectIs, integer, readOptions } from '../../options.ts';
import type { LabelledSet, TrainTest } from '../dataset.ts';
import { createDataset } from '../dataset.ts';
import { digitStrokes } from './digit-strokes.ts';
import type { Point, Stroke } from './strokes.ts';
import { PICTURE_SIDE, renderStrokes, smoothStroke } from './strokes.ts';

export interface HandwritingOptions {
  /** Samples to learn from. */
  readonly train?: number;
  /** Samples to be judged by. */
  readonly test?: number;
  readonly seed?: number;
}

/** Of 32 bits: seeds, writers and takes. */
const word = integer(-(2 ** 31), 2 ** 32 - 1);

/** Takes of the test set begin here, so that its samples do not depend on the size of the training set. */
const FIRST_TEST_TAKE = 2 ** 31;
const samples = integer(0, FIRST_TEST_TAKE);

/** Makes the training and the test set: (n, 28, 28, 1) uint8, ten classes in random order. */
export function syntheticHandwriting(options: HandwritingOptions = {}): TrainTest<LabelledSet> {
  const { train, test, seed } = readOptions('syntheticHandwriting', options, ConfigurationError, {
    train: [samples, 6000],
    test: [samples, 1000],
    seed: [word, 1],
  });
  return { train: handwriting(train, 0, seed), test: handwriting(test, FIRST_TEST_TAKE, seed) };
}

function handwriting(count: number, firstTake: number, seed: number): LabelledSet {
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
  readonly seed?: number;
  /** Whose hand: an integer below 2^32. */
  readonly writer: number;
  /** Which of the writer's tries: an integer below 2^32. */
  readonly take: number;
}

/** One picture of a digit (0 to 9): (28, 28), 0 for paper to 255 for ink. */
export function handwrittenDigit(digit: number, options: DigitOptions): Uint8Array {
  expectIs('handwrittenDigit: digit', digit, integer(0, digitStrokes.length - 1));
  const { seed, writer, take } = readOptions('handwrittenDigit', options, ConfigurationError, {
    seed: [word, 1],
    writer: [word],
    take: [word],
  });
  const hand = wordReader(seed, streamKey('handwriting/writer'), writer);
  const moment = wordReader(seed, streamKey('handwriting/take'), take);
  const vary = (mean: number, amongWriters: number, amongTakes: number): number =>
    mean + amongWriters * bell(hand) + amongTakes * bell(moment);
  const thickness = vary(2.5, 0.5, 0.15);
  const box = vary(18.5, 0.8, 0.6);
  const shift: Point = [vary(0, 0.3, 0.6), vary(0, 0.3, 0.6)];
  const warp = createWarp({
    width: vary(0.95, 0.15, 0.07),
    taper: vary(0, 0.2, 0.15),
    slant: vary(0.12, 0.2, 0.06),
    bendX: vary(0, 0.24, 0.16),
    bendY: vary(0, 0.24, 0.16),
    turn: vary(0, 0.05, 0.03),
  });
  const variants = digitStrokes[digit];
  const strokes = variants[randomBelow(hand, variants.length)].map((stroke) => {
    const own = jitter(stroke, 3, hand);
    return smoothStroke(jitter(own, 2.2, moment).map(warp));
  });
  return renderStrokes(strokes, { thickness, box, shift });
}

/** A draw of mean 0 and variance 1 within (-3, 3): the sum of three uniforms. */
function bell(next: () => number): number {
  const sum = uniformFromWord(next()) + uniformFromWord(next()) + uniformFromWord(next());
  return 2 * sum - 3;
}

/**
 * Moves a stroke as a whole and each of its points, by about `amount` in the unit of the points; corners stay corners.
 */
function jitter(stroke: Stroke, amount: number, next: () => number): Stroke {
  const left = 0.6 * amount * bell(next);
  const top = 0.6 * amount * bell(next);
  const moved: Point[] = [];
  stroke.forEach(([x, y], i) => {
    const corner = i > 0 && x === stroke[i - 1][0] && y === stroke[i - 1][1];
    moved.push(corner ? moved[i - 1] : [x + left + amount * bell(next), y + top + amount * bell(next)]);
  });
  return moved;
}

interface Warp {
  /** Factor of the width. */
  readonly width: number;
  /** By how much the foot is wider than the head. */
  readonly taper: number;
  /** Shear: part of the height by which the head leans to the right. */
  readonly slant: number;
  /** Curvature of upright and of level lines. */
  readonly bendX: number;
  readonly bendY: number;
  /** Tangent of half the angle by which the digit is turned. */
  readonly turn: number;
}

/** From hundredths of the box to a box of side 1 about the origin, bent, leaning and turned. */
function createWarp({ width, taper, slant, bendX, bendY, turn }: Warp): (point: Point) => Point {
  const cos = (1 - turn * turn) / (1 + turn * turn);
  const sin = (2 * turn) / (1 + turn * turn);
  return ([column, row]) => {
    const x0 = column / 100 - 0.5;
    const y0 = row / 100 - 0.5;
    const x = x0 * (width + taper * y0) - slant * y0 + bendX * y0 * y0;
    const y = y0 + bendY * x0 * x0;
    return [cos * x - sin * y, sin * x + cos * y];
  };
}
