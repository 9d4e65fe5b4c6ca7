// What a loss is: recorded once, over the network's outputs and the target of each sample. The answer it implies is
// what `predict` gives; its derivative by the outputs is (answer - target) for all that stand here.

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';

export interface Scoring {
  /** [batch, classes] */
  readonly output: Tensor;
  /** The class of each sample, [batch]. */
  readonly target: Buffer;
  /** [batch, classes], written. */
  readonly answer: Tensor;
  /** The loss of each sample, [batch], written. */
  readonly losses: Buffer;
}

export interface Loss {
  /** Records answer and loss of each sample. */
  score(p: Program, scoring: Scoring): void;
  /** Records the answer alone. */
  answer(p: Program, output: Tensor, answer: Tensor): void;
}
