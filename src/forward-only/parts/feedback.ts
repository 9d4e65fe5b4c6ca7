// A fixed random way from the outputs to something in front of them. B learns nothing, so it is in no checkpoint: it is
// f(seed, name).
//
//   f = e B,   B ~ U(-b, b), b = sqrt(6 / n) over the n features of what it is like

import { capacity, fixed } from '../../../runtime/program/dim.ts';
import type { Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { dense } from '../../layers/dense.ts';
import { pulled } from '../../layers/layer.ts';
import { gradientKernels } from '../../layers/parts/gradient-kernels.ts';
import type { RuleContext } from '../rule.ts';

/** e, [batch, outputs], in the shape of `like`; B belongs to the unit. */
export function feedback(p: Program, { own, task }: RuleContext, unit: string, e: Tensor, like: Tensor): Tensor {
  const features = fixed(like.features, `what '${unit}' is told`);
  const options = { bias: false, initializer: 'he' } as const;
  const towards = { name: 'feedback', like: [features], outputs: task.outputs, trained: false };
  const B = own(unit, dense(capacity(task.outputs), options), towards);
  const saved = { input: like.reshape([like.batch, features]), output: e };
  const f = pulled(p, B, saved, e.reshape([e.batch, task.outputs]), { training: true, kernels: gradientKernels });
  return p.materialize(`${unit}/told`, f).reshape(like.shape);
}
