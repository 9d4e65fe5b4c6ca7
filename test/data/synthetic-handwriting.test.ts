// The built-in handwriting: same bits everywhere, varied, too hard for a linear classifier, learnable by others.

import { describe, expect, test } from 'vitest';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import type { Dataset } from '../../src/data/index.ts';
import { handwrittenDigit, shuffled, syntheticHandwriting } from '../../src/data/index.ts';
import { testEngine } from './engines.ts';

const PIXELS = 28 * 28;
const CLASSES = 10;

const { train, test: held } = syntheticHandwriting();

describe('recorded', testEngine);

describe('syntheticHandwriting', () => {
  test('6,000 + 1,000 pictures in ten classes of about equal size', () => {
    expect([train.count, held.count]).toEqual([6000, 1000]);
    expect(train.inputShape).toEqual([28, 28, 1]);
    expect(train.classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const counts = new Array<number>(CLASSES).fill(0);
    for (const label of train.labels) counts[label]++;
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(5 * Math.sqrt(600));
  });

  test('a sample does not depend on how many there are; seeds differ', () => {
    const few = syntheticHandwriting({ train: 3, test: 2 });
    expect(few.train.inputs).toEqual(train.inputs.slice(0, 3 * PIXELS));
    expect(few.test.inputs).toEqual(held.inputs.slice(0, 2 * PIXELS));
    expect(syntheticHandwriting({ train: 3, test: 2, seed: 2 }).train.inputs).not.toEqual(few.train.inputs);
  });

  test('every picture has ink of full strength and an empty border on most sides', () => {
    let bordering = 0;
    for (let i = 0; i < train.count; i++) {
      const picture = train.inputs.subarray(i * PIXELS, (i + 1) * PIXELS);
      expect(picture.some((ink) => ink > 200)).toBe(true);
      if (picture.subarray(0, 28).some((ink) => ink > 0) || picture.subarray(27 * 28).some((ink) => ink > 0))
        bordering++;
    }
    expect(bordering / train.count).toBeLessThan(0.05);
  });

  test("a writer's takes are closer to each other than to another writer's", () => {
    const distance = (a: Uint8Array, b: Uint8Array) => a.reduce((sum, ink, i) => sum + (ink - b[i]) ** 2, 0);
    let [same, other] = [0, 0];
    for (let writer = 0; writer < 40; writer++) {
      const digit = writer % CLASSES;
      const picture = handwrittenDigit(digit, { writer, take: 3 * writer });
      same += distance(picture, handwrittenDigit(digit, { writer, take: 3 * writer + 1 }));
      other += distance(picture, handwrittenDigit(digit, { writer: writer + 1, take: 3 * writer + 2 }));
    }
    expect(same).toBeLessThan(0.7 * other);
  });
});

/** The inked pixels of every sample as pairs pixel, ink in (0, 1]. */
const inksOf = ({ inputs, count }: Dataset): number[][] =>
  Array.from({ length: count }, (_, row) => {
    const pairs: number[] = [];
    inputs.subarray(row * PIXELS, (row + 1) * PIXELS).forEach((ink, pixel) => {
      if (ink > 0) pairs.push(pixel, ink / 255);
    });
    return pairs;
  });

/**
 * Trains 784-32-10 with softmax and cross-entropy, one sample at a time; returns the accuracy on the test set.
 * Where `slope` is 1 for every hidden unit, the classifier is linear.
 */
function trainPerceptron(slope: (sum: number) => number, hidden = 32, epochs = 4): number {
  const next = wordReader(1, streamKey('weights'), 0);
  const draw = (count: number, scale: number) =>
    Float64Array.from({ length: count }, () => scale * (2 * uniformFromWord(next()) - 1));
  const first = draw(hidden * PIXELS, 0.05); // (hidden, 784)
  const second = draw(CLASSES * hidden, 0.2); // (10, hidden)
  const sums = new Float64Array(hidden);
  const scores = new Float64Array(CLASSES);

  const forward = (inks: number[]): number => {
    scores.fill(0);
    for (let j = 0; j < hidden; j++) {
      let sum = 0;
      for (let i = 0; i < inks.length; i += 2) sum += first[j * PIXELS + inks[i]] * inks[i + 1];
      sums[j] = sum;
      for (let k = 0; k < CLASSES; k++) scores[k] += second[k * hidden + j] * slope(sum) * sum;
    }
    return scores.indexOf(Math.max(...scores));
  };
  const learn = (inks: number[], label: number, rate: number): void => {
    forward(inks);
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    const steps = scores.map((score, k) => rate * (Math.exp(score) / total - (k === label ? 1 : 0)));
    for (let j = 0; j < hidden; j++) {
      const gain = slope(sums[j]);
      const step = gain * steps.reduce((sum, each, k) => sum + each * second[k * hidden + j], 0);
      for (let k = 0; k < CLASSES; k++) second[k * hidden + j] -= steps[k] * gain * sums[j];
      for (let i = 0; i < inks.length && step !== 0; i += 2) first[j * PIXELS + inks[i]] -= step * inks[i + 1];
    }
  };
  const samples = inksOf(train);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 0.03 / (1 + epoch / 2);
    for (const row of shuffled(train.count, 1, epoch)) learn(samples[row], train.labels[row], rate);
  }
  const right = inksOf(held).filter((inks, row) => forward(inks) === held.labels[row]);
  return right.length / held.count;
}

test('a linear classifier stays between 70 and 95 %, rectified units of the same number gain at least 4 points', () => {
  const linear = trainPerceptron(() => 1);
  expect(linear).toBeGreaterThan(0.7);
  expect(linear).toBeLessThan(0.95);
  const rectified = trainPerceptron((sum) => (sum > 0 ? 1 : 0));
  expect(rectified).toBeGreaterThan(linear + 0.04);
});
