// Binary cross-entropy: every output its own yes-or-no question, by a sigmoid; summed over the outputs, in nats.
//
//   loss = sum max(z, 0) - z t + log(1 + e^-|z|),   dL/dz = sigmoid(z) - t
//
// in the form that neither overflows nor cancels.

import type { Loss } from './loss.ts';

export const binaryCrossEntropy: Loss = {
  name: 'binaryCrossEntropy',
  takesLogits: true,
  answer: (p, output, answer) => p.write(answer, output.map('sigmoid')),
  score(p, { output: z, target, answer }) {
    const rest = z.map('abs').map('neg').map('softplus');
    const losses = p.rowSum('losses', z.max(0).minus(z.times(target.rows)).plus(rest));
    p.write(answer, z.map('sigmoid'));
    return { losses, delta: answer.minus(target.rows) };
  },
};
