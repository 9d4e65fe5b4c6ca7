// Squared error: half the squared distance of the outputs to the one-hot target. The answer is the output itself.

import { f32_squared_error } from '../../runtime/simd/kernels/f32-squared-error.ts';
import type { Loss } from './loss.ts';

export const squaredError: Loss = {
  score(p, { output, target, answer, losses }) {
    const [rows, columns] = output.shape;
    p.write(answer, output);
    p.call(f32_squared_error, { loss: losses, output: answer, labels: target, rows, columns });
  },
  answer: (p, output, answer) => p.write(answer, output),
};
