// What rows of several families share: optimisers by which they were tuned, passes, and a published figure.

import type { Published } from './recipe.ts';

export const TPSGD: Published = { below: 5, source: 'Lomnitz et al., arXiv 2208.08503, of shallow networks', tag: 'V' };
export const control = { activation: 'relu', optimizer: 'momentum', lr: 0.1, schedule: 'linear', batch: 100 };
export const tpsgd = { activation: 'relu', optimizer: 'adam', lr: 0.003, schedule: 'linear', batch: 100 };
export const images = { activation: 'relu', optimizer: 'adam', schedule: 'linear', batch: 32 };
/** A fraction of the passes that are published. */
export const short = { epochs: 5, seeds: [1] } as const;
/** CIFAR-10, and its pictures compressed by JPEG of quality 75: which is another set, and has no address. */
export const PICTURES = [
  ['pictures', 'cifar10'],
  ['jpeg', 'bench/data/cifar10-jpeg.ts'],
] as const;
