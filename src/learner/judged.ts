// What is learned from with its targets, and what a step of it gives.

import type { Metrics, Targets } from '../tasks/host/host.ts';
import type { Data } from './ports.ts';

/** A step before its update: the mean loss, the task's metrics, and what the rule tells of it. */
export type StepResult = Metrics & {
  /** Mean loss of the batch; NaN in a stage that does not compute it. */
  readonly loss: number;
  /** By name, beside `step` and `learningRate`; none for most rules. */
  readonly told?: Metrics;
};

/** Samples with targets. */
export type Judged = Data & { readonly targets: Targets };

/** All rows of them in order. */
export interface JudgedData extends Data {
  readonly targets: Targets;
  readonly rows: Uint32Array;
}
