// The keyword network of MLPerf Tiny, DS-CNN (Zhang et al., arXiv 1711.07128), without its head: of [49, 10, 1].

import { conv2d, depthwiseConv2d, globalAveragePool, type LayerSpec } from '../../src/index.ts';

const same = { activation: 'relu', padding: 'same' } as const;

export const keywordLayers: readonly LayerSpec[] = [
  conv2d(64, [10, 4], { ...same, stride: 2 }),
  ...[1, 2, 3, 4].flatMap(() => [depthwiseConv2d(3, same), conv2d(64, 1, same)]),
  globalAveragePool(),
];
