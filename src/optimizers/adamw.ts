// AdamW: w <- w - learningRate * weightDecay * w - the step of Adam: decay that the moments do not see.
//
// Source: Loshchilov and Hutter, ICLR 2019, algorithm 2, with the rate on the decay as in PyTorch.

import { finite, readOptions } from '../options.ts';
import { adamAdvance, adamStart, adamTable, adamUpdate, type AdamOptions } from './adam.ts';
import { OptimizerError } from './error.ts';
import { COMMON, decaying, optimizer, type Optimizer } from './optimizer.ts';

const update = decaying('adamw', adamUpdate);

export interface AdamwOptions extends AdamOptions {
  /** Default 0.01. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay, Loshchilov and Hutter 2019.
 * @throws OptimizerError for an unknown option, a number that is not finite, or below 0, or a beta from 1 on.
 */
export function adamw(learningRate = 0.001, options: AdamwOptions = {}): Optimizer {
  const { schedule, clipNorm, weightDecay, ...moments } = readOptions('adamw', options, OptimizerError, {
    ...COMMON,
    ...adamTable,
    weightDecay: [finite(0), 0.01],
  });
  const hyper = { learningRate, ...moments, ...adamStart, weightDecay };
  return optimizer(update, hyper, { schedule, clipNorm }, adamAdvance);
}
