// A 2-D convolution: x [height, width, channels], y [outHeight, outWidth, filters], y = f(x * W + b).
//
// Its gradient goes panel by panel of eight filters, sample by sample and band by band of rows (quantization/bands.ts):
// the dz of a panel in a band is evaluated and added to the panel's gradient, which is spent at the end of the batch.

import { f32_conv2d } from '../../runtime/simd/kernels/f32-conv2d.ts';
import { f32_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-conv2d-weight-gradient.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { deltaOf, forBands, rowsOf, zeros } from '../quantization/bands.ts';
import type { Weights } from '../quantization/site.ts';
import { learningColumns, type LearnSite } from '../quantization/storage.ts';
import {
  expectWhole,
  readLayer,
  needed,
  type Layer,
  type LayerContext,
  type LayerSpec,
  type WeightOptions,
} from './layer.ts';
import { defaultInitializer, expectActivation, type Activation } from './parts/activation.ts';
import { multiplyBands } from './parts/multiply-bands.ts';
import { productLayer } from './parts/product.ts';
import {
  both,
  expectSize,
  plainSize,
  slide,
  SLIDING,
  slidingOf,
  type Padding,
  type Size2d,
  type Sliding,
} from './parts/sliding.ts';
import { PRODUCT, weightsOf } from './parts/weights.ts';
import type { Word } from './word.ts';

export interface Conv2dOptions extends WeightOptions {
  /** Default `identity`. */
  readonly activation?: Activation;
  /** Default 1; or [down, across]. */
  readonly stride?: Size2d;
  /** `valid` (default): no border; `same`: zeros around, so that stride 1 keeps the size. */
  readonly padding?: Padding;
}

/**
 * A convolution with `filters` kernels of `kernelSize` x `kernelSize`, or of [height, width].
 * @throws ShapeError (when the network is declared) if its input is not [height, width, channels], or is smaller than
 *   the kernel.
 */
export function conv2d(filters: number, kernelSize: Size2d, options: Conv2dOptions = {}): LayerSpec {
  const { name, check, ...values } = readLayer('conv2d', options, { ...PRODUCT, ...SLIDING });
  const { activation, stride, padding, bias } = values;
  const windows = (inputShape: readonly number[], layer: string): Sliding =>
    slide(inputShape, { name: layer, window: kernelSize, stride, padding });
  const sizes = { kernelSize: plainSize(kernelSize), activation, stride: plainSize(stride), padding };
  return {
    type: 'conv2d',
    name,
    config: { filters, ...sizes, ...(bias ? {} : { bias }) },
    outputShape(inputShape, layer) {
      expectWhole(layer, 'filters', filters);
      expectSize(layer, 'kernelSize', kernelSize);
      expectSize(layer, 'stride', stride);
      check(layer);
      expectActivation(layer, activation);
      return [...windows(inputShape, layer).outputSize, filters];
    },
    parameterCount(inputShape) {
      const [height, width] = both(kernelSize);
      return (height * width * inputShape[2] + (bias ? 1 : 0)) * filters;
    },
    record: (p, context) =>
      recordConv2d(p, context, filters, activation, windows(context.inputShape, context.name), values),
  };
}

export const conv2dWord: Word = {
  form: 'cFkK[sS][same]',
  about: 'convolution: F filters of K x K, or of 10x4, stride S',
  activates: true,
  layers: ({ F, K, ...slide }, { activation }) => [conv2d(F, K, { activation, ...slidingOf(slide) })],
};

function recordConv2d(
  p: Program,
  context: LayerContext,
  filters: number,
  activation: Activation,
  { outputSize, sizes }: Sliding,
  options: WeightOptions,
): Layer {
  const { name } = context;
  const shape = [sizes.kernelHeight, sizes.kernelWidth, sizes.channels, filters].map(constant);
  const pair = weightsOf(p, context, shape, options, defaultInitializer(activation));

  return productLayer(p, context, 'conv2d', {
    pair,
    activation,
    outputShape: [...outputSize, filters],
    sizes: { filters, ...sizes },
    multiply: (q, product, operands) => multiplyBands(q, f32_conv2d(product), operands, sizes),
    integer: 'i8_conv2d',
    pull: (to) => needed(name, to).f32_conv2d_input_gradient,
    site: (x, dz) => convolutionSite(pair, x, dz, sizes),
  });
}

/** The update from dL/dz, [batch, outHeight, outWidth, filters], a panel of filters at a time. */
function convolutionSite({ weight, bias }: Weights, x: Tensor, dz: Expression, sizes: Sliding['sizes']): LearnSite {
  const { name } = weight;

  const gradient: LearnSite['gradient'] = (p, width, spend) =>
    p.columnGroups(learningColumns(weight), Math.min(width, PANEL), (first, columns) => {
      const panels = zeros(p, `${name}/gradient`, weight.rows * PANEL);
      const sum = bias && zeros(p, `${name}/biasGradient`, PANEL);
      forBands(p, sizes, { x, y: dz, columns: PANEL }, (band) => {
        const [part, dzStride] = deltaOf(p, name, dz, band, sum, { first, columns });
        const [image] = rowsOf(p, `${name}/x`, x, band.sample, band.input);
        p.call(f32_conv2d_weight_gradient, { gradient: panels, x: image, dz: part, dzStride, ...band.sizes });
      });
      spend({ panels, bias: sum && (() => sum), first, columns });
    });

  const biases: LearnSite['biases'] = (p, spend) =>
    p.columnGroups(weight.columns, PANEL, (first, columns) => {
      const sum = zeros(p, `${name}/biasGradient`, PANEL);
      forBands(p, sizes, { x: null, y: dz, columns: PANEL }, (band) => {
        deltaOf(p, name, dz, band, sum, { first, columns });
      });
      spend({ bias: () => sum, first, columns });
    });
  return { weight, bias, biases, gradient };
}
