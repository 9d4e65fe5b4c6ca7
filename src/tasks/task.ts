// What is learned. The recorded half of a task says how many outputs a head has, what the target is as rows, how the
// loss and the answer come from an output. (The host's half, names and metrics, is plain data in the compiled learner.)

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Scalar } from '../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import type { DistributionName } from '../../runtime/simd/parts/distribution.ts';

export type TaskKind = 'classification';

/** How a fixed random table is drawn: U(-scale, scale), N(0, scale^2), or -scale and scale. */
export interface Projection {
  readonly kind: DistributionName;
  readonly scale: number;
}

/** A loss beside the outcome, of a head of a rule's own. */
export interface Judged {
  /** dL/d(output), divided by the samples of the step. */
  readonly delta: Expression;
  /** Records the mean loss of the batch, and gives it. */
  mean(): Scalar;
}

/** Loss and answer of a phase, which the host reads. */
export interface Outcome {
  /**
   * Adds loss and answer of this step, and gives dL/d(output), divided by the samples of the step and by the time
   * steps.
   */
  score(p: Program, output: Tensor, at?: Moment): Expression;
  /** The mean loss, once all steps are scored. */
  readonly loss: Scalar;
}

export interface RecordedTask {
  readonly kind: TaskKind;
  /** How many outputs a head has: a run-time count, at most its capacity. */
  readonly outputs: Dim;
  /** The class of each sample: [batch]. */
  readonly index: Buffer;
  /** The target as rows of [batch, outputs]. */
  encode(): Expression;
  /**
   * The target projected onto the shape of `like` by a fixed random table with a row for each class. The numbers are
   * f(seed, `name`, element), so the table is kept only where it is small beside `weights` values; where the batch is
   * at most half the capacity the target's row is drawn where it is read; else the table is drawn once a step.
   */
  project(p: Program, name: string, like: Tensor, draws: Projection, weights?: number): Expression;
  loss(p: Program, output: Tensor, name: string): Judged;
  /**
   * Opens the outcome of the phase being recorded: outside any loop, as with time it zeroes sums. Opened again it is
   * that of another pass, in the same place.
   */
  outcome(p: Program, steps: Dim | null): Outcome;
  /** Records what `predict` gives: [batch, outputs], from the network's output. */
  answer(p: Program, output: Tensor): void;
}
