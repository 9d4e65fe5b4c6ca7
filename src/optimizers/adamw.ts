// AdamW: w <- w - learningRate * weightDecay * w - the step of Adam: decay that the moments do not see.
//
// Source: Loshchilov and Hutter, ICLR 2019, algorithm 2, with the rate on the decay as in PyTorch.

import { adamAdvance, adamStart, adamUpdate, type AdamOptions } from './adam.ts';
import { expectDecays, expectKnown, optimizer, type Optimizer, type Update } from './optimizer.ts';

const update: Update = {
  name: 'adamw',
  state: adamUpdate.state,
  hyper: [...adamUpdate.hyper, 'weightDecay'],
  change: (k, at) => {
    const { learningRate, weightDecay } = at.hyper;
    return adamUpdate.change(k, at).sub(learningRate.mul(weightDecay).mul(at.weight));
  },
};

export interface AdamwOptions extends AdamOptions {
  /** Default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay, Loshchilov and Hutter 2019.
 * @throws OptimizerError for an unknown option, a number that is not finite, or below 0, or a beta from 1 on.
 */
export function adamw(learningRate = 0.001, options: AdamwOptions = {}): Optimizer {
  expectKnown('adamw', options, ['beta1', 'beta2', 'epsilon', 'weightDecay']);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, ...common } = options;
  expectDecays('adamw', { beta1, beta2 });
  const hyper = { learningRate, beta1, beta2, epsilon, ...adamStart, weightDecay };
  return optimizer(update, hyper, common, adamAdvance);
}
