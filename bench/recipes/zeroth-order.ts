// Rows of zeroth order, whole and with last layers by backpropagation.

import type { Recipe } from './recipe.ts';

const zerothOrder = { activation: 'relu', optimizer: 'sgd', lr: 0.01, schedule: 'linear', batch: 100 };
const convolution = { network: '28x28x1-c8k5-p2-64-10', epochs: 2, seeds: [1] } as const;

export const zerothOrderRows: readonly Recipe[] = [
  {
    name: 'zeroth-order-64',
    network: '784-64-10',
    rule: 'zerothOrder',
    options: { ...zerothOrder, lr: 0.003, set: 'normalize=false' },
    epochs: 10,
    seeds: [1],
  },
  {
    name: 'zeroth-order-last-64',
    network: '784-64-10',
    rule: 'zerothOrder',
    options: { ...zerothOrder, set: 'last=1' },
    epochs: 10,
    seeds: [1],
    must: { reach: 86 },
    minutes: 1,
  },
  {
    name: 'convolution-backprop',
    rule: 'backprop',
    options: { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 },
    ...convolution,
    minutes: 1,
  },
  {
    name: 'convolution-zeroth-order',
    rule: 'zerothOrder',
    options: { ...zerothOrder, set: 'last=2' },
    ...convolution,
    minutes: 1,
    must: { stayWithin: 1, of: 'convolution-backprop' },
  },
];
