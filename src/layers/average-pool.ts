// Average pooling: the mean under each window, of those of its pixels that lie in the image.

import { f32_average_pool } from '../../runtime/simd/kernels/f32-average-pool.ts';
import type { LayerSpec } from './layer.ts';
import { slidingPool, type PoolKernels, type PoolOptions } from './parts/pool.ts';
import { slidingOf, type Size2d } from './parts/sliding.ts';
import type { Word } from './word.ts';

export const averageKernels: PoolKernels = {
  forward: f32_average_pool,
  integer: 'i8_average_pool',
  gradient: 'f32_average_pool_gradient',
  gradientReadsInput: false,
};

/**
 * The mean of each `window` x `window` pixels, or [height, width]: [height, width, channels] to [outHeight, outWidth,
 * channels].
 * @throws ShapeError (when the network is declared) if its input is not an image, or is smaller than the window.
 */
export const averagePool = (window: Size2d, options: PoolOptions = {}): LayerSpec =>
  slidingPool('averagePool', window, options, averageKernels);

export const averagePoolWord: Word = {
  form: 'aK[sS][same]',
  about: 'average pool of K x K',
  layers: ({ K, ...slide }) => [averagePool(K, slidingOf(slide))],
};
