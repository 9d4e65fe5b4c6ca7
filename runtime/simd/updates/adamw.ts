// AdamW: w <- w - learningRate * weightDecay * w, and then the step of Adam: decay that the moments do not see.
// Loshchilov and Hutter, ICLR 2019, algorithm 2, with the rate on the decay as in PyTorch.

import type { Update, UpdateReference } from '../parts/update.ts';
import { reference as adamReference, update as adam } from './adam.ts';

export const update: Update = {
  name: 'adamw',
  state: adam.state,
  hyper: [...adam.hyper, 'weightDecay'],
  apply: (k, { weight, gradient, state, hyper }) => {
    const w = k.let(weight);
    const decayed = w.sub(hyper.learningRate.mul(hyper.weightDecay).mul(w));
    return adam.apply(k, { weight: decayed, gradient, state, hyper });
  },
};

export const reference: UpdateReference = ({ weight, gradient, state, hyper }) => {
  const decay = Math.fround(Math.fround(hyper.learningRate * hyper.weightDecay) * weight);
  return adamReference({ weight: Math.fround(weight - decay), gradient, state, hyper });
};
