// MobileNet-v1 0.25 at 96 x 96 as MLPerf Tiny ships it for its visual wake words: `models-mlperf-tiny/vww_96.h5` in
// $ONWARD_DATA, as Keras wrote it. Each normalisation over batches is folded into the convolution in front of it, so 27
// layers of weights are left, and the head, which is not read.
//
//   W <- W gamma / sqrt(variance + 0.001);   b <- (b - mean) gamma / sqrt(variance + 0.001) + beta
//
// Source: github.com/mlcommons/tiny, benchmark/training/visual_wake_words/trained_models. Apache-2.0.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conv2d, depthwiseConv2d, globalAveragePool, type LayerSpec } from '../../src/index.ts';
import { openHdf5 } from '../../src/data/index.ts';

const EPSILON = 1e-3;
const same = { activation: 'relu', padding: 'same' } as const;
const FILTERS = [16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256];

/** Without the head. Where filters double but for the first time, the image halves. */
export const layers: readonly LayerSpec[] = [
  conv2d(8, 3, { ...same, stride: 2 }),
  ...FILTERS.flatMap((filters, at) => [
    depthwiseConv2d(3, { ...same, stride: at > 0 && filters > FILTERS[at - 1] ? 2 : 1 }),
    conv2d(filters, 1, same),
  ]),
  globalAveragePool(),
];

/** Weight and bias of each layer, in order. */
export function publishedWeights(): number[][] {
  const file = openHdf5(readFileSync(join(process.env.ONWARD_DATA ?? '.', 'models-mlperf-tiny/vww_96.h5')));
  const numbered = (type: string, number: number): string => (number === 0 ? type : `${type}_${number}`);
  const read = (layer: string, what: string): number[] =>
    Array.from(file.readNumbers(`model_weights/${layer}/${layer}/${what}:0`).data, Number);
  return Array.from({ length: 1 + 2 * FILTERS.length }, (_, at) => {
    const [type, kernel] = at % 2 === 1 ? ['depthwise_conv2d', 'depthwise_kernel'] : ['conv2d', 'kernel'];
    const [layer, normalization] = [numbered(type, Math.floor(at / 2)), numbered('batch_normalization', at)];
    const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((what) =>
      read(normalization, what),
    );
    const gains = gamma.map((gain, column) => gain / Math.sqrt(variance[column] + EPSILON));
    return [
      read(layer, kernel).map((value, index) => value * gains[index % gains.length]),
      read(layer, 'bias').map((value, column) => (value - mean[column]) * gains[column] + beta[column]),
    ];
  }).flat();
}
