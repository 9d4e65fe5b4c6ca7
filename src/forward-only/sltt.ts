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
// error, left out here. With `k` it is SLTT-K: the steps are gone through, and k of them, drawn anew in every training
// step, are learned from.

import { capacity } from '../../runtime/program/dim.ts';
import type { Input } from '../layers/network.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { integer, optional, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { drawnSteps } from './parts/drawn-steps.ts';
import { eachStep, expectOpen } from './parts/each-step.ts';
import { ALL_TASKS, LOCKED, makeRule, RuleError, type Rule } from './rule.ts';

export interface SlttOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** SLTT-K: learns at so many drawn time steps; default at all. */
  readonly k?: number;
}

export function sltt(options: SlttOptions = {}): Rule {
  const { optimizer, k } = readOptions('sltt', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    k: [optional(integer(1))],
  });
  return makeRule({
    name: 'sltt',
    title: 'SLTT',
    about: 'The loss of each time step is pulled back through that step alone.',
    paper:
      'Meng, Xiao, Yan, Wang, Lin, Luo: Towards memory- and time-efficient backpropagation for training spiking ' +
      'neural networks. ICCV, 2023',
    config: k === undefined ? {} : { k },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCKED,
    record(p, network, context) {
      const { input, task } = context;
      expectOpen('sltt', network);
      expectSteps(k, input);
      p.phase('train', () => {
        const outcome = task.outcome(p, input.steps);
        const drawn = k === undefined ? null : drawnSteps(p, k);
        eachStep(p, network, context, (to) => {
          const saved = network.forward(p, input.at(p, to.at), to);
          const delta = outcome.score(p, saved.output, to.at);
          const learn = (): void => void network.back(p, saved, delta, { ...to, kernels: gradientKernels });
          if (drawn === null || to.at === undefined) learn();
          else drawn(to.at, learn);
        });
      });
    },
  });
}

/** @throws RuleError for more steps than there are. */
function expectSteps(k: number | undefined, { steps }: Input): void {
  const most = steps === null ? 1 : capacity(steps);
  if (k === undefined || k <= most) return;
  throw new RuleError(`sltt: k is ${k}, wanted at most the network's steps, ${most}`);
}
