// Nesterov's momentum: v <- momentum * v + g;  w <- w - learningRate * (g + momentum * v).
// Sutskever et al., ICML 2013, in the form of PyTorch.

import type { Update, UpdateReference } from '../parts/update.ts';

export const update: Update = {
  name: 'nesterov',
  state: ['velocity'],
  hyper: ['learningRate', 'momentum'],
  apply: (k, { weight, gradient, state, hyper }) => {
    const g = k.let(gradient);
    const velocity = k.let(hyper.momentum.mul(state.velocity).add(g));
    state.velocity.set(velocity);
    return weight.sub(hyper.learningRate.mul(g.add(hyper.momentum.mul(velocity))));
  },
};

export const reference: UpdateReference = ({ weight, gradient, state, hyper }) => {
  state.velocity = Math.fround(Math.fround(hyper.momentum * state.velocity) + gradient);
  const ahead = Math.fround(gradient + Math.fround(hyper.momentum * state.velocity));
  return Math.fround(weight - Math.fround(hyper.learningRate * ahead));
};
