// Adam: m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;
//       w <- w - learningRate * (correction1 m) / (sqrt(correction2 v) + epsilon).
// The bias corrections of step t = 1, 2, ... come from the caller: correction1 = 1 / (1 - beta1^t), correction2
// likewise. They belong to the betas as float32 has them, for which 1 - beta is exact from one half on.
// Kingma and Ba, ICLR 2015, algorithm 1.

import type { Update, UpdateReference } from '../parts/update.ts';

export const update: Update = {
  name: 'adam',
  state: ['firstMoment', 'secondMoment'],
  hyper: ['learningRate', 'beta1', 'beta2', 'epsilon', 'correction1', 'correction2'],
  apply: (k, { weight, gradient, state, hyper }) => {
    const { learningRate, beta1, beta2, epsilon, correction1, correction2 } = hyper;
    const g = k.let(gradient);
    const first = k.let(beta1.mul(state.firstMoment).add(k.f32(1).sub(beta1).mul(g)));
    const second = k.let(beta2.mul(state.secondMoment).add(k.f32(1).sub(beta2).mul(g.mul(g))));
    state.firstMoment.set(first);
    state.secondMoment.set(second);
    const step = correction1.mul(first).div(correction2.mul(second).sqrt().add(epsilon));
    return weight.sub(learningRate.mul(step));
  },
};

export const reference: UpdateReference = ({ weight, gradient, state, hyper }) => {
  const { learningRate, beta1, beta2, epsilon, correction1, correction2 } = hyper;
  const round = Math.fround;
  const square = round(gradient * gradient);
  const first = round(round(beta1 * state.firstMoment) + round(round(1 - beta1) * gradient));
  const second = round(round(beta2 * state.secondMoment) + round(round(1 - beta2) * square));
  state.firstMoment = first;
  state.secondMoment = second;
  const denominator = round(round(Math.sqrt(round(correction2 * second))) + epsilon);
  const step = round(round(correction1 * first) / denominator);
  return round(weight - round(learningRate * step));
};
