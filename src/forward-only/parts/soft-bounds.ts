// Steps that grow smaller toward the bounds 0 and 1 of a weight, as conductances change: where a gradient that is -1/2
// with a probability p and else 1/2 moves a weight, it goes to p.
//
//   w <- w - learningRate * g * (1 - w)  for g < 0;   w <- w - learningRate * g * w  for g >= 0;   cut to 0..1

import { optimizer, type Optimizer, type OptimizerOptions, type Update } from '../../optimizers/optimizer.ts';

const update: Update = {
  name: 'softBounds',
  state: [],
  hyper: ['learningRate'],
  change: (k, { weight, gradient, hyper }) => {
    const [w, g] = [k.let(weight), k.let(gradient)];
    const room = g.lt(0).select(k.f32(1).sub(w), w);
    const moved = k.let(w.sub(hyper.learningRate.mul(g).mul(room)));
    return moved.pmax(0).pmin(1).sub(w);
  },
};

export const softBounds = (learningRate: number, options: OptimizerOptions = {}): Optimizer =>
  optimizer(update, { learningRate }, options);
