// Updates for the generic test of the kernels that spend gradients: one without state, one that keeps and reads some.
// The optimisers themselves are tried in the same way (test/optimizers).

import type { Update } from '../parts/update.ts';

const plain: Update = {
  name: 'plain',
  state: [],
  hyper: ['rate'],
  skipsZero: true,
  change: (_k, { gradient, hyper }) => hyper.rate.mul(gradient).neg(),
};

const heavy: Update = {
  name: 'heavy',
  state: ['velocity'],
  hyper: ['rate', 'decay'],
  change: (k, { weight, gradient, state, hyper }) => {
    const velocity = k.let(hyper.rate.mul(state.velocity).add(gradient));
    state.velocity.set(velocity);
    return velocity.add(hyper.decay.mul(weight)).neg();
  },
};

export const sampleUpdates: Update[] = [plain, heavy];
