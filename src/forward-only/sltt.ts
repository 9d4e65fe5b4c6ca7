// SLTT, spatial learning through time: at every time step the loss of that step is pulled back through the layers of
// that step alone, never to an earlier one. What a step saved dies with it, so memory does not grow with time.
//
//   L_t = loss(o_t, y*) / T;   delta_L[t] = dL_t/do_t;   delta_(k-1)[t] = (delta_k[t] g(u_k[t])) W_k^T
//   W_k <- update(W_k, sum_t s_(k-1)[t]^T (delta_k[t] g(u_k[t])))
//
// with g the surrogate of `lif`, or the slope of an activation. Without time it is backpropagation. The network has an
// output at every step, and answers by the mean of all.
//
// Source: Meng, Xiao, Yan, Wang, Lin, Luo: ICCV 2023, arXiv 2302.14311. Its loss has a share of 0.05 of a squared
// error, left out here; its SLTT-K, which learns at K drawn steps, is not offered.

import type { Back } from '../layers/layer.ts';
import type { Network } from '../layers/network.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { expectOptions } from '../options.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { accumulate } from '../quantization/sink.ts';
import { ALL_TASKS, always, defineRule, LOCKED, RuleError, type Rule } from './rule.ts';

export interface SlttOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
}

export function sltt(options: SlttOptions = {}): Rule {
  expectOptions('sltt', options, ['optimizer'], RuleError);
  const { optimizer = adam(0.003, { schedule: 'linear' }) } = options;
  return defineRule({
    name: 'sltt',
    title: 'SLTT',
    about: 'The loss of each time step is pulled back through that step alone.',
    paper:
      'Meng, Xiao, Yan, Wang, Lin, Luo: Towards memory- and time-efficient backpropagation for training spiking ' +
      'neural networks. ICCV, 2023',
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCKED,
    record(p, network, context) {
      const { input, task } = context;
      expectOpen(network);
      p.phase('train', () => {
        const sink = context.sink();
        const outcome = task.outcome(p, input.steps);
        const step = (to: Back): void => {
          const saved = network.forward(p, input.at(p, to.at), to);
          network.back(p, saved, outcome.score(p, saved.output, to.at), to);
        };
        const to = { training: true, kernels: gradientKernels };
        if (input.steps === null) return step({ ...to, sink });
        const sum = accumulate(p, sink);
        network.begin?.(p, 'forward');
        p.time(input.steps, 'forward', (at) => step({ ...to, sink: sum, at }));
        sum.spend(p);
      });
      return { stages: always('train'), predict: (program) => network.walk(program, input, { training: false }) };
    },
  });
}

/** @throws RuleError where there is one loss for all steps: its delta would have to go back to steps that are gone. */
function expectOpen({ spec }: Network): void {
  const end = spec.layers.find(({ spec: layer }) => layer.endsTime);
  if (end === undefined) return;
  const wanted = 'wanted a network without last() and mean(), which answers by the mean of its outputs';
  throw new RuleError(`sltt has a loss at every time step, but time ends in '${end.name}': ${wanted}`);
}
