// A convolution of every channel by itself: x [height, width, channels], y [outHeight, outWidth, channels],
// y[.., c] = f(x[.., c] * W[.., c] + b[c]). A dense mixing of channels (conv2d with kernel size 1) usually follows.
//
// Its gradient goes sample by sample and band by band of rows (quantization/bands.ts): the dz of a band is evaluated
// and added to the gradient, which is as small as the weight, and is spent at the end of the batch.

import { f32_depthwise_conv2d } from '../../runtime/simd/kernels/f32-depthwise-conv2d.ts';
import { f32_depthwise_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-depthwise-conv2d-weight-gradient.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Tensor, Expression } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { deltaOf, forBands, rowsOf, zeros } from '../quantization/bands.ts';
import type { Weights } from '../quantization/site.ts';
import { learningColumns, type LearnSite } from '../quantization/storage.ts';
import type { Conv2dOptions } from './conv2d.ts';
import { needed, readLayer, type Layer, type LayerContext, type LayerSpec, type WeightOptions } from './layer.ts';
import { defaultInitializer, expectActivation, type Activation } from './parts/activation.ts';
import { multiplyBands } from './parts/multiply-bands.ts';
import { productLayer } from './parts/product.ts';
import { both, expectSize, plainSize, slide, SLIDING, slidingOf, type Size2d, type Sliding } from './parts/sliding.ts';
import { PRODUCT, weightsOf } from './parts/weights.ts';
import type { Word } from './word.ts';

/** As of conv2d: activation `identity`, stride 1, padding `valid`. */
export type DepthwiseConv2dOptions = Conv2dOptions;

/**
 * A depthwise convolution: one kernel of `kernelSize` x `kernelSize`, or [height, width], for each channel.
 * @throws ShapeError (when the network is declared) if its input is not [height, width, channels], or is smaller than
 *   the kernel.
 */
export function depthwiseConv2d(kernelSize: Size2d, options: DepthwiseConv2dOptions = {}): LayerSpec {
  const { name, check, ...values } = readLayer('depthwiseConv2d', options, { ...PRODUCT, ...SLIDING });
  const { activation, stride, padding, bias } = values;
  const windows = (inputShape: readonly number[], layer: string): Sliding =>
    slide(inputShape, { name: layer, window: kernelSize, stride, padding });
  const sizes = { kernelSize: plainSize(kernelSize), activation, stride: plainSize(stride), padding };
  return {
    type: 'depthwiseConv2d',
    name,
    config: { ...sizes, ...(bias ? {} : { bias }) },
    outputShape(inputShape, layer) {
      expectSize(layer, 'kernelSize', kernelSize);
      expectSize(layer, 'stride', stride);
      check(layer);
      expectActivation(layer, activation);
      return [...windows(inputShape, layer).outputSize, inputShape[2]];
    },
    parameterCount(inputShape) {
      const [height, width] = both(kernelSize);
      return (height * width + (bias ? 1 : 0)) * inputShape[2];
    },
    record: (p, context) => recordDepthwise(p, context, activation, windows(context.inputShape, context.name), values),
  };
}

export const depthwiseConv2dWord: Word = {
  form: 'dK[sS][same]',
  about: 'depthwise convolution of K x K',
  activates: true,
  layers: ({ K, ...slide }, { activation }) => [depthwiseConv2d(K, { activation, ...slidingOf(slide) })],
};

function recordDepthwise(
  p: Program,
  context: LayerContext,
  activation: Activation,
  { outputSize, sizes }: Sliding,
  options: WeightOptions,
): Layer {
  const { name } = context;
  const { channels } = sizes;
  const shape = [sizes.kernelHeight, sizes.kernelWidth, channels].map(constant);
  const pair = weightsOf(p, context, shape, options, defaultInitializer(activation));

  return productLayer(p, context, 'depthwiseConv2d', {
    pair,
    activation,
    outputShape: [...outputSize, channels],
    sizes,
    multiply: (q, product, operands) => multiplyBands(q, f32_depthwise_conv2d(product), operands, sizes),
    integer: 'i8_depthwise_conv2d',
    pull: (to) => needed(name, to).f32_depthwise_conv2d_input_gradient,
    site: (x, dz) => depthwiseSite(pair, x, dz, sizes),
  });
}

/** The update from dL/dz, [batch, outHeight, outWidth, channels], of all channels at once. */
function depthwiseSite({ weight, bias }: Weights, x: Tensor, dz: Expression, sizes: Sliding['sizes']): LearnSite {
  const { channels } = sizes;
  const padded = paddedColumns(channels);
  const { name } = weight;

  const gradient: LearnSite['gradient'] = (p, _width, spend) => {
    const panels = zeros(p, `${name}/gradient`, weight.rows * padded);
    const sum = bias && zeros(p, `${name}/biasGradient`, padded);
    forBands(p, sizes, { x, y: dz, columns: channels }, (band) => {
      const [part] = deltaOf(p, name, dz, band, sum);
      const [image] = rowsOf(p, `${name}/x`, x, band.sample, band.input);
      const operands = { gradient: panels, x: image, dz: part, batch: 1, ...band.sizes };
      p.call(f32_depthwise_conv2d_weight_gradient, operands);
    });
    spend({ panels, bias: sum && (() => sum), first: 0, columns: learningColumns(weight) });
  };

  const biases: LearnSite['biases'] = (p, spend) => {
    const sum = zeros(p, `${name}/biasGradient`, padded);
    forBands(p, sizes, { x: null, y: dz, columns: channels }, (band) => {
      deltaOf(p, name, dz, band, sum);
    });
    spend({ bias: () => sum, first: 0, columns: channels });
  };
  return { weight, bias, biases, gradient };
}
