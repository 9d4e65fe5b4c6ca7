// The update that only adds up: what accumulators and gradients in memory are made with.

import type { Update } from '../../runtime/simd/parts/update.ts';

/** W <- W + g. */
export const summing: Update = {
  name: 'sum',
  state: [],
  hyper: [],
  skipsZero: true,
  change: (_k, { gradient }) => gradient,
};
