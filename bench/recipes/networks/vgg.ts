// A small network in the manner of VGG (Simonyan and Zisserman, arXiv 1409.1556), on images of 32 x 32 in colour: pairs
// of 3 x 3 convolutions, a max pool behind each. Each pair is a block, one unit with one local delta.

import { block, conv2d, dense, flatten, maxPool, sequential, type LayerSpec } from '../../../src/index.ts';

const pair = (filters: number): LayerSpec[] => {
  const convolution = conv2d(filters, 3, { activation: 'relu', padding: 'same' });
  return [block([convolution, convolution]), maxPool(2)];
};

export default sequential(
  [32, 32, 3],
  [...pair(16), ...pair(32), ...pair(64), flatten(), dense(128, { activation: 'relu' }), dense(10)],
);
