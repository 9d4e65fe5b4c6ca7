// Losses of the network's output, from logits: the loss, the probabilities it implies, and its derivative. The three
// share the derivative dL/dlogits = (probabilities - one-hot) / divisor, so a rule needs no case for any of them.

import { f32_binary_cross_entropy } from '../../runtime/simd/kernels/f32-binary-cross-entropy.ts';
import { f32_cross_entropy } from '../../runtime/simd/kernels/f32-cross-entropy.ts';
import { f32_mean } from '../../runtime/simd/kernels/f32-mean.ts';
import { f32_softmax } from '../../runtime/simd/kernels/f32-softmax.ts';
import { f32_squared_error } from '../../runtime/simd/kernels/f32-squared-error.ts';
import type { Buffer } from '../../runtime/program/buffer.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import { OneHot, Scalar, type Expression, type Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';

export type LossName = 'crossEntropy' | 'binaryCrossEntropy' | 'squaredError';

interface Scoring {
  readonly logits: Tensor;
  readonly label: Buffer;
  /** [batch, classes]: probabilities, or for the squared error the outputs themselves. */
  readonly output: Tensor;
  /** The loss of each sample. */
  readonly losses: Buffer;
}

/** Records the outputs and the loss of each sample. */
const scorings = {
  /** Softmax over the classes; -log p[label]. */
  crossEntropy: (p, { logits, label, output, losses }) => {
    const [rows, columns] = logits.shape;
    p.call(f32_cross_entropy, { probabilities: output, loss: losses, logits, labels: label, rows, columns });
  },
  /** A sigmoid per class against the one-hot label, summed over the classes. */
  binaryCrossEntropy: (p, { logits, label, output, losses }) => {
    const [rows, columns] = logits.shape;
    p.call(f32_binary_cross_entropy, { probabilities: output, loss: losses, logits, labels: label, rows, columns });
  },
  /** Half the squared distance to the one-hot label. */
  squaredError: (p, { logits, label, output, losses }) => {
    const [rows, columns] = logits.shape;
    recordProbabilities(p, 'squaredError', logits, output);
    p.call(f32_squared_error, { loss: losses, output, labels: label, rows, columns });
  },
} as const satisfies Record<LossName, (p: Program, scoring: Scoring) => void>;

export const lossNames = Object.keys(scorings) as LossName[];

/** Records the mean loss of the batch into `loss`, and the outputs into `output`; gives dL/dlogits. */
export function recordLoss(
  p: Program,
  { name, logits, label, loss, output }: Omit<Scoring, 'losses'> & { readonly name: LossName; readonly loss: Buffer },
): Expression {
  const [batch, classes] = logits.shape;
  const losses = p.buffer({ name: 'losses', role: 'scratch', shape: [batch], unit: null });
  scorings[name](p, { logits, label, output, losses });
  p.call(f32_mean, { out: loss, x: losses, n: batch });
  return output.minus(new OneHot(label, classes)).over(new Scalar(batch));
}

/** Records what `predict` returns for these logits. */
export function recordProbabilities(p: Program, name: LossName, logits: Tensor, output: Tensor): void {
  const [batch, classes] = logits.shape;
  if (name === 'crossEntropy') p.call(f32_softmax, { out: output, x: logits, rows: batch, columns: classes });
  else {
    const window = { rows: batch, columns: classes, first: 0, sample: null };
    p.evaluate(logits.map(name === 'squaredError' ? 'identity' : 'sigmoid'), output.at(0), window, classes, classes);
  }
}

/** The buffers in which a phase hands the host its outcome. */
export const outcome = (p: Program, phase: string, batch: Dim, classes: Dim): { loss: Buffer; output: Tensor } => ({
  loss: p.buffer({ name: `${phase}/loss`, role: 'activation', shape: [constant(1)], unit: null, port: 'after' }),
  output: p.tensor({ name: `${phase}/output`, role: 'activation', shape: [batch, classes], unit: null, port: 'after' }),
});
