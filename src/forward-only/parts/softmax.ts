// The softmax of every sample, for rules whose equations name it. Where it leads to a loss alone, the task has it.

import type { Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { f32_softmax } from '../../../runtime/simd/kernels/f32-softmax.ts';

export function softmax(p: Program, name: string, x: Tensor): Tensor {
  const [rows, columns] = x.shape;
  const out = p.tensor({ name, role: 'activation', shape: x.shape });
  p.call(f32_softmax, { out, x, rows, columns });
  return out;
}
