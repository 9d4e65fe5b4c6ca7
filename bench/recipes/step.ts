// Rows of the networks whose steps are timed (`onward bench step`): what they learn. Plain SGD is timed, as the peers
// have it; Adam teaches all three rules here.

import type { Told } from '../shared/ask-onward.ts';
import type { Recipe } from './recipe.ts';

const adam = { activation: 'relu', optimizer: 'adam', schedule: 'linear' };
const subjects = {
  perceptron: { network: '784-256-10', batch: 32, rates: { backprop: 0.003, tpsgd: 0.003, drtp: 0.003 } },
  wide: { network: '784-1024-1024-10', batch: 64, rates: { backprop: 0.003, tpsgd: 0.01, drtp: 0.001 } },
  convolution: {
    network: '28x28x1-c32k5-p2-128-10',
    batch: 32,
    rates: { backprop: 0.003, tpsgd: 0.003, drtp: 0.01 },
  },
} as const;

export const stepRows: readonly Recipe[] = Object.entries(subjects).flatMap(([name, { network, batch, rates }]) =>
  (['backprop', 'tpsgd', 'drtp'] as const).map((rule): Recipe => {
    const options: Told = { ...adam, batch, lr: rates[rule] };
    return { name: `step-${name}-${rule}`, network, rule, options, epochs: 3, seeds: [1], minutes: 1 };
  }),
);
