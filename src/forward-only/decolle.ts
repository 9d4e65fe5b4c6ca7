// DECOLLE, deep continuous local learning: every hidden layer has a fixed random read-out onto the classes, and learns
// at every time step by what that says, from a trace of its input. Nothing is handed from layer to layer, nor from step
// to step but the traces.
//
//   P[t] = what the neurons remember of x[t] (parts/traces.ts);   r = s[t] G;   dr = dloss(r, y*)/dr
//   W <- update(W, P[t]^T (dr G^T g(u[t])));   the output layer: from its own loss and x[t]
//
// at every t, with g the surrogate of `lif`, and G drawn once. Of `lif` with a current, P is the paper's: the trace of
// a trace. A layer without neurons learns from its input. The answer is the output's, the mean over the steps.
//
// Source: Kaiser, Mostafa, Neftci: Synaptic plasticity dynamics for deep continuous local learning (DECOLLE). Frontiers
// in Neuroscience 14:424 (2020), arXiv 1811.10766. There the loss is smooth L1 of one-hot targets (`huber()` here), the
// read-outs answer, the refractory kernel is a trace of its own, and rates of firing are kept in bounds, as here not.

import { pulled } from '../layers/layer.ts';
import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { adam } from '../optimizers/adam.ts';
import { readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { head } from './parts/head.ts';
import { traces } from './parts/traces.ts';
import { ALL_TASKS, LOCAL, makeRule, RuleError, type Rule } from './rule.ts';

export interface DecolleOptions {
  /** Default `adam(0.001, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
}

export function decolle(options: DecolleOptions = {}): Rule {
  const { optimizer } = readOptions('decolle', options, RuleError, {
    optimizer: [anOptimizer, adam(0.001, { schedule: 'linear' })],
  });
  return makeRule({
    name: 'decolle',
    title: 'DECOLLE',
    about: 'Each layer learns at every time step by a fixed random read-out of its own, from traces of what came in.',
    paper:
      'Kaiser, Mostafa, Neftci: Synaptic plasticity dynamics for deep continuous local learning (DECOLLE). ' +
      'Frontiers in Neuroscience 14, 2020',
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: LOCAL,
    record(p, network, context) {
      const { input, task } = context;
      p.phase('train', () => {
        const sink = context.sink();
        const trace = traces(p, input);
        const end = network.units[network.units.length - 1];
        const outcome = task.outcome(p, end.timed ? input.steps : null);
        network.walk(p, input, { training: true }, (unit, saved, mode) => {
          const to = { ...mode, sink, trace };
          const { output: s } = saved;
          if (unit.last) unit.back(p, saved, outcome.score(p, s, mode.at), to);
          else if (unit.learns) {
            const G = head(context, unit.name, 'readout', s, { trained: false });
            const r = G.forward(p, s, mode);
            const { delta } = task.loss(p, r.output, unit.name);
            unit.back(p, saved, pulled(p, G, r, delta, { ...mode, kernels: gradientKernels }), to);
          }
          return unit !== end;
        });
      });
    },
  });
}
