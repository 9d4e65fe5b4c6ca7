// Direct feedback alignment: every hidden layer is told the error at the output through a fixed random matrix of its
// own. It waits for the output, but nothing is handed from layer to layer.
//
//   e = dL/dy_L;   g_k = e B_k;   W_k <- update(W_k, x_k^T (g_k f'(z_k)));   output layer: e
//
// B_k ~ U(-b, b), b = sqrt(6 / n_k) over the n_k outputs of the layer, as in DRTP's comparison.
//
// Source: Nøkland: Direct feedback alignment provides learning in deep neural networks. NeurIPS (2016), arXiv
// 1609.01596.

import type { ChainSaved } from '../layers/parts/chain.ts';
import type { Part } from '../layers/network.ts';
import { readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { feedback } from './parts/feedback.ts';
import { ALL_TASKS, expectStill, LOCAL, makeRule, RuleError, type Rule } from './rule.ts';

export interface DfaOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
}

export function dfa(options: DfaOptions = {}): Rule {
  const { optimizer } = readOptions('dfa', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
  });
  return makeRule({
    name: 'dfa',
    title: 'DFA',
    about: 'Each layer is told the error at the output through a fixed random matrix of its own.',
    paper: 'Nøkland: Direct feedback alignment provides learning in deep neural networks. NeurIPS, 2016',
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: { ...LOCAL, updateLocked: true },
    record(p, network, context) {
      const { input, task } = context;
      expectStill('dfa', input);
      p.phase('train', () => {
        const to = { training: true, sink: context.sink() };
        const outcome = task.outcome(p, null);
        const passed: (readonly [Part, ChainSaved])[] = [];
        const output = network.walk(p, input, to, (part, saved) => {
          if (part.learns) passed.push([part, saved]);
          return !part.last;
        });
        const e = p.materialize('error', outcome.score(p, output));
        for (const [unit, saved] of passed) {
          p.unit(unit.name, () => {
            const delta = unit.last ? e : feedback(p, context, unit.name, e, saved.output);
            unit.back(p, saved, delta, to);
          });
        }
      });
    },
  });
}
