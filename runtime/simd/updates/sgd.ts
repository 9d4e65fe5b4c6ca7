// Stochastic gradient descent: w <- w - learningRate * g.

import type { Update, UpdateReference } from '../parts/update.ts';

export const update: Update = {
  name: 'sgd',
  state: [],
  hyper: ['learningRate'],
  apply: (_k, { weight, gradient, hyper }) => weight.sub(hyper.learningRate.mul(gradient)),
};

export const reference: UpdateReference = ({ weight, gradient, hyper }) =>
  Math.fround(weight - Math.fround(hyper.learningRate * gradient));
