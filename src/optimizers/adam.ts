// Adam: m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;
//       w <- w - learningRate * (correction1 m) / (sqrt(correction2 v) + epsilon).
//
// The bias corrections of step t = 1, 2, ..., correction = 1 / (1 - beta^t), are numbers of its own that advance once a
// step. They belong to the betas as float32 has them, for which 1 - beta is exact from one half on. Moments that sink
// to denormal numbers become zero.
//
// Source: Kingma and Ba, ICLR 2015, algorithm 1.

import { flush } from '../../runtime/simd/parts/flush.ts';
import { finite, readOptions } from '../options.ts';
import { OptimizerError } from './error.ts';
import { COMMON, optimizer, type Advance, type Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';

export const adamUpdate: Update = {
  name: 'adam',
  state: ['firstMoment', 'secondMoment'],
  hyper: ['learningRate', 'beta1', 'beta2', 'epsilon', 'correction1', 'correction2', 'power1', 'power2'],
  change: (k, { gradient, state, hyper }) => {
    const { learningRate, beta1, beta2, epsilon, correction1, correction2 } = hyper;
    const g = k.let(gradient);
    const first = k.let(flush(k, beta1.mul(state.firstMoment).add(k.f32(1).sub(beta1).mul(g))));
    const second = k.let(flush(k, beta2.mul(state.secondMoment).add(k.f32(1).sub(beta2).mul(g.mul(g)))));
    state.firstMoment.set(first);
    state.secondMoment.set(second);
    const step = correction1.mul(first).div(correction2.mul(second).sqrt().add(epsilon));
    return learningRate.mul(step).neg();
  },
};

/** Per step, for each moment: power = beta^t, and the correction that follows. */
export const adamAdvance: readonly Advance[] = ['1', '2'].flatMap((moment): Advance[] => [
  [`power${moment}`, (now) => now(`power${moment}`).times(now(`beta${moment}`))],
  [`correction${moment}`, (now) => now(`power${moment}`).times(-1).plus(1).map('reciprocal')],
]);

/** What Adam's own numbers begin as. */
export const adamStart = { correction1: 1, correction2: 1, power1: 1, power2: 1 } as const;

export interface AdamOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
}

/** The options of its own; a beta is a share of a past, and one of 1 forgets nothing. */
export const adamTable = {
  beta1: [finite(0, 1), 0.9],
  beta2: [finite(0, 1), 0.999],
  epsilon: [finite(0), 1e-8],
} as const;

/**
 * Adam, Kingma and Ba 2015, algorithm 1.
 * @throws OptimizerError for an unknown option, a number that is not finite, or below 0, or a beta from 1 on.
 */
export function adam(learningRate = 0.001, options: AdamOptions = {}): Optimizer {
  const { schedule, clipNorm, ...moments } = readOptions('adam', options, OptimizerError, { ...COMMON, ...adamTable });
  return optimizer(adamUpdate, { learningRate, ...moments, ...adamStart }, { schedule, clipNorm }, adamAdvance);
}
