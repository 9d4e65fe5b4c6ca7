// Rows of rules by goodness: Forward-Forward, Contrastive Forward, Channel goodness.

import type { Published, Recipe } from './recipe.ts';
import { control, images, short } from './settings.ts';

const FORWARD_FORWARD: Published = {
  accuracy: 98.55,
  source: 'loeweX/Forward-Forward, 3 x 1000',
  tag: 'V',
  epochs: 100,
};
const MOVED: Published = {
  accuracy: 99.31,
  source: 'jesper-olsen/forward-forward-rs, 3 x 1000, images moved by a pixel, dropout',
  tag: '2nd',
  epochs: 200,
};
/** Their two layers have 20 and 9 passes, one after the other. */
const CONTRASTIVE: Published = {
  accuracy: 98.7,
  source: 'Chen et al., arXiv 2409.11593, 2 x 2000, on moved images',
  tag: 'V',
  epochs: 29,
};
const forward = { network: '784-500-500-10', epochs: 5, seeds: [1] } as const;
const forwardForward = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
const hard = { ...forwardForward, set: ['negatives=hard', 'threshold=1'] };
/** Near the published code: docs/results.md tells what differs. */
const asPublished = {
  ...forwardForward,
  optimizer: 'sgdw',
  lr: 0.001,
  schedule: 'cooldown',
  'weight-decay': 0.006,
  set: [
    ...['threshold=1', 'peers=0.00001', 'predictBy=all'],
    ...['readOutOptimizer.lr=0.01', 'readOutOptimizer.weightDecay=0.03'],
  ],
};
/** A group of channels for each class in every layer, and average pools, which keep what a group is. */
const channels = {
  network: '28x28x1-c20k5same-a2-c40k3same-a2-c80k3same-a2-10',
  epochs: 3,
  seeds: [1],
} as const;
const squares = { ...images, lr: 0.01, set: ['goodness=square', 'predictBy=last'] };
const deepForward = { network: '784-1000-1000-1000-10', epochs: 100, seeds: [1] } as const;
const moved = { network: '28x28x1-shift1-1000-1000-1000-10', epochs: 40, seeds: [1] } as const;

export const goodnessRows: readonly Recipe[] = [
  { name: 'forward-backprop', rule: 'backprop', options: control, ...forward, minutes: 1 },
  {
    name: 'forward-forward',
    rule: 'forwardForward',
    options: hard,
    ...forward,
    must: { reach: 96.8 },
    published: FORWARD_FORWARD,
    minutes: 2,
  },
  {
    name: 'short-contrastive-forward',
    network: '784-500-10',
    rule: 'contrastiveForward',
    options: { ...forwardForward, lr: 0.006 },
    ...short,
    published: CONTRASTIVE,
    minutes: 2,
  },
  {
    name: 'contrastive-forward',
    network: '28x28x1-shift1-2000-2000-10',
    rule: 'contrastiveForward',
    options: { ...forwardForward, set: ['above=12', 'below=12', 'cost=0.0001'] },
    epochs: 29,
    seeds: [1],
    published: CONTRASTIVE,
    minutes: 75,
  },
  { name: 'channels-backprop', rule: 'backprop', options: { ...images, lr: 0.003 }, ...channels, minutes: 8 },
  { name: 'channels-goodness', rule: 'channelGoodness', options: squares, ...channels, minutes: 8 },
  {
    name: 'channels-fashion-backprop',
    data: 'fashion-mnist',
    rule: 'backprop',
    options: { ...images, lr: 0.003 },
    ...channels,
    minutes: 8,
  },
  {
    name: 'channels-fashion-goodness',
    data: 'fashion-mnist',
    rule: 'channelGoodness',
    options: squares,
    ...channels,
    minutes: 8,
  },
  { name: 'deep-forward-backprop', rule: 'backprop', options: control, ...deepForward, minutes: 60 },
  {
    name: 'deep-forward-forward',
    rule: 'forwardForward',
    options: asPublished,
    ...deepForward,
    published: FORWARD_FORWARD,
    minutes: 110,
  },
  { name: 'moved-backprop', rule: 'backprop', options: { ...control, dropout: 0.1 }, ...moved, minutes: 25 },
  {
    name: 'moved-forward-forward',
    rule: 'forwardForward',
    options: { ...hard, lr: 0.001, dropout: 0.1 },
    ...moved,
    published: MOVED,
    minutes: 45,
  },
];
