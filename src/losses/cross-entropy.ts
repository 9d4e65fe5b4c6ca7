// Cross-entropy: softmax over the classes; the loss is -log p[target], in nats.

import { f32_cross_entropy } from '../../runtime/simd/kernels/f32-cross-entropy.ts';
import { f32_softmax } from '../../runtime/simd/kernels/f32-softmax.ts';
import { PerSample } from '../../runtime/program/leaves.ts';
import { ConfigurationError } from '../errors.ts';
import type { Loss } from './loss.ts';

/** For tasks whose target is one class of each sample. */
export const crossEntropy: Loss = {
  name: 'crossEntropy',
  takesLogits: true,
  answer(p, output, answer) {
    const [rows, columns] = output.shape;
    p.call(f32_softmax, { out: answer, x: output, rows, columns });
  },
  score(p, { output, target, answer }) {
    if (target.index === null) {
      throw new ConfigurationError('crossEntropy wants one class of each sample, the task has values: squaredError');
    }
    const [rows, columns] = output.shape;
    const losses = p.buffer({ name: 'losses', role: 'scratch', shape: [rows] });
    const operands = { probabilities: answer, loss: losses, logits: output, labels: target.index };
    p.call(f32_cross_entropy, { ...operands, rows, columns });
    return { losses: new PerSample(losses), delta: answer.minus(target.rows) };
  },
};
