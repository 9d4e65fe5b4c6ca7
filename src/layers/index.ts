// The layers a network is made of, one line each, with the words by which the command line names them (word.ts).

export type { Activation } from './parts/activation.ts';
export { averagePool, averagePoolWord } from './average-pool.ts';
export { block } from './block.ts';
export { latency, latencyWord, rate, rateWord } from './coding.ts';
export { conv2d, conv2dWord, type Conv2dOptions } from './conv2d.ts';
export { dense, denseWord, type DenseOptions } from './dense.ts';
export { depthwiseConv2d, depthwiseConv2dWord } from './depthwise-conv2d.ts';
export { dropout } from './dropout.ts';
export { flatten, flattenWord } from './flatten.ts';
export { globalAveragePool, globalAveragePoolWord } from './global-average-pool.ts';
export { ShapeError, type LayerSpec } from './layer.ts';
export { lif, lifWord, type LifOptions, type Surrogate } from './lif.ts';
export { maxPool, maxPoolWord } from './max-pool.ts';
export { sequential, type NetworkSpec } from './network.ts';
export * from './normalize.ts';
export type { PoolOptions } from './parts/pool.ts';
export { recurrent, recurrentWord } from './recurrent.ts';
export { rescale } from './rescale.ts';
export { residual, type ResidualOptions } from './residual.ts';
export { last, lastWord, mean, meanWord } from './time.ts';
export type { Padding } from './parts/sliding.ts';
