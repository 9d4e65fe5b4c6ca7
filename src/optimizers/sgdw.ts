// SGDW: w <- w - learningRate * weightDecay * w - the step of momentum: decay that the velocity does not see.
//
// Source: Loshchilov and Hutter, ICLR 2019, algorithm 1, with the rate on the decay as in `adamw`.

import { finite, readOptions } from '../options.ts';
import { OptimizerError } from './error.ts';
import { COMMON, decaying, optimizer, type Optimizer, type OptimizerOptions } from './optimizer.ts';
import { heavyBall } from './sgd.ts';

const update = decaying('sgdw', heavyBall);

export interface SgdwOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly momentum?: number;
  /** Default 0.005: what PyTorch's `weight_decay` of 0.0005 comes to behind that momentum. */
  readonly weightDecay?: number;
}

/**
 * Momentum with decoupled weight decay, Loshchilov and Hutter 2019.
 * @throws OptimizerError for an unknown option, a number that is not finite, or below 0, or a momentum from 1 on.
 */
export function sgdw(learningRate = 0.01, options: SgdwOptions = {}): Optimizer {
  const { momentum, weightDecay, ...common } = readOptions('sgdw', options, OptimizerError, {
    ...COMMON,
    momentum: [finite(0, 1), 0.9],
    weightDecay: [finite(0), 0.005],
  });
  return optimizer(update, { learningRate, momentum, weightDecay }, common);
}
