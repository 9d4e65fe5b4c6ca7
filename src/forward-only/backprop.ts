// Backpropagation: the control that every other rule is compared with. All activations live until the backward pass has
// used them, and each layer's delta is pulled through the weights of the layer above. Where there is time, it goes back
// through time by a tape, which grows with the steps, unless only what stands behind time learns.
//
//   delta_L = dL/dy_L;   W_k <- update(W_k, x_k^T (delta_k f'(z_k)));   delta_(k-1) = (delta_k f'(z_k)) W_k^T
//
// With `checkpoint` it keeps the inputs of segments alone, or what is carried into those of time, and computes the rest
// again, to the same bits; with `last` it trains the last layers alone and keeps nothing of the others: a control as
// an expert would have it.
//
// Source: Rumelhart, Hinton, Williams, Nature 323 (1986); through time: Werbos, Proc. IEEE 78 (1990).

import { gradientKernels } from '../layers/parts/gradient-kernels.ts';
import { chain } from '../layers/parts/chain.ts';
import { integer, optional, readOptions } from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import { adam } from '../optimizers/adam.ts';
import { segmentsOf, splitParts, throughSegments } from './parts/segments.ts';
import { throughTime } from './parts/through-time.ts';
import { ALL_TASKS, makeRule, LOCAL, LOCKED, RuleError, type Rule } from './rule.ts';

export interface BackpropOptions {
  /** Default `adam(0.003, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /**
   * Keeps activations at the edges of segments alone: so many, or the root of the number of parts; where there is time,
   * of its steps. Default false.
   */
  readonly checkpoint?: boolean | number;
  /** Trains so many layers at the end alone; default all. */
  readonly last?: number;
}

export function backprop(options: BackpropOptions = {}): Rule {
  const { optimizer, checkpoint, last } = readOptions('backprop', options, RuleError, {
    optimizer: [anOptimizer, adam(0.003, { schedule: 'linear' })],
    checkpoint: [
      (every: boolean | number) =>
        typeof every === 'boolean' || integer(1)(every) === true || 'true, false or a whole number of at least 1',
      false,
    ],
    last: [optional(integer(1))],
  });
  return makeRule({
    name: 'backprop',
    title: 'backprop',
    about: 'The usual way, here as the control: errors flow back through all layers.',
    paper: 'Rumelhart, Hinton, Williams: Learning representations by back-propagating errors. Nature 323, 1986',
    // `checkpoint` changes no bit of what is learned
    config: last === undefined ? {} : { last },
    optimizers: { optimizer },
    learns: ALL_TASKS,
    locality: last === 1 ? LOCAL : LOCKED,
    record(p, network, context) {
      const { input, task } = context;
      p.phase('train', () => {
        const [below, above] = splitParts('backprop', network, last ?? network.units.length);
        const segmentsFor = (length: number): number =>
          checkpoint === true ? Math.ceil(Math.sqrt(length)) : checkpoint || 1;
        if (input.steps !== null) {
          const { timeEnds } = network;
          return throughTime(p, { rule: 'backprop', below, above, timeEnds, segmentsFor }, context, input.steps);
        }
        const to = { training: true, sink: context.sink(), kernels: gradientKernels };
        const outcome = task.outcome(p, null);
        const segments = segmentsOf(above, segmentsFor(above.length));
        const x = chain('below', below).forward(p, input.at(p), to).output;
        throughSegments(p, segments, x, (output) => outcome.score(p, output), to);
      });
    },
  });
}
