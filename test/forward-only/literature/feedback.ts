// Rules from the literature, recorded by hand, that check what `analyse` finds: what they have in common. The error at
// the output is computed first; then the units learn from the last to the first, each from what `feedback` makes of it.

import { PLAIN } from '../../../runtime/simd/parts/reading.ts';
import { constant } from '../../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Locality } from '../../../runtime/program/analyse.ts';
import { paddedColumns, type Program } from '../../../runtime/program/program.ts';
import { f32_matmul_bt } from '../../../runtime/simd/kernels/f32-matmul-bt.ts';
import { f32_random } from '../../../runtime/simd/kernels/f32-random.ts';
import { defineRule, gradientKernels, pulled, type Saved } from '../../../src/author.ts';
import { sgd, type Rule } from '../../../src/index.ts';

export interface Handover {
  readonly error: Tensor;
  /** The unit in front, which gets a delta, and the one behind it with its delta dL/d(output). */
  readonly front: Saved & { readonly name: string };
  readonly behind: Saved & { readonly name: string; readonly delta: Expression };
  /** The true delta: through the weights behind. */
  pull(): Expression;
}

/** dL/d(output) of a hidden unit. */
export type Feedback = (p: Program, handover: Handover) => Expression;

interface FeedbackRule {
  readonly name: string;
  readonly paper: string;
  readonly locality: Locality;
  readonly feedback: Feedback;
  /** The unit that computes the error; default: none. */
  readonly errorIn?: string;
}

export const feedbackRule = ({ name, paper, locality, feedback, errorIn }: FeedbackRule): Rule =>
  defineRule({
    name,
    paper,
    optimizers: { optimizer: sgd(0.1) },
    locality,
    record(p, network, { input, task, sink }) {
      p.phase('train', () => {
        const to = { training: true, sink: sink(), kernels: gradientKernels };
        const outcome = task.outcome(p, null);
        const { inner, output } = network.forward(p, input.at(p), to);
        const score = (): Tensor => p.compute('error', outcome.score(p, output));
        const error = errorIn === undefined ? score() : p.unit(errorIn, score);
        let delta: Expression = error;
        for (let index = inner.length - 1; index >= 0; index--) {
          const unit = network.units[index];
          const saved = inner[index] as ReturnType<typeof unit.forward>;
          const own = delta;
          const pull = (): Expression => pulled(p, unit, saved, own, { training: true, kernels: gradientKernels });
          const behind = { ...saved, name: unit.name, delta: own };
          if (index > 0) {
            const front = { ...inner[index - 1], name: network.units[index - 1].name };
            delta = feedback(p, { error, front, behind, pull });
          }
          p.unit(unit.name, () => unit.back(p, saved, own, to));
        }
      });
    },
  });

/** A fixed random matrix B of (rows, outputs), and `delta B^T`: feedback without the forward weights. */
export function project(p: Program, name: string, delta: Tensor, rows: number): Tensor {
  const columns = delta.shape[1];
  const elements = rows * paddedColumns(columns);
  const matrix = p.buffer({ name, shape: [constant(elements)], role: 'constant', life: 'persistent' });
  p.phase('prepare', () =>
    p.call(f32_random('normal'), { out: matrix, n: elements, stride: 1, first: 0, scale: 0.1, ...p.draws(name) }),
  );
  const out = p.tensor({ name: `${name}/projected`, shape: [delta.batch, rows], role: 'activation' });
  p.call(f32_matmul_bt(PLAIN), {
    dx: out,
    dz: delta,
    weight: matrix,
    batch: delta.batch,
    inputs: rows,
    outputs: columns,
  });
  return out;
}

export const widthOf = ({ output }: Saved): number => output.shape[1].offset;
