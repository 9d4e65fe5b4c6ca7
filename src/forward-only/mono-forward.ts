// Mono-Forward: each hidden layer has a projection of its own onto the classes, M_i, and both learn by the
// cross-entropy of what it says. No layer waits for another one.
//
//   a_i = f(W_i a_(i-1) + b_i);   G_i = a_i M_i;   L_i = CE(softmax G_i, y*);   output layer: its own loss
//   dG = (softmax G_i - y*) / batch;   W_i <- update(W_i, a_(i-1)^T (dG M_i^T f'(z_i)));   M_i <- update(M_i, a_i^T dG)
//
// where W_i learns from M_i as it was. The answer is the sum of all G_i and the output, or the output alone. A layer
// that runs at every time step learns at every one, and the mean of its G_i counts.
//
// `pooled`: of an image, M_i reads the means of the channels alone. The paper's reads all of it, which takes a row for
// every pixel, and learns what a network that ends in such means does not ask.
//
// Source: Gong, Li, Abdulla: Mono-Forward. arXiv 2501.09238 (2025).

import type { Tensor } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import { pulled, type Layer } from '../layers/layer.ts';
import type { Part } from '../layers/network.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { adam } from '../optimizers/adam.ts';
import { oneOf, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { head } from './parts/head.ts';
import { ALL_TASKS, LOCAL, makeRule, RuleError, type Rule } from './rule.ts';

export interface MonoForwardOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /**
   * What answers: all projections and the output together (default), by their sum where they are logits, by their mean
   * where they are values; or the output alone.
   */
  readonly predictBy?: 'all' | 'last';
  /** What of an image a projection reads: all of it (default), or the mean of each channel. */
  readonly projection?: 'full' | 'pooled';
}

export function monoForward(options: MonoForwardOptions = {}): Rule {
  const { optimizer, predictBy, projection } = readOptions('monoForward', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    predictBy: [oneOf(['all', 'last']), 'all'],
    projection: [oneOf(['full', 'pooled']), 'full'],
  });
  return makeRule({
    name: 'monoForward',
    title: 'Mono-Forward',
    about: 'Each layer learns by a projection of its own onto the classes. Nothing flows back.',
    paper:
      'Gong, Li, Abdulla: Mono-Forward: backpropagation-free algorithm for efficient neural network training ' +
      'harnessing local errors. arXiv 2501.09238, 2025',
    config: { predictBy, projection },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCAL,
    record(p, network, context) {
      const { input, task } = context;
      const pooled = projection === 'pooled';
      const M = ({ name }: Part, a: Tensor): Layer => head(context, name, 'projection', a, { pooled });

      p.phase('train', () => {
        const sink = context.sink();
        const end = network.units[network.units.length - 1];
        const outcome = task.outcome(p, end.timed ? input.steps : null);
        network.walk(p, input, { training: true }, (unit, saved, mode) => {
          const { output: a } = saved;
          if (unit.last) unit.back(p, saved, outcome.score(p, a, mode.at), { ...mode, sink });
          else if (unit.learns) {
            const G = M(unit, a).forward(p, a, mode);
            const { delta } = task.loss(p, G.output, unit.name);
            const da = pulled(p, M(unit, a), G, delta, { ...mode, sink, kernels: gradientKernels });
            unit.back(p, saved, da, { ...mode, sink });
          }
          return unit !== end;
        });
      });

      const answerBySum = (program: Program): Tensor => {
        const sum = program.tensor({ name: 'goodness', shape: [context.batch, task.outputs], role: 'state' });
        const add = (G: Tensor, at?: Moment): void =>
          program.write(sum, sum.plus(at === undefined ? G : G.over(new Scalar(at.steps))));
        program.zero(sum);
        const output = network.walk(program, input, { training: false }, (unit, { output: a }, mode) => {
          if (unit.learns && !unit.last) add(M(unit, a).forward(program, a, mode).output, mode.at);
        });
        add(output);
        const heads = network.units.filter(({ learns }) => learns).length;
        const isOfLogits = task.kind === 'classification' || task.kind === 'multiLabel';
        if (!isOfLogits) program.write(sum, sum.over(heads));
        return sum;
      };
      return predictBy === 'all' ? { predict: answerBySum } : {};
    },
  });
}
