// Rows of convolutional networks, of two layers, of six, and in pairs that are a unit each: tpSGD, Mono-Forward, DRTP.

import type { Recipe } from './recipe.ts';
import { PICTURES, TPSGD, images } from './settings.ts';

const deep = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32, limit: 10000 };
const six = {
  network: '28x28x1-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-gap-10',
  epochs: 6,
  seeds: [1],
} as const;
/** With pools between them; local rules by the sign of the gradient, which keeps nothing of a weight. */
const pooled = {
  network: '28x28x1-c16k3same-p2-c16k3same-c16k3same-p2-c16k3same-c16k3same-c16k3same-10',
  epochs: 6,
  seeds: [1],
} as const;
const bySign = { activation: 'relu', optimizer: 'sign', schedule: 'linear', batch: 32, limit: 10000 };
const vgg = { data: PICTURES[1][1], network: 'bench/recipes/networks/vgg.ts', epochs: 6, seeds: [1] } as const;
const inPairs = { optimizer: 'adam', schedule: 'linear', batch: 32, limit: 10000 };
const two = { network: '28x28x1-c16k3same-p2-c16k3same-p2-10', epochs: 3, seeds: [1, 2, 3] } as const;
const wide = { network: '28x28x1-c32k5same-p2-1000-10', epochs: 3, seeds: [1] } as const;

export const convolutionRows: readonly Recipe[] = [
  { name: 'two-convolutions-backprop', rule: 'backprop', options: { ...images, lr: 0.005 }, ...two, minutes: 5 },
  {
    name: 'two-convolutions-tpsgd',
    rule: 'tpsgd',
    options: { ...images, lr: 0.005 },
    ...two,
    must: { stayWithin: 5, of: 'two-convolutions-backprop' },
    published: TPSGD,
    minutes: 5,
  },
  {
    name: 'wide-convolution-backprop',
    rule: 'backprop',
    options: { ...images, lr: 0.003, limit: 10000 },
    ...wide,
    minutes: 3,
  },
  {
    name: 'wide-convolution-tpsgd',
    rule: 'tpsgd',
    options: { ...images, lr: 0.005, limit: 10000 },
    ...wide,
    must: { stayWithin: 5, of: 'wide-convolution-backprop' },
    published: TPSGD,
    minutes: 3,
  },
  { name: 'depth-backprop', rule: 'backprop', options: { ...deep, lr: 0.005 }, ...six, must: { reach: 95 } },
  { name: 'depth-mono-forward', rule: 'monoForward', options: { ...deep, lr: 0.003 }, ...six, must: { reach: 96 } },
  {
    name: 'depth-mono-forward-pooled',
    rule: 'monoForward',
    options: { ...deep, lr: 0.02, set: 'projection=pooled' },
    ...six,
    must: { reach: 85 },
  },
  { name: 'depth-tpsgd', rule: 'tpsgd', options: { ...deep, optimizer: 'sign', lr: 0.015 }, ...six },
  {
    name: 'depth-drtp',
    rule: 'drtp',
    options: { ...deep, activation: 'tanh', loss: 'binaryCrossEntropy', lr: 0.001 },
    ...six,
  },
  { name: 'pooled-backprop', rule: 'backprop', options: { ...deep, lr: 0.003 }, ...pooled, minutes: 2 },
  { name: 'pooled-tpsgd', rule: 'tpsgd', options: { ...bySign, lr: 0.003 }, ...pooled, minutes: 2 },
  { name: 'pooled-drtp', rule: 'drtp', options: { ...bySign, activation: 'tanh', lr: 0.003 }, ...pooled, minutes: 2 },
  { name: 'vgg-backprop', rule: 'backprop', options: { ...inPairs, lr: 0.001 }, ...vgg, minutes: 3 },
  { name: 'vgg-mono-forward', rule: 'monoForward', options: { ...inPairs, lr: 0.001 }, ...vgg, minutes: 3 },
  { name: 'vgg-tpsgd', rule: 'tpsgd', options: { ...inPairs, optimizer: 'sign', lr: 0.003 }, ...vgg, minutes: 3 },
];
