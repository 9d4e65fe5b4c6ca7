// `--network ./bench/networks/vgg-blocks.ts`: two convolutions and a pool, twice, as VGG has them (Simonyan and
// Zisserman, ICLR 2015), each pair one unit: local rules learn through a pair, and hand nothing back before it.

import { block, conv2d, dense, flatten, maxPool, sequential, type LayerSpec } from '../../src/index.ts';

const options = { activation: 'relu', padding: 'same' } as const;
const pair = (filters: number): LayerSpec => block([conv2d(filters, 3, options), conv2d(filters, 3, options)]);

export default sequential(
  [28, 28, 1],
  [pair(16), maxPool(2), pair(32), maxPool(2), flatten(), dense(128, { activation: 'relu' }), dense(10)],
);
