// Stochastic gradient descent with momentum: v <- momentum * v + g;  w <- w - learningRate * v.
// Polyak 1964, in the form of PyTorch (the rate is outside of v, so it may change between steps).

import type { Update, UpdateReference } from '../parts/update.ts';

export const update: Update = {
  name: 'momentum',
  state: ['velocity'],
  hyper: ['learningRate', 'momentum'],
  apply: (k, { weight, gradient, state, hyper }) => {
    const velocity = k.let(hyper.momentum.mul(state.velocity).add(gradient));
    state.velocity.set(velocity);
    return weight.sub(hyper.learningRate.mul(velocity));
  },
};

export const reference: UpdateReference = ({ weight, gradient, state, hyper }) => {
  state.velocity = Math.fround(Math.fround(hyper.momentum * state.velocity) + gradient);
  return Math.fround(weight - Math.fround(hyper.learningRate * state.velocity));
};
