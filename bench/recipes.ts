// The rows of docs/results.md: what is trained, and the figures it is held against. Data; `onward reproduce` runs them.
// They were chosen on 10,000 of the 60,000 training images, or on fewer; the test set only judged them.

import type { Published, Recipe } from './recipe.ts';

const DRTP_TABLES = 'Frenkel, Lefebvre, Bol, arXiv 1909.01311';
const published = (accuracy: number, deviation: number): Published => ({
  accuracy,
  deviation,
  source: DRTP_TABLES,
  tag: 'V',
  epochs: 100,
});

const TPSGD: Published = { below: 5, source: 'Lomnitz et al., arXiv 2208.08503, of shallow networks', tag: 'V' };
const monoForwardBelow = (below: number): Published => ({
  below,
  source: 'BeyondBackpropagation (PPAM 2026), of arXiv 2501.09238, at equal passes',
  tag: 'V',
});

const PEPITA: Published = {
  accuracy: 98.01,
  source: 'Dellaferrera, Kreiman, arXiv 2201.11665, by DeeperForward (ICLR 2025)',
  tag: '2nd',
  epochs: 100,
};
const FORWARD_FORWARD: Published = {
  accuracy: 98.55,
  source: 'loeweX/Forward-Forward, 3 x 1000',
  tag: 'V',
  epochs: 100,
};
const CONTRASTIVE: Published = {
  accuracy: 98.7,
  source: 'Chen et al., arXiv 2409.11593, an MLP on images that are moved, by HCL-FF (CVPR 2026)',
  tag: '2nd',
};

const control = { activation: 'relu', optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 100 };
const drtp = {
  activation: 'tanh',
  loss: 'binaryCrossEntropy',
  optimizer: 'adam',
  lr: 0.005,
  schedule: 'linear',
  batch: 100,
};
const tpsgd = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
const deep = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32, limit: 10000 };
const six = {
  network: '28x28x1-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-gap-10',
  epochs: 6,
  seeds: [1],
} as const;
const images = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32 };
const two = { network: '28x28x1-c16k3same-p2-c16k3same-p2-10', epochs: 3, seeds: [1, 2, 3] } as const;
const wide = { network: '28x28x1-c32k5same-p2-1000-10', epochs: 3, seeds: [1] } as const;
const monoForward = { activation: 'relu', optimizer: 'adam', lr: 0.001, schedule: 'linear', batch: 100 };
/** A fraction of the passes that are published. */
const short = { epochs: 5, seeds: [1] } as const;
const forward = { network: '784-500-500-10', epochs: 5, seeds: [1] } as const;
const forwardForward = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
const hard = { ...forwardForward, set: ['negatives=hard', 'threshold=1'] };
const zerothOrder = { activation: 'relu', optimizer: 'sgd', lr: 0.01, schedule: 'linear', batch: 100 };
const convolution = { network: '28x28x1-c8k5-p2-64-10', epochs: 2, seeds: [1] } as const;
/** A group of channels for each class in every layer, and average pools, which keep what a group is. */
const channels = { network: '28x28x1-c20k5same-a2-c40k3same-a2-c80k3same-a2-10', epochs: 3, seeds: [1] } as const;
const stdp = { network: '784-t30-rate-400-lif0.9-10', rule: 'stdp', epochs: 2, seeds: [1] } as const;
const spiking = { optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 50 };
/** Neurons that see each other's spikes, with thresholds that adapt. */
const adaptive = { network: '784-t10-rate-r200lif0.9a0.2-10', epochs: 2, seeds: [1, 2, 3] } as const;
const small = { network: '784-256-10', epochs: 5, seeds: [1, 2, 3] } as const;
const smallControl = { ...control, lr: 0.2 };
const smallTpsgd = { ...tpsgd, lr: 0.006 };
const int8 = { storage: 'int8' };
const frozen = { set: 'freeze=conv2d', ...drtp, loss: 'crossEntropy', batch: 50 };

/** A tenth of the passes that are published. */
const denoised = { network: '28x28x1-c16k3same-p2-c32k3same-p2-128-10', epochs: 10, seeds: [1] } as const;
const pictures = { network: '32x32x3-c16k3same-p2-c32k3same-p2-128-10', epochs: 15, seeds: [1] } as const;
const noprop = (accuracy: number, deviation?: number, epochs?: number): Published => ({
  accuracy,
  deviation,
  source: 'Li, Teh, Pascanu, arXiv 2503.24322, one-hot',
  epochs,
});

/** As many passes as were published. */
const tables = { network: '784-1000-10', epochs: 100, seeds: [1, 2, 3] } as const;
const deepForward = { network: '784-1000-1000-1000-10', epochs: 100, seeds: [1] } as const;
const twoHidden = { network: '784-1000-1000-10', epochs: 20, seeds: [1, 2, 3, 4, 5] } as const;
const fashion = { data: 'fashion-mnist', ...twoHidden } as const;

export const recipes = [
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
  { name: 'channels-backprop', rule: 'backprop', options: { ...images, lr: 0.003 }, ...channels, minutes: 8 },
  { name: 'channels-goodness', rule: 'channelGoodness', options: { ...images, lr: 0.01 }, ...channels, minutes: 8 },
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
    options: { ...images, lr: 0.01 },
    ...channels,
    minutes: 8,
  },
  {
    name: 'drtp-frozen-convolution',
    network: '28x28x1-c32k5same:relu-p2-1000-10',
    rule: 'drtp',
    options: frozen,
    epochs: 10,
    seeds: [1],
    published: published(98.13, 0.11),
  },
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
  { name: 'backprop-256', rule: 'backprop', options: smallControl, ...small, minutes: 2 },
  {
    name: 'backprop-256-int8',
    rule: 'backprop',
    options: { ...smallControl, ...int8 },
    ...small,
    must: { stayWithin: 0.5, of: 'backprop-256' },
    minutes: 2,
  },
  { name: 'tpsgd-256', rule: 'tpsgd', options: smallTpsgd, ...small, minutes: 2 },
  {
    name: 'tpsgd-256-int8',
    rule: 'tpsgd',
    options: { ...smallTpsgd, ...int8 },
    ...small,
    must: { stayWithin: 0.5, of: 'tpsgd-256' },
    minutes: 2,
  },
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
  { name: 'depth-backprop', rule: 'backprop', options: { ...deep, lr: 0.005 }, ...six, must: { reach: 95 } },
  { name: 'depth-mono-forward', rule: 'monoForward', options: { ...deep, lr: 0.003 }, ...six, must: { reach: 96 } },
  {
    name: 'depth-mono-forward-pooled',
    rule: 'monoForward',
    options: { ...deep, lr: 0.02, set: 'projection=pooled' },
    ...six,
    must: { reach: 85 },
  },
  { name: 'depth-tpsgd', rule: 'tpsgd', options: { ...deep, lr: 0.003 }, ...six },
  {
    name: 'depth-drtp',
    rule: 'drtp',
    options: { ...deep, activation: 'tanh', loss: 'binaryCrossEntropy', lr: 0.001 },
    ...six,
  },
  {
    name: 'mono-forward-500-500',
    network: '784-500-500-10',
    rule: 'monoForward',
    options: monoForward,
    epochs: 5,
    seeds: [1, 2, 3],
    must: { reach: 97.9 },
    minutes: 3,
  },
  {
    name: 'spiking-sltt',
    network: '784-t10-rate-400-lif-10',
    rule: 'sltt',
    options: spiking,
    epochs: 2,
    seeds: [1, 2, 3],
    must: { reach: 97.2 },
    minutes: 6,
  },
  {
    name: 'spiking-stdp',
    network: '784-t30-rate-400-lif0.9-10',
    rule: 'stdp',
    options: { set: 'target=0.1' },
    epochs: 3,
    seeds: [1, 2, 3],
    published: {
      accuracy: 87,
      source: 'Diehl, Cook, Frontiers in Computational Neuroscience 9 (2015), 400 neurons',
      tag: 'M',
      epochs: 3,
    },
    minutes: 35,
  },
  { ...stdp, name: 'short-stdp', options: { set: 'target=0.1', limit: 6000 }, must: { reach: 80 }, minutes: 2 },
  {
    name: 'spiking-backprop',
    network: '784-t10-rate-400-lif-10',
    rule: 'backprop',
    options: spiking,
    epochs: 2,
    seeds: [1, 2, 3],
    minutes: 7,
  },
  {
    name: 'spiking-ottt',
    network: '784-t10-rate-400-lif-10',
    rule: 'ottt',
    options: spiking,
    epochs: 2,
    seeds: [1, 2, 3],
    must: { stayWithin: 1, of: 'spiking-backprop' },
    minutes: 9,
  },
  {
    name: 'spiking-decolle',
    network: '784-t10-rate-400-lif-10',
    rule: 'decolle',
    options: { ...spiking, optimizer: 'adam', lr: 0.001 },
    epochs: 2,
    seeds: [1, 2, 3],
    must: { stayWithin: 2, of: 'spiking-backprop' },
    minutes: 12,
  },
  {
    name: 'spiking-sltt-k',
    network: '784-t10-rate-400-lif-10',
    rule: 'sltt',
    options: { ...spiking, set: 'k=5' },
    epochs: 2,
    seeds: [1, 2, 3],
    must: { stayWithin: 1, of: 'spiking-backprop' },
    minutes: 5,
  },
  { name: 'adaptive-backprop', rule: 'backprop', options: spiking, ...adaptive, minutes: 5 },
  { name: 'adaptive-eprop', rule: 'eprop', options: { ...spiking, lr: 0.2 }, ...adaptive, minutes: 6 },
  {
    name: 'tables-backprop',
    rule: 'backprop',
    options: control,
    ...tables,
    published: published(98.24, 0.06),
    minutes: 45,
  },
  {
    name: 'tables-feedback-alignment',
    rule: 'feedbackAlignment',
    options: control,
    ...tables,
    published: published(98.1, 0.07),
    minutes: 45,
  },
  {
    name: 'tables-dfa',
    rule: 'dfa',
    options: { ...control, lr: 0.2 },
    ...tables,
    published: published(97.88, 0.05),
    minutes: 45,
  },
  {
    name: 'tables-drtp',
    rule: 'drtp',
    options: { ...drtp, batch: 32 },
    ...tables,
    published: published(95.97, 0.13),
    minutes: 70,
  },
  {
    name: 'tables-tpsgd',
    rule: 'tpsgd',
    options: tpsgd,
    ...tables,
    must: { stayWithin: 5, of: 'tables-backprop' },
    published: TPSGD,
    minutes: 50,
  },
  {
    name: 'pepita-1024',
    network: '784-1024-10',
    rule: 'pepita',
    options: { ...control, lr: 0.3, batch: 64, dropout: 0.1 },
    epochs: 100,
    seeds: [1, 2, 3],
    published: PEPITA,
    minutes: 80,
  },
  { name: 'deep-forward-backprop', rule: 'backprop', options: control, ...deepForward, minutes: 60 },
  {
    name: 'deep-forward-forward',
    rule: 'forwardForward',
    options: hard,
    ...deepForward,
    published: FORWARD_FORWARD,
    minutes: 110,
  },
  { name: 'mono-forward-backprop', rule: 'backprop', options: control, ...twoHidden, minutes: 37 },
  {
    name: 'mono-forward-1000-1000',
    rule: 'monoForward',
    options: monoForward,
    ...twoHidden,
    must: { stayWithin: 0.22, of: 'mono-forward-backprop' },
    published: monoForwardBelow(0.22),
    minutes: 28,
  },
  { name: 'fashion-backprop', rule: 'backprop', options: control, ...fashion, minutes: 37 },
  {
    name: 'fashion-mono-forward',
    rule: 'monoForward',
    options: monoForward,
    ...fashion,
    must: { stayWithin: 0.49, of: 'fashion-backprop' },
    published: monoForwardBelow(0.49),
    minutes: 28,
  },
  { name: 'noprop-backprop', rule: 'backprop', options: { ...images, lr: 0.005 }, ...denoised, minutes: 5 },
  {
    name: 'noprop-discrete',
    rule: 'noprop',
    options: { ...images, lr: 0.01 },
    ...denoised,
    must: { stayWithin: 1, of: 'noprop-backprop' },
    published: noprop(99.47, 0.05, 100),
    minutes: 45,
  },
  {
    name: 'noprop-continuous',
    rule: 'noprop',
    options: { ...images, lr: 0.01, set: 'time=continuous' },
    ...denoised,
    published: noprop(97.84),
    minutes: 8,
  },
  {
    name: 'noprop-flow',
    rule: 'noprop',
    options: { ...images, lr: 0.01, set: 'time=flow' },
    ...denoised,
    published: noprop(99.21),
    minutes: 8,
  },
  {
    name: 'pictures-backprop',
    data: 'cifar10',
    rule: 'backprop',
    options: { ...images, lr: 0.003 },
    ...pictures,
    minutes: 10,
  },
  {
    name: 'pictures-noprop',
    data: 'cifar10',
    rule: 'noprop',
    options: { ...images, lr: 0.003 },
    ...pictures,
    published: noprop(79.25, 0.28, 150),
    minutes: 90,
  },
] as const satisfies readonly Recipe[];
