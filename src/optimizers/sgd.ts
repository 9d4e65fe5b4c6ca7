// Gradient descent, plain and with momentum.
//
//   sgd        w <- w - learningRate * g
//   momentum   v <- momentum * v + g;  w <- w - learningRate * v                    Polyak 1964
//   nesterov   v <- momentum * v + g;  w <- w - learningRate * (g + momentum * v)   Sutskever et al., ICML 2013
//
// The last two as PyTorch formulates them: the rate is outside of v, so it may change between steps.

import { flush } from '../../runtime/simd/parts/flush.ts';
import { expectBoolean, expectThat } from '../options.ts';
import { OptimizerError } from './error.ts';
import {
  expectDecays,
  expectKnown,
  optimizer,
  type Optimizer,
  type OptimizerOptions,
  type Update,
} from './optimizer.ts';

const plain: Update = {
  name: 'sgd',
  state: [],
  hyper: ['learningRate'],
  skipsZero: true,
  change: (_k, { gradient, hyper }) => hyper.learningRate.mul(gradient).neg(),
};

const heavyBall: Update = {
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

const OWN = ['momentum', 'nesterov'] as const;

/**
 * Gradient descent; with `momentum` the heavy ball, with `nesterov` too its look-ahead form.
 * @throws OptimizerError for an unknown option, a number that is not finite, or below 0, or a momentum from 1 on.
 */
export function sgd(learningRate = 0.01, options: SgdOptions = {}): Optimizer {
  expectKnown('sgd', options, OWN);
  const { momentum: decay = 0, nesterov: looksAhead = false, ...common } = options;
  expectDecays('sgd', { momentum: decay });
  expectBoolean('sgd: nesterov', looksAhead, OptimizerError);
  expectThat(decay > 0 || !looksAhead, 'sgd: momentum', decay, 'more than 0 with nesterov', OptimizerError);
  if (decay === 0) return optimizer(plain, { learningRate }, common);
  return optimizer(looksAhead ? lookAhead : heavyBall, { learningRate, momentum: decay }, common);
}

/** `sgd` with momentum 0.9 unless told otherwise. */
export function momentum(learningRate?: number, options: SgdOptions = {}): Optimizer {
  expectKnown('momentum', options, OWN);
  return sgd(learningRate, { momentum: 0.9, ...options });
}

/** The same in its look-ahead form. */
export function nesterov(learningRate?: number, options: SgdOptions = {}): Optimizer {
  expectKnown('nesterov', options, OWN);
  return sgd(learningRate, { momentum: 0.9, nesterov: true, ...options });
}
