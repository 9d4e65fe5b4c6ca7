// Small networks, one of each kind, on which every learning rule must hold what it owes.

import {
  averagePool,
  block,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePool,
  groupNormalize,
  last,
  latency,
  layerNormalize,
  lif,
  maxPool,
  rate,
  residual,
  sequential,
  recurrent,
  type NetworkSpec,
} from '../layers/index.ts';

export const networks: Readonly<Record<string, NetworkSpec>> = {
  dense: sequential([12], [dense(70, { activation: 'tanh' }), dense(9, { activation: 'relu' }), dense(4)]),
  convolutional: sequential(
    [9, 9, 1],
    [
      conv2d(6, 3, { activation: 'relu' }),
      maxPool(2),
      conv2d(10, 3, { activation: 'tanh', padding: 'same' }),
      averagePool(2),
      flatten(),
      dense(4),
    ],
  ),
  depthwise: sequential(
    [8, 8, 3],
    [
      conv2d(8, 3, { activation: 'relu', stride: 2, padding: 'same' }),
      groupNormalize(4),
      depthwiseConv2d(3, { activation: 'tanh', padding: 'same' }),
      dropout(0.25),
      globalAveragePool(),
      dense(4),
    ],
  ),
  residual: sequential(
    [16],
    [
      dense(16, { activation: 'tanh' }),
      residual([dense(12, { activation: 'tanh' }), layerNormalize(), dense(16)]),
      dense(4),
    ],
  ),
  recurrent: sequential(
    [5],
    [recurrent(dense(8, { activation: 'tanh' })), recurrent(dense(7, { activation: 'tanh' })), last(), dense(4)],
    { steps: 6 },
  ),
  spiking: sequential([12], [rate(), dense(20), lif(), dense(4)], { steps: 5, input: 'still' }),
  spikingConvolutional: sequential(
    [8, 8, 1],
    [
      latency(),
      conv2d(6, 3),
      lif({ threshold: 0.5 }),
      maxPool(2),
      conv2d(8, 3, { padding: 'same' }),
      lif({ threshold: 0.5, reset: 'hard', surrogate: 'atan' }),
      flatten(),
      dense(4),
    ],
    { steps: 4, input: 'still' },
  ),
  spikingRecurrent: sequential(
    [6],
    [
      recurrent(block([dense(9), lif({ threshold: 0.3, currentDecay: 0.6, adaptation: 0.4 })])),
      dense(7, { activation: 'tanh' }),
      dense(4),
    ],
    { steps: 5 },
  ),
};
