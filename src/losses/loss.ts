// What a loss is: the answer that the outputs imply, which is what `predict` gives, and the loss of each sample with
// its derivative. Recorded once, for training and for `evaluate` alike. One's own is an object of this form.

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { PerSample } from '../../runtime/program/leaves.ts';
import type { Program } from '../../runtime/program/program.ts';

/** What is wanted of each sample. */
export interface Target {
  /** In the shape of the outputs. */
  readonly rows: Expression;
  /** [batch], where it is one class. */
  readonly index: Buffer | null;
}

export interface Scoring {
  /** [batch, ...outputs] */
  readonly output: Tensor;
  readonly target: Target;
  /** Of the shape of the outputs; written. */
  readonly answer: Tensor;
}

export interface Scored {
  /** The loss of each sample. */
  readonly losses: PerSample;
  /** Its derivative by the outputs. */
  readonly delta: Expression;
}

export interface Loss {
  readonly name: string;
  /** Its numbers: with the name, part of a checkpoint's identity. */
  readonly config?: Readonly<Record<string, number>>;
  /** Whether it squashes the outputs itself, so that the last layer must not. */
  readonly takesLogits: boolean;
  /** Records the answer alone. */
  answer(p: Program, output: Tensor, answer: Tensor): void;
  /** Records the answer, and the loss of each sample. */
  score(p: Program, scoring: Scoring): Scored;
}

/** A loss of the difference between output and target, summed over the outputs; the answer is the output itself. */
export const ofDifference = (
  name: string,
  of: (difference: Expression) => { readonly loss: Expression; readonly delta: Expression },
  config?: Loss['config'],
): Loss => ({
  name,
  config,
  takesLogits: false,
  answer: (p, output, answer) => p.write(answer, output),
  score(p, { output, target, answer }) {
    p.write(answer, output);
    const { loss, delta } = of(answer.minus(target.rows));
    return { losses: p.rowSum('losses', loss), delta };
  },
});
