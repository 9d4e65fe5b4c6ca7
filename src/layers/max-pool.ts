// Max pooling: the largest value under each window. Its delta goes to the first place that held it.

import { f32_max_pool } from '../../runtime/simd/kernels/f32-max-pool.ts';
import type { LayerSpec } from './layer.ts';
import { slidingPool, type PoolOptions } from './parts/pool.ts';
import { slidingOf, type Size2d } from './parts/sliding.ts';
import type { Word } from './word.ts';

/**
 * The maximum of each `window` x `window` pixels, or [height, width]: [height, width, channels] to [outHeight,
 * outWidth, channels].
 * @throws ShapeError (when the network is declared) if its input is not an image, or is smaller than the window.
 */
export const maxPool = (window: Size2d, options: PoolOptions = {}): LayerSpec =>
  slidingPool('maxPool', window, options, {
    forward: f32_max_pool,
    integer: 'i8_max_pool',
    gradient: 'f32_max_pool_gradient',
    gradientReadsInput: true,
  });

export const maxPoolWord: Word = {
  form: 'pK[sS][same]',
  about: 'max pool of K x K',
  layers: ({ K, ...slide }) => [maxPool(K, slidingOf(slide))],
};
