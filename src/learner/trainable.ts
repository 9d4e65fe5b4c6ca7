// What the training loops need of a learner: fit.ts and stream.ts work on this, learner.ts is it.

import type { CompiledLearner, RunInfo } from '../compile/compiled.ts';
import type { Engine } from './engine.ts';
import type { Evaluation } from './evaluate.ts';
import type { SampleInput, Samples } from './inputs.ts';

export interface StepResult {
  /** Mean loss of the batch before the update; NaN in a stage that does not compute it. */
  readonly loss: number;
  /** Samples of the batch that were classified rightly before the update; NaN likewise. */
  readonly correct: number;
  /** What the rule tells of a step, by name, beside its `step` and `learningRate`; none for most rules. */
  readonly told?: Readonly<Record<string, number>>;
}

/** Samples of a step, and their labels by the same index. */
export interface Batch {
  readonly samples: Samples;
  readonly labels: ArrayLike<number>;
  /** Which of them. */
  readonly rows: ArrayLike<number>;
  /** Which samples of the data they are, for what is drawn for each; default: `rows`. */
  readonly ids?: ArrayLike<number>;
}

/** Any number of samples. */
export interface LabelledRows extends Batch {
  readonly rows: Uint32Array;
}

export interface Trainable {
  readonly engine: Engine;
  readonly compiled: CompiledLearner;
  readonly classNames: readonly string[];
  readonly steps: number;
  /** One training step of one stage, when this share of a fit is done; default 0. */
  learn(batch: Batch, stage: number, progress?: number): StepResult;
  /** What runs between the steps: when a stage begins and ends. */
  run(run: RunInfo): void;
  /** One training step of every stage in turn; gives the result of the one that scores. */
  learnThrough(batch: Batch): StepResult;
  evaluateRows(rows: LabelledRows): Evaluation;
  /** Counts an epoch and gives its number. */
  beginEpoch(): number;
  /** The order of samples in an epoch: f(seed, epoch). */
  order(count: number, epoch: number): Uint32Array;
  read(input: SampleInput): Samples;
}
