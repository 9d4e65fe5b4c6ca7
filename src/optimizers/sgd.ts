// Gradient descent, plain and with momentum.
//
//   sgd        w <- w - learningRate * g
//   momentum   v <- momentum * v + g;  w <- w - learningRate * v                    Polyak 1964
//   nesterov   v <- momentum * v + g;  w <- w - learningRate * (g + momentum * v)   Sutskever et al., ICML 2013
//
// The last two as PyTorch formulates them: the rate is outside of v, so it may change between steps.

import { flush } from '../../runtime/simd/parts/flush.ts';
import { boolean, expectOptions, expectThat, finite, readOptions } from '../options.ts';
import { OptimizerError } from './error.ts';
import { COMMON, optimizer, type Optimizer, type OptimizerOptions, type Update } from './optimizer.ts';

const plain: Update = {
  name: 'sgd',
  state: [],
  hyper: ['learningRate'],
  skipsZero: true,
  change: (_k, { gradient, hyper }) => hyper.learningRate.mul(gradient).neg(),
};

export const heavyBall: Update = {
  name: 'momentum',
  state: ['velocity'],
  hyper: ['learningRate', 'momentum'],
  change: (k, { gradient, state, hyper }) => {
    const velocity = k.let(flush(k, hyper.momentum.mul(state.velocity).add(gradient)));
    state.velocity.set(velocity);
    return hyper.learningRate.mul(velocity).neg();
  },
};

const lookAhead: Update = {
  name: 'nesterov',
  state: ['velocity'],
  hyper: ['learningRate', 'momentum'],
  change: (k, { gradient, state, hyper }) => {
    const g = k.let(gradient);
    const velocity = k.let(flush(k, hyper.momentum.mul(state.velocity).add(g)));
    state.velocity.set(velocity);
    return hyper.learningRate.mul(g.add(hyper.momentum.mul(velocity))).neg();
  },
};

export interface SgdOptions extends OptimizerOptions {
  /** Default 0: plain gradient descent. */
  readonly momentum?: number;
  /** With momentum: its look-ahead form. Default false. */
  readonly nesterov?: boolean;
}

const TABLE = { ...COMMON, momentum: [finite(0, 1), 0], nesterov: [boolean, false] } as const;

/**
 * Gradient descent; with `momentum` the heavy ball, with `nesterov` too its look-ahead form.
 * @throws OptimizerError for an unknown option, a number that is not finite, or below 0, or a momentum from 1 on.
 */
export function sgd(learningRate = 0.01, options: SgdOptions = {}): Optimizer {
  const { momentum, nesterov, ...common } = readOptions('sgd', options, OptimizerError, TABLE);
  expectThat(momentum > 0 || !nesterov, 'sgd: momentum', momentum, 'more than 0 with nesterov', OptimizerError);
  if (momentum === 0) return optimizer(plain, { learningRate }, common);
  return optimizer(nesterov ? lookAhead : heavyBall, { learningRate, momentum }, common);
}

/** `sgd` with momentum 0.9 unless told otherwise. */
export function momentum(learningRate?: number, options: SgdOptions = {}): Optimizer {
  expectOptions('momentum', options, Object.keys(TABLE), OptimizerError);
  return sgd(learningRate, { momentum: 0.9, ...options });
}

/** The same in its look-ahead form. */
export function nesterov(learningRate?: number, options: SgdOptions = {}): Optimizer {
  expectOptions('nesterov', options, Object.keys(TABLE), OptimizerError);
  return sgd(learningRate, { momentum: 0.9, nesterov: true, ...options });
}
