// The layers a network is made of, one line each.

export type { Activation } from './parts/activation.ts';
export { averagePool } from './average-pool.ts';
export { block } from './block.ts';
export { delta, events, latency, rate, type DeltaOptions } from './coding.ts';
export { conv2d, type Conv2dOptions } from './conv2d.ts';
export { dense, type DenseOptions } from './dense.ts';
export { depthwiseConv2d, type DepthwiseConv2dOptions } from './depthwise-conv2d.ts';
export { dropout } from './dropout.ts';
export { flatten } from './flatten.ts';
export { globalAveragePool } from './global-average-pool.ts';
export { ShapeError, type LayerOptions, type LayerSpec, type WeightOptions } from './layer.ts';
export { lif, type LifOptions, type Surrogate } from './lif.ts';
export { lora, type LoraOptions } from './lora.ts';
export { maxPool } from './max-pool.ts';
export { sequential, type NamedSpec, type NetworkSpec, type TimeOptions } from './network.ts';
export {
  groupNormalize,
  l2Normalize,
  layerNormalize,
  rmsNormalize,
  type NormalizeOptions,
} from './normalize.ts';
export type { PoolOptions } from './parts/pool.ts';
export { randomTranslation } from './random-translation.ts';
export { recurrent } from './recurrent.ts';
export { rescale } from './rescale.ts';
export { residual, type ResidualOptions } from './residual.ts';
export { last, mean } from './time.ts';
export type { Padding, Size2d } from './parts/sliding.ts';
