// Global average pooling: the mean of each channel over the whole image.

import { averageKernels } from './average-pool.ts';
import { expectRank, nameOf, type LayerOptions, type LayerSpec } from './layer.ts';
import { pool } from './parts/pool.ts';
import type { Word } from './word.ts';

/**
 * From [height, width, channels] to [channels].
 * @throws ShapeError (when the network is declared) if its input is not an image.
 */
export const globalAveragePool = (options: LayerOptions = {}): LayerSpec => {
  const name = nameOf('globalAveragePool', options);
  return pool({ type: 'globalAveragePool', name, config: {} }, averageKernels, (inputShape, layer) => {
    expectRank(layer, inputShape, 3, '[height, width, channels]');
    const [height, width, channels] = inputShape;
    const sizes = {
      height,
      width,
      channels,
      outHeight: 1,
      outWidth: 1,
      padTop: 0,
      padLeft: 0,
      kernelHeight: height,
      kernelWidth: width,
      strideHeight: 1,
      strideWidth: 1,
    };
    return { outputShape: [channels], sizes };
  });
};

export const globalAveragePoolWord: Word = {
  form: 'gap',
  about: 'global average pool',
  layers: () => [globalAveragePool()],
};
