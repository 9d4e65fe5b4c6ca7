// How well a learner does: accuracy, loss and confusion, tallied batch by batch from predicted outputs.

import type { LossName } from '../losses/index.ts';

export interface Evaluation {
  readonly count: number;
  /** Share of samples whose most probable class is the label. */
  readonly accuracy: number;
  /** Mean of the rule's loss; a probability counts as at least 1e-30. */
  readonly loss: number;
  /** confusion[label][predicted], in counts. */
  readonly confusion: number[][];
}

/**
 * Whether a rule learns where the control does: it gains at least half of what the control gains over naming the
 * commonest class. The figures of one that does not are figures of nothing.
 */
export const learnsBeside = (accuracy: number, control: number, commonest: number): boolean =>
  control > commonest && accuracy - commonest >= (control - commonest) / 2;

/** The index of the largest of `count` values from `start` on; the first of equal ones. */
export function argmax(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

const SMALLEST = 1e-30;

/**
 * -ln x for 0 <= x <= 1 (at least 1e-30), by the four operations only: validation picks weights, so engines must agree.
 * x = m 2^-e with m in (0.7, 1.4]; ln m = 2 artanh((m - 1) / (m + 1)), |error| < 1e-15.
 */
function surprise(x: number): number {
  let [m, exponent] = [Math.max(x, SMALLEST), 0];
  for (; m <= 0.7; m *= 2) exponent++;
  const s = (m - 1) / (m + 1);
  let series = 0;
  for (let k = 21; k > 0; k -= 2) series = series * s * s + 1 / k;
  return exponent * Math.LN2 - 2 * s * series;
}

/** The loss of one sample from its outputs: what src/losses computes from logits. */
const lossOf: Record<LossName, (outputs: Float32Array, label: number) => number> = {
  crossEntropy: (outputs, label) => surprise(outputs[label]),
  binaryCrossEntropy: (outputs, label) =>
    outputs.reduce((total, p, index) => total + surprise(index === label ? p : 1 - p), 0),
  squaredError: (outputs, label) =>
    outputs.reduce((total, y, index) => total + 0.5 * (y - (index === label ? 1 : 0)) ** 2, 0),
};

interface Tally {
  /** Counts one sample. */
  add(outputs: Float32Array, label: number): void;
  readonly result: Evaluation;
}

export function startTally(loss: LossName, classes: number): Tally {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let [count, correct, lossSum] = [0, 0, 0];
  return {
    add(outputs, label) {
      const predicted = argmax(outputs, 0, outputs.length);
      confusion[label][predicted]++;
      count++;
      if (predicted === label) correct++;
      lossSum += lossOf[loss](outputs, label);
    },
    get result() {
      return { count, accuracy: correct / count, loss: lossSum / count, confusion };
    },
  };
}
