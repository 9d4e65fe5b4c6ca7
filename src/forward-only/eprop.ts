// E-prop, eligibility propagation: at every time step each hidden layer is told the error at the output through a fixed
// random matrix of its own, and learns from a trace of its input, which for recurrent neurons holds their own spikes
// too. Nothing is handed from layer to layer, nor back in time.
//
//   z_i[t] = decay z_i[t-1] + s_i[t];   e_ji[t] = g(v_j[t]) z_i[t];   L_j[t] = sum_k B_jk dL_t/do_k[t]
//   W_ij <- update(W_ij, sum_t L_j[t] e_ji[t]);   output layer: from its own loss
//
// with g the surrogate of `lif` at v = u - b, s what comes in at that step (of the own spikes, those of the step
// before), and B_k ~ U(-b, b), b = sqrt(6 / n_k) over the n_k outputs of the layer. Without time it is DFA. The
// symmetric feedback of the paper, of one hidden layer, is OTTT.
//
// Where thresholds adapt, they remember what came in, too, and e takes that off by a second, slow trace, of which there
// is one for every synapse and sample (equations 24 and 25 of the paper):
//
//   e_ji[t] = g(v_j[t]) (z_i[t] - adaptation y_ji[t]);   y_ji[t+1] = adaptationDecay y_ji[t] + e_ji[t],   y_ji[1] = 0
//
// These follow from `lif`, whose b at a step is of a of the step before: z_i[t] is du_j[t]/dW_ij, y_ji[t] is
// da_j[t-1]/dW_ij and e_ji[t] is ds_j[t]/dW_ij, along potential and threshold of the neuron itself. What a reset takes
// from the potential is left out, as in the paper, and a bias learns by g alone. A trace is a float, at any number of
// steps.
//
// Source: Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein, Maass: A solution to the learning dilemma for recurrent
// networks of spiking neurons. Nature Communications 11:3625 (2020). Its read-outs leak, and its rates of firing are
// kept in bounds. Here is neither.

import type { ChainSaved } from '../layers/parts/chain.ts';
import type { Part } from '../layers/network.ts';
import type { Back } from '../layers/layer.ts';
import { boolean, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { eachStep, expectOpen } from './parts/each-step.ts';
import { feedback } from './parts/feedback.ts';
import { slowTraces } from './parts/slow-traces.ts';
import { traces } from './parts/traces.ts';
import { ALL_TASKS, LOCAL, makeRule, RuleError, type Rule } from './rule.ts';

export interface EpropOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** Whether neurons that adapt learn by a slow trace of every synapse and sample, too. Default true. */
  readonly slowTraces?: boolean;
}

export function eprop(options: EpropOptions = {}): Rule {
  const { optimizer, slowTraces: slow } = readOptions('eprop', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    slowTraces: [boolean, true],
  });
  return makeRule({
    name: 'eprop',
    title: 'e-prop',
    about: 'Each layer is told the error of each time step at random, and learns from traces of what came in.',
    version: 2,
    paper:
      'Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein, Maass: A solution to the learning dilemma for recurrent ' +
      'networks of spiking neurons. Nature Communications 11, 2020',
    config: { slowTraces: slow },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: { ...LOCAL, updateLocked: true },
    record(p, network, context) {
      const { input, task } = context;
      expectOpen('eprop', network);
      p.phase('train', () => {
        const outcome = task.outcome(p, input.steps);
        const trace = traces(p, input);
        const slowly = slow ? slowTraces('eprop', p) : (to: Back): Back => to;
        eachStep(p, network, context, (to) => {
          const passed: (readonly [Part, ChainSaved])[] = [];
          let x = input.at(p, to.at);
          for (const part of network.parts) {
            const saved = p.unit(part.name, () => part.forward(p, x, to));
            if (part.learns) passed.push([part, saved]);
            x = saved.output;
          }
          const e = p.materialize('error', outcome.score(p, x, to.at));
          for (const [unit, saved] of passed) {
            p.unit(unit.name, () => {
              const L = unit.last ? e : feedback(p, context, unit.name, e, saved.output);
              unit.back(p, saved, L, slowly({ ...to, trace }));
            });
          }
        });
      });
    },
  });
}
