// Rows of random feedback and random targets, on one hidden layer: DRTP, feedback alignment, DFA, PEPITA, tpSGD.

import type { Published, Recipe } from './recipe.ts';
import { control, short, tpsgd } from './settings.ts';

const DRTP_TABLES = 'Frenkel, Lefebvre, Bol, arXiv 1909.01311';
const published = (accuracy: number, deviation: number): Published => ({
  accuracy,
  deviation,
  source: DRTP_TABLES,
  tag: 'V',
  epochs: 100,
});
const PEPITA: Published = {
  accuracy: 98.01,
  source: 'Dellaferrera, Kreiman, arXiv 2201.11665, by DeeperForward (ICLR 2025)',
  tag: '2nd',
  epochs: 100,
};
const drtp = {
  activation: 'tanh',
  loss: 'binaryCrossEntropy',
  optimizer: 'adam',
  lr: 0.005,
  schedule: 'linear',
  batch: 100,
};
const frozen = { trainable: 'dense', ...drtp, loss: 'crossEntropy', batch: 50 };
/** As many passes as were published. */
const tables = { network: '784-1000-10', epochs: 100, seeds: [1] } as const;

export const feedbackRows: readonly Recipe[] = [
  {
    name: 'backprop-1000',
    network: '784-1000-10',
    rule: 'backprop',
    options: control,
    epochs: 20,
    seeds: [1],
    published: published(98.24, 0.06),
  },
  {
    name: 'backprop-500',
    network: '784-500-10',
    rule: 'backprop',
    options: control,
    epochs: 20,
    seeds: [1],
    published: published(98.28, 0.08),
  },
  {
    name: 'drtp-1000',
    network: '784-1000-10',
    rule: 'drtp',
    options: drtp,
    epochs: 30,
    seeds: [1, 2],
    published: published(95.97, 0.13),
    minutes: 9,
  },
  {
    name: 'drtp-500',
    network: '784-500-10',
    rule: 'drtp',
    options: drtp,
    epochs: 30,
    seeds: [1],
    published: published(95.42, 0.12),
  },
  { name: 'tpsgd-1000', network: '784-1000-10', rule: 'tpsgd', options: tpsgd, epochs: 30, seeds: [1, 2], minutes: 10 },
  { name: 'tpsgd-500', network: '784-500-10', rule: 'tpsgd', options: tpsgd, epochs: 30, seeds: [1] },
  { name: 'tpsgd-ln-1000', network: '784-ln-1000-10', rule: 'tpsgd', options: tpsgd, epochs: 30, seeds: [1] },
  {
    name: 'drtp-frozen-convolution',
    network: '28x28x1-c32k5same:relu-p2-1000-10',
    rule: 'drtp',
    options: frozen,
    epochs: 10,
    seeds: [1],
    published: published(98.13, 0.11),
  },
  { name: 'short-backprop', network: '784-500-10', rule: 'backprop', options: control, ...short, minutes: 1 },
  {
    name: 'short-feedback-alignment',
    network: '784-500-10',
    rule: 'feedbackAlignment',
    options: control,
    ...short,
    must: { reach: 97 },
    published: published(98.08, 0.08),
    minutes: 1,
  },
  {
    name: 'short-dfa',
    network: '784-500-10',
    rule: 'dfa',
    options: { ...control, lr: 0.2 },
    ...short,
    must: { reach: 97 },
    published: published(97.41, 0.11),
    minutes: 1,
  },
  {
    name: 'short-pepita',
    network: '784-500-10',
    rule: 'pepita',
    options: { ...control, lr: 0.3 },
    ...short,
    must: { reach: 95.8 },
    published: PEPITA,
    minutes: 1,
  },
  {
    name: 'tables-backprop',
    rule: 'backprop',
    options: control,
    ...tables,
    published: published(98.24, 0.06),
    minutes: 20,
  },
  {
    name: 'tables-feedback-alignment',
    rule: 'feedbackAlignment',
    options: control,
    ...tables,
    published: published(98.1, 0.07),
    minutes: 20,
  },
  {
    name: 'tables-dfa',
    rule: 'dfa',
    options: { ...control, lr: 0.2 },
    ...tables,
    published: published(97.88, 0.05),
    minutes: 20,
  },
  {
    name: 'tables-drtp',
    rule: 'drtp',
    options: { ...drtp, lr: 0.00015, schedule: 'constant', batch: 60 },
    ...tables,
    published: published(95.97, 0.13),
    minutes: 12,
  },
  {
    name: 'pepita-1024',
    network: '784-1024-10',
    rule: 'pepita',
    options: { ...control, lr: 0.3, batch: 64, dropout: 0.1 },
    epochs: 100,
    seeds: [1],
    published: PEPITA,
    minutes: 30,
  },
];
