// Binary cross-entropy: a sigmoid for each class against the one-hot target, summed over the classes, in nats.

import { f32_binary_cross_entropy } from '../../runtime/simd/kernels/f32-binary-cross-entropy.ts';
import type { Loss } from './loss.ts';

export const binaryCrossEntropy: Loss = {
  score(p, { output, target, answer, losses }) {
    const [rows, columns] = output.shape;
    const operands = { probabilities: answer, loss: losses, logits: output, labels: target };
    p.call(f32_binary_cross_entropy, { ...operands, rows, columns });
  },
  answer: (p, output, answer) => p.write(answer, output.map('sigmoid')),
};
