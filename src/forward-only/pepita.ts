// PEPITA: the error at the output is added to the input by a fixed random matrix, and the sample is seen a second time.
// What that changes in a layer is what it learns. Two forward passes and no backward one.
//
//   e = dL/dy_L of each sample;   h_k the outputs for x, h'_k those for x' = x + s e F;   h'_0 = x'
//   W_k <- update(W_k, h'_(k-1)^T (h_k - h'_k));   output layer: update(W_L, h'_(L-1)^T e)
//
// averaged over the batch, without slopes. F ~ U(-b, b), b = sqrt(6 / n) over the n features of a sample. With
// `recompute` the first pass is taken again beside the second one, layer by layer, to the same bits, so that no
// activation outlives its layer (MEMPEPITA).
//
// Sources: Dellaferrera, Kreiman: Error-driven input modulation. ICML (2022), arXiv 2201.11665. Pau, Aymone:
// Suitability of Forward-Forward and PEPITA learning to MLCommons-Tiny benchmarks. COINS (2023).

import type { Tensor } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { boolean, positive, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { feedback } from './parts/feedback.ts';
import { ALL_TASKS, expectStill, LOCAL, makeRule, RuleError, type Rule } from './rule.ts';

export interface PepitaOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** s: how strongly the error changes the input; default 0.05. */
  readonly scale?: number;
  /** Computes the first pass again in place of keeping it. Default false. */
  readonly recompute?: boolean;
}

export function pepita(options: PepitaOptions = {}): Rule {
  const { optimizer, scale, recompute } = readOptions('pepita', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    scale: [positive, 0.05],
    recompute: [boolean, false],
  });
  return makeRule({
    name: 'pepita',
    title: 'PEPITA',
    about: 'The error is added to the input; what that changes in a layer is what it learns.',
    paper:
      'Dellaferrera, Kreiman: Error-driven input modulation: solving the credit assignment problem without a ' +
      'backward pass. ICML, 2022',
    // `recompute` changes no bit of what is learned
    config: { scale },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: { ...LOCAL, updateLocked: true },
    record(p, network, context) {
      const { input, task } = context;
      expectStill('pepita', input);
      p.phase('train', () => {
        const to = { training: true, sink: context.sink(), straightThrough: true };
        const samples = new Scalar(context.samples);
        const outcome = task.outcome(p, null);
        const kept: Tensor[] = [];
        const output = network.walk(p, input, to, (part, saved) => {
          kept.push(saved.output);
          return !part.last;
        });
        const e = p.materialize('error', outcome.score(p, output));
        let x = input.at(p);
        const modulated = p.unit(network.units[0].name, () => {
          const f = feedback(p, context, network.units[0].name, e, x);
          return p.compute('modulated', x.plus(f.times(samples).times(scale)));
        });
        network.walk(p, modulated, to, (part, saved) => {
          const first = kept.shift();
          x = recompute || first === undefined ? part.forward(p, x, to).output : first;
          const delta = part.last ? e : x.minus(saved.output).over(samples);
          if (part.learns) part.back(p, saved, delta, to);
          return !part.last;
        });
      });
    },
  });
}
