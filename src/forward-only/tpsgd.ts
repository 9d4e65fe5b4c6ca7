// tpSGD, target projection stochastic gradient descent: each hidden layer learns by its own loss toward a fixed random
// projection of the label. The update vanishes at the target, where DRTP's push goes on.
//
//   t_k = P_k y*;   J_k = loss(t_k, y_k);   W_k <- update(W_k, x_k^T (dJ_k/dy_k f'(z_k)));   output layer: its own loss
//
//   l2             dJ/dy = y - t
//   l1             dJ/dy = sign(y - t)
//   crossEntropy   dJ/dy = sigmoid(y) - (t > 0 ? 1 : 0)
//
// averaged over the batch. A recurrent layer has the same target at every time step and learns at every one, so its
// memory does not grow with time.
//
// Where time ends in `mean()`, y is the mean of the steps so far (parts/mean-so-far.ts). That is ours too: a unit asked
// for its target at every step saturates before it has heard anything. Means have to be reachable, so their targets
// lie within the range of tanh. `steps: 'all'` has the target at each step.
//
// Targets may lie outside the range of the activation: a unit is then pushed until it saturates (tanh) or is silent for
// the class (relu, t < 0). Targets inside the range are reached, and teach less: docs/results.md.
//
// Of an image, y are the means of each channel in a grid of cells (parts/cells.ts). That is ours: a filter asked
// for another answer at every pixel learns little. `cells: 'all'` has a target for each pixel.
//
// Source: Lomnitz, Daniels, Zhang, Piacentino: Learning with local gradients at the edge. arXiv 2208.08503 (2022).

import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { adam } from '../optimizers/adam.ts';
import {
  anything,
  expectIs,
  expectOptions,
  integer,
  keyOf,
  oneOf,
  optional,
  positive,
  readOptions,
} from '../options.ts';
import { anOptimizer, type Optimizer } from '../optimizers/optimizer.ts';
import type { Projection } from '../tasks/task.ts';
import { cellMeans } from './parts/cells.ts';
import { layerwise, weightsIn } from './parts/layerwise.ts';
import { meanSoFar } from './parts/mean-so-far.ts';
import { LOCAL, makeRule, RuleError, TARGET_TASKS, type Rule } from './rule.ts';

/** dJ/dy of one sample's local loss. */
const localLosses = {
  l2: (y, t) => y.minus(t),
  l1: (y, t) => y.minus(t).map('sign'),
  crossEntropy: (y, t) => y.map('sigmoid').minus(t.greater(0)),
} as const satisfies Record<string, (output: Expression, target: Expression) => Expression>;

export type LocalLoss = keyof typeof localLosses;

export interface TpsgdOptions {
  /** Default `adam(0.005, { schedule: 'linear' })`. */
  readonly optimizer?: Optimizer;
  /** The hidden layers' loss; default `l2`. */
  readonly localLoss?: LocalLoss;
  /** How targets are drawn; default `{ kind: 'uniform', scale: 5 }`, for means over time a scale of 1. */
  readonly projection?: Partial<Projection>;
  /**
   * Of an image, targets are for the mean of each channel in each of so many cells a side at most, default 4; or for
   * `all` pixels.
   */
  readonly cells?: number | 'all';
  /** Where time ends in `mean()`, targets are for the `mean` of the steps so far (default), or for `all` steps. */
  readonly steps?: 'mean' | 'all';
  /** Every layer in each step (default), or one layer after the other, each for its share of the epochs. */
  readonly order?: 'together' | 'greedy';
}

export function tpsgd(options: TpsgdOptions = {}): Rule {
  const { optimizer, localLoss, projection, cells, steps, order } = readOptions('tpsgd', options, RuleError, {
    optimizer: [anOptimizer, adam(0.005, { schedule: 'linear' })],
    localLoss: [keyOf(localLosses), 'l2'],
    projection: [anything, {}],
    cells: [(cells: number | 'all') => cells === 'all' || integer(1)(cells), 4],
    steps: [oneOf(['mean', 'all']), 'mean'],
    order: [oneOf(['together', 'greedy']), 'together'],
  });
  expectOptions('the projection of tpsgd', projection, ['kind', 'scale'], RuleError);
  const { kind = 'uniform', scale } = projection;
  expectIs('tpsgd: projection.kind', kind, oneOf(['uniform', 'normal', 'signs']), RuleError);
  expectIs('tpsgd: projection.scale', scale, optional(positive), RuleError);
  return makeRule({
    name: 'tpsgd',
    title: 'tpSGD',
    about: 'Each layer steers toward its own random target for the class. Nothing flows back.',
    paper: 'Lomnitz, Daniels, Zhang, Piacentino: Learning with local gradients at the edge. arXiv 2208.08503, 2022',
    config: { localLoss, projection: { kind, ...(scale !== undefined && { scale }) }, cells, steps, order },
    optimizers: { optimizer },
    learns: TARGET_TASKS,
    locality: LOCAL,
    record(p, network, context) {
      const isOfMean = steps === 'mean' && network.spec.layers.some(({ spec }) => spec.type === 'mean');
      return layerwise(p, network, context, {
        order,
        delta(unit, output, { at, before }) {
          const isMean = isOfMean && at !== undefined;
          const draws = { kind, scale: scale ?? (isMean ? 1 : 5) };
          const delta = (y: Tensor): Expression => {
            const reached = isMean ? meanSoFar(p, unit.name, y, at, before) : y;
            const target = context.task.project(p, `${unit.name}/target`, y, draws, weightsIn(unit));
            return localLosses[localLoss](reached, target).times(context.weight).over(new Scalar(context.samples));
          };
          if (cells === 'all' || output.shape.length !== 4) return delta(output);
          const { means, spread } = cellMeans(p, unit.name, output, cells);
          return spread(delta(means));
        },
      });
    },
  });
}
