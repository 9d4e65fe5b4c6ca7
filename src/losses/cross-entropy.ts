// Cross-entropy: softmax over the classes; the loss is -log p[target], in nats.

import { f32_cross_entropy } from '../../runtime/simd/kernels/f32-cross-entropy.ts';
import { f32_softmax } from '../../runtime/simd/kernels/f32-softmax.ts';
import type { Loss } from './loss.ts';

export const crossEntropy: Loss = {
  score(p, { output, target, answer, losses }) {
    const [rows, columns] = output.shape;
    const operands = { probabilities: answer, loss: losses, logits: output, labels: target };
    p.call(f32_cross_entropy, { ...operands, rows, columns });
  },
  answer(p, output, answer) {
    const [rows, columns] = output.shape;
    p.call(f32_softmax, { out: answer, x: output, rows, columns });
  },
};
