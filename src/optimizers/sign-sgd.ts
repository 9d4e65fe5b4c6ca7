// SignSGD: w <- w - learningRate * sign(g); a zero gradient moves nothing, NaN stays NaN.
//
// Source: Bernstein et al., ICML 2018, algorithm 1.

import { readOptions } from '../options.ts';
import { OptimizerError } from './error.ts';
import { COMMON, optimizer, type Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';

const update: Update = {
  name: 'sign',
  state: [],
  hyper: ['learningRate'],
  skipsZero: true,
  change: (k, { gradient, hyper }) => {
    const g = k.let(gradient);
    const sign = g.gt(0).select(1, g.lt(0).select(-1, g));
    return hyper.learningRate.mul(sign).neg();
  },
};

/**
 * A step of fixed size against the sign of the gradient.
 * @throws OptimizerError for an unknown option, or a number that is not finite, or below 0.
 */
export function signSgd(learningRate = 0.001, options: OptimizerOptions = {}): Optimizer {
  return optimizer(update, { learningRate }, readOptions('signSgd', options, OptimizerError, COMMON));
}
