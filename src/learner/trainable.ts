// What the training loops need of a learner: fit.ts and stream.ts work on this, learner.ts is it.

import type { CompiledLearner } from './compiled.ts';
import type { Engine } from './engine.ts';
import type { SampleInput, Samples } from './inputs.ts';

export interface StepResult {
  /** Mean loss of the batch before the update; NaN in a stage that does not compute it. */
  readonly loss: number;
  /** Samples of the batch that were classified rightly before the update. */
  readonly correct: number;
}

export interface Evaluation {
  readonly count: number;
  /** Share of samples whose most probable class is the label. */
  readonly accuracy: number;
  /** Mean cross-entropy of the predicted probabilities. */
  readonly loss: number;
  /** confusion[label][predicted], in counts. */
  readonly confusion: number[][];
}

export interface Trainable {
  readonly engine: Engine;
  readonly compiled: CompiledLearner;
  readonly classNames: readonly string[];
  readonly steps: number;
  /** One training step on the samples at `rows`. */
  learn(samples: Samples, labels: Int32Array, rows: ArrayLike<number>, stage: number): StepResult;
  evaluateRows(samples: Samples, labels: Int32Array, rows?: ArrayLike<number>): Evaluation;
  /** Counts an epoch and gives its number. */
  beginEpoch(): number;
  /** The order of samples in an epoch: f(seed, epoch). */
  order(count: number, epoch: number): Uint32Array;
  read(input: SampleInput): Samples;
}
