// OTTT, online training through time: SLTT, but that a weight learns from a trace of its input, which is what the
// potential behind it still holds of the steps before. Backpropagation through time without what passes by resets and
// by the spikes of earlier steps, at the memory of one step.
//
//   a_k[t] = decay a_k[t-1] + s_k[t];   delta_L[t] = dL_t/do_t;   delta_(k-1)[t] = (delta_k[t] g(u_k[t])) W_k^T
//   W_k <- update(W_k, sum_t a_(k-1)[t]^T (delta_k[t] g(u_k[t])))
//
// with g the surrogate of `lif`, `decay` that of the neurons that W_k drives (0 at the outputs, which keep nothing),
// and L_t = loss(o_t, y*) / T. The network has an output at every step, and answers by the mean of all.
//
// Source: Xiao, Meng, Zhang, He, Lin: NeurIPS 2022, arXiv 2210.04195. This is its OTTT_A, which updates behind the last
// step; its loss has a share of 0.05 of a squared error, and its convolutions scaled weight standardisation, left out
// here.

import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { eachStep, expectOpen } from './parts/each-step.ts';
import { traces } from './parts/traces.ts';
import { ALL_TASKS, LOCKED, makeRule, RuleError, type Rule } from './rule.ts';

export interface OtttOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
}

export function ottt(options: OtttOptions = {}): Rule {
  const { optimizer } = readOptions('ottt', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
  });
  return makeRule({
    name: 'ottt',
    title: 'OTTT',
    about: 'The loss of each time step is pulled back through that step alone, to traces of what came in.',
    paper: 'Xiao, Meng, Zhang, He, Lin: Online training through time for spiking neural networks. NeurIPS, 2022',
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCKED,
    record(p, network, context) {
      const { input, task } = context;
      expectOpen('ottt', network);
      p.phase('train', () => {
        const outcome = task.outcome(p, input.steps);
        const trace = traces(p, input);
        eachStep(p, network, context, (to) => {
          const saved = network.forward(p, input.at(p, to.at), to);
          const delta = outcome.score(p, saved.output, to.at);
          network.back(p, saved, delta, { ...to, kernels: gradientKernels, trace });
        });
      });
    },
  });
}
