// The host's half of a task: how targets reach memory, and how answers are judged. Metrics are counts and sums of what
// memory holds, without a function of Math, so that engines agree.

import type { ElementArray } from '../../../runtime/wasm/pointer.ts';

/** Many targets, one for each sample, read one after the other. */
export interface Targets {
  readonly count: number;
  /** Writes the target of sample `index`. */
  copy(index: number, out: ElementArray | Float64Array, offset: number): void;
}

/** Numbers of a step or an epoch, by their names in a history. */
export type Metrics = Readonly<Record<string, number>>;

/** Of targets of 0 and 1. Values may be of any size. */
export const LOSS_JUMP = 1e6;

/** Judges answers, one sample after the other. */
export interface Tally<Result> {
  clear(): void;
  /** Counts the answer that begins at `at` for sample `index` of the targets. */
  add(answers: Float32Array, at: number, targets: Targets, index: number): void;
  /** Made anew at each asking. */
  readonly metrics: Metrics;
  /** What `evaluate` gives, beside the loss. */
  readonly result: Result;
}

/** What the host knows of the outputs now. */
export interface Outputs {
  readonly names: readonly string[];
  readonly count: number;
}

export interface TaskHost<Result = unknown> {
  readonly kind: 'classification' | 'regression' | 'multiLabel' | 'reconstruction' | 'reward';
  /** What targets are called in errors. */
  readonly called: 'labels' | 'targets' | 'rewards';
  /** The metrics by name, the one to watch first, and which way they are better. */
  readonly metrics: Readonly<Record<string, 'higher' | 'lower'>>;
  /** How many times that of the step before, or 1, a loss may be; beyond it an outlier or the rate made it. */
  readonly lossJump: number;
  /**
   * @param samples what the targets are for; for a task whose target is the sample, the targets themselves
   * @throws InputError for targets that do not fit.
   */
  read(input: unknown, outputs: Outputs, samples: Targets): Targets;
  /** `isWhole`: for `evaluate`, with all that it gives; otherwise for the metrics alone. */
  tally(outputs: Outputs, isWhole: boolean): Tally<Result>;
}

/** What every `evaluate` gives. */
export interface Judgement {
  readonly count: number;
  /** Mean of the task's loss. */
  readonly loss: number;
}

/** The index of the largest of `count` values from `start` on; the first of equal ones. */
export function argmax(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

/** A share, 0 of nothing. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
