// SignSGD: w <- w - learningRate * sign(g); a zero gradient moves nothing, NaN stays NaN.
// Bernstein et al., ICML 2018, algorithm 1.

import type { Update, UpdateReference } from '../parts/update.ts';

export const update: Update = {
  name: 'sign',
  state: [],
  hyper: ['learningRate'],
  apply: (k, { weight, gradient, hyper }) => {
    const g = k.let(gradient);
    const sign = g.gt(0).select(1, g.lt(0).select(-1, g));
    return weight.sub(hyper.learningRate.mul(sign));
  },
};

export const reference: UpdateReference = ({ weight, gradient, hyper }) => {
  const sign = gradient > 0 ? 1 : gradient < 0 ? -1 : gradient;
  return Math.fround(weight - Math.fround(hyper.learningRate * sign));
};
