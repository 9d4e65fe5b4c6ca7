// Direct random target projection: each hidden layer is pushed along a fixed random projection of the label, whatever
// it computed; only the output layer sees an error. No layer waits for another one.
//
//   g_k = y* B_k;   W_k <- update(W_k, x_k^T (g_k f'(z_k)));   output layer: its own loss
//
// B_k ~ U(-b, b), b = sqrt(6 / n_k) over the n_k outputs of the layer. As in the authors' code, g_k is summed over the
// batch while the output's loss, binary cross-entropy there, is a mean; with Adam that is immaterial, with SGD it sets
// the hidden layers' rate.
//
// Source: Frenkel, Lefebvre, Bol: Learning without feedback. Front. Neurosci. 15:629892 (2021), arXiv 1909.01311.

import { fixed } from '../../runtime/program/dim.ts';
import { adam } from '../optimizers/adam.ts';
import { readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { layerwise, weightsIn } from './parts/layerwise.ts';
import { LOCAL, makeRule, RuleError, TARGET_TASKS, type Rule } from './rule.ts';

export interface DrtpOptions {
  /** Default `adam(0.005, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
}

export function drtp(options: DrtpOptions = {}): Rule {
  const { optimizer } = readOptions('drtp', options, RuleError, {
    optimizer: [anOptimizer, adam(0.005, { schedule: 'linear' })],
  });
  return makeRule({
    name: 'drtp',
    title: 'DRTP',
    about: 'Each layer is pushed along a fixed random projection of the label. Nothing flows back.',
    paper:
      'Frenkel, Lefebvre, Bol: Learning without feedback: fixed random learning signals allow for feedforward ' +
      'training of deep neural networks. Front. Neurosci. 15:629892, 2021',
    optimizers: { optimizer },
    learns: TARGET_TASKS,
    locality: LOCAL,
    record: (p, network, context) =>
      layerwise(p, network, context, {
        order: 'together',
        delta(unit, y) {
          const scale = Math.sqrt(6 / fixed(y.features, `the outputs of '${unit.name}'`));
          const draws = { kind: 'uniform', scale } as const;
          const push = context.task.project(p, `${unit.name}/projection`, y, draws, weightsIn(unit));
          return push.times(context.weight);
        },
      }),
  });
}
