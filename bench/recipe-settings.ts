// What rows of docs/results.md share: published figures, optimisers, networks and passes.

import type { Published } from './recipe.ts';

const DRTP_TABLES = 'Frenkel, Lefebvre, Bol, arXiv 1909.01311';
export const published = (accuracy: number, deviation: number): Published => ({
  accuracy,
  deviation,
  source: DRTP_TABLES,
  tag: 'V',
  epochs: 100,
});

export const TPSGD: Published = { below: 5, source: 'Lomnitz et al., arXiv 2208.08503, of shallow networks', tag: 'V' };
export const monoForwardBelow = (below: number): Published => ({
  below,
  source: 'BeyondBackpropagation (PPAM 2026), of arXiv 2501.09238, at equal passes',
  tag: 'V',
});

export const PEPITA: Published = {
  accuracy: 98.01,
  source: 'Dellaferrera, Kreiman, arXiv 2201.11665, by DeeperForward (ICLR 2025)',
  tag: '2nd',
  epochs: 100,
};
export const FORWARD_FORWARD: Published = {
  accuracy: 98.55,
  source: 'loeweX/Forward-Forward, 3 x 1000',
  tag: 'V',
  epochs: 100,
};
export const STDP: Published = {
  accuracy: 87,
  source: 'Diehl, Cook, Frontiers in Computational Neuroscience 9 (2015), 400 neurons',
  tag: 'M',
  epochs: 3,
};
export const CONTRASTIVE: Published = {
  accuracy: 98.7,
  source: 'Chen et al., arXiv 2409.11593, an MLP on images that are moved, by HCL-FF (CVPR 2026)',
  tag: '2nd',
};

export const control = { activation: 'relu', optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 100 };
export const drtp = {
  activation: 'tanh',
  loss: 'binaryCrossEntropy',
  optimizer: 'adam',
  lr: 0.005,
  schedule: 'linear',
  batch: 100,
};
export const tpsgd = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
export const deep = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32, limit: 10000 };
export const six = {
  network: '28x28x1-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-c16k3same-gap-10',
  epochs: 6,
  seeds: [1],
} as const;
export const images = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32 };
export const two = { network: '28x28x1-c16k3same-p2-c16k3same-p2-10', epochs: 3, seeds: [1, 2, 3] } as const;
export const wide = { network: '28x28x1-c32k5same-p2-1000-10', epochs: 3, seeds: [1] } as const;
export const monoForward = { activation: 'relu', optimizer: 'adam', lr: 0.001, schedule: 'linear', batch: 100 };
/** A fraction of the passes that are published. */
export const short = { epochs: 5, seeds: [1] } as const;
export const forward = { network: '784-500-500-10', epochs: 5, seeds: [1] } as const;
export const forwardForward = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
export const hard = { ...forwardForward, set: ['negatives=hard', 'threshold=1'] };
export const zerothOrder = { activation: 'relu', optimizer: 'sgd', lr: 0.01, schedule: 'linear', batch: 100 };
export const convolution = { network: '28x28x1-c8k5-p2-64-10', epochs: 2, seeds: [1] } as const;
/** A group of channels for each class in every layer, and average pools, which keep what a group is. */
export const channels = {
  network: '28x28x1-c20k5same-a2-c40k3same-a2-c80k3same-a2-10',
  epochs: 3,
  seeds: [1],
} as const;
export const spiking = { optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 50 };
export const coded = { network: '784-t10-rate-400-lif-10', epochs: 2, seeds: [1, 2, 3] } as const;
export const stdp = { network: '784-t30-rate-400-lif0.9-10', rule: 'stdp', epochs: 2, seeds: [1] } as const;
export const stdpOptions = { set: 'target=0.1' };
/** Neurons that see each other's spikes, with thresholds that adapt. */
export const adaptive = { network: '784-t10-rate-r200lif0.9a0.2-10', epochs: 2, seeds: [1, 2, 3] } as const;
export const small = { network: '784-256-10', epochs: 5, seeds: [1, 2, 3] } as const;
export const smallControl = { ...control, lr: 0.2 };
export const smallTpsgd = { ...tpsgd, lr: 0.006 };
export const int8 = { storage: 'int8' };
export const frozen = { set: 'freeze=conv2d', ...drtp, loss: 'crossEntropy', batch: 50 };

/** A tenth of the passes that are published. */
export const denoised = { network: '28x28x1-c16k3same-p2-c32k3same-p2-128-10', epochs: 10, seeds: [1] } as const;
export const pictures = { network: '32x32x3-c16k3same-p2-c32k3same-p2-128-10', epochs: 15, seeds: [1] } as const;
export const noprop = (accuracy: number, deviation?: number, epochs?: number): Published => ({
  accuracy,
  deviation,
  source: 'Li, Teh, Pascanu, arXiv 2503.24322, one-hot',
  epochs,
});

/** As many passes as were published. */
export const tables = { network: '784-1000-10', epochs: 100, seeds: [1, 2, 3] } as const;
export const deepForward = { network: '784-1000-1000-1000-10', epochs: 100, seeds: [1] } as const;
export const twoHidden = { network: '784-1000-1000-10', epochs: 20, seeds: [1, 2, 3, 4, 5] } as const;
export const fashion = { data: 'fashion-mnist', ...twoHidden } as const;
