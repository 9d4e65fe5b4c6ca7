// A convolution of every channel by itself: x [height, width, channels], y [outHeight, outWidth, channels],
// y[.., c] = f(x[.., c] * W[.., c] + b[c]). A dense mixing of channels (conv2d with kernel size 1) usually follows.
//
// Its gradient goes sample by sample: the dz of one sample is evaluated and added to the gradient, which is as small as
// the weight, and is spent at the end of the batch.

import { f32_depthwise_conv2d } from '../../runtime/simd/kernels/f32-depthwise-conv2d.ts';
import { f32_depthwise_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-depthwise-conv2d-weight-gradient.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { view, type LoopIndex, type View } from '../../runtime/program/buffer.ts';
import { constant, toDim } from '../../runtime/program/dim.ts';
import type { Tensor, Expression } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import type { Weights } from '../quantization/site.ts';
import { learningColumns, type ColumnRange, type LearnSite } from '../quantization/storage.ts';
import type { Conv2dOptions } from './conv2d.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { nameOf, needed, seen, type Layer, type LayerContext, type LayerSpec, type WeightOptions } from './layer.ts';
import { defaultInitializer, throughSlope, type Activation } from './parts/activation.ts';
import { forwardProduct } from './parts/product.ts';
import { sampleOf } from './parts/sample.ts';
import { both, expectSize, plainSize, slide, slidingOf, type Size2d, type Sliding } from './parts/sliding.ts';
import { expectProduct, listed, operandsOf, PRODUCT, weightsOf } from './parts/weights.ts';
import type { Word } from './word.ts';

/** As of conv2d: activation `identity`, stride 1, padding `valid`. */
export type DepthwiseConv2dOptions = Conv2dOptions;

/**
 * A depthwise convolution: one kernel of `kernelSize` x `kernelSize`, or [height, width], for each channel.
 * @throws ShapeError (when the network is declared) if its input is not [height, width, channels], or is smaller than
 *   the kernel.
 */
export function depthwiseConv2d(kernelSize: Size2d, options: DepthwiseConv2dOptions = {}): LayerSpec {
  const name = nameOf('depthwiseConv2d', options, [...PRODUCT, 'stride', 'padding']);
  const { activation = 'identity', stride = 1, padding = 'valid', bias = true } = options;
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
      expectProduct(layer, options);
      return [...windows(inputShape, layer).outputSize, inputShape[2]];
    },
    parameterCount(inputShape) {
      const [height, width] = both(kernelSize);
      return (height * width + (bias ? 1 : 0)) * inputShape[2];
    },
    record: (p, context) => recordDepthwise(p, context, activation, windows(context.inputShape, context.name), options),
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
  const { weight } = pair;

  return {
    name,
    type: 'depthwiseConv2d',
    weights: listed(pair),
    forward: forwardProduct(p, context, {
      pair,
      activation,
      outputShape: [...outputSize, channels],
      sizes,
      kernelOf: () => f32_depthwise_conv2d,
      integer: 'i8_depthwise_conv2d',
    }),
    back(program, { input, output }, delta, to) {
      const dz = throughSlope(delta, activation, output, to);
      const site = (value: Expression): LearnSite => depthwiseSite(pair, seen(input, to), value, { outputSize, sizes });
      if (to.pull !== true) {
        to.sink?.learn(program, site(dz));
        return null;
      }
      const whole = program.materialize(`${name}/dz`, dz);
      const dx = program.tensor({ name: `${name}/dx`, shape: input.shape, role: 'activation' });
      const { f32_depthwise_conv2d_input_gradient } = needed(name, to);
      const operands = { ...operandsOf(program, weight), batch: input.batch, ...sizes };
      program.call(f32_depthwise_conv2d_input_gradient(weight.reading), { dx, dz: whole, ...operands });
      to.sink?.learn(program, site(whole));
      return dx;
    },
  };
}

/** The update from dL/dz, [batch, outHeight, outWidth, channels], of all channels at once. */
function depthwiseSite({ weight, bias }: Weights, input: Tensor, dz: Expression, sliding: Sliding): LearnSite {
  const { outputSize, sizes } = sliding;
  const { channels } = sizes;
  const positions = elementsOf(outputSize);
  const padded = paddedColumns(channels);
  const scratch = (p: Program, what: string, elements: number): View =>
    view(p.buffer({ name: `${weight.name}/${what}`, role: 'scratch', shape: [elements] }));

  const addRows = (p: Program, out: View, x: View, columns = channels): void =>
    p.call(f32_sum_rows({ accumulate: true }), { out, x, scale: 1, rows: positions, columns, stride: columns });

  /** Some channels of a sample, as floats. */
  const panelOf = (
    p: Program,
    of: Expression,
    what: string,
    sample: LoopIndex,
    { first, columns }: ColumnRange,
  ): View => {
    const rows = elementsOf(of === input ? [sizes.height, sizes.width] : outputSize);
    const panel = scratch(p, what, rows * PANEL);
    const window = { rows: constant(rows), columns: toDim(columns), first, sample: { index: sample, channels } };
    p.evaluate(of, panel, window, PANEL, PANEL);
    return panel;
  };

  /** Of bytes, of which a panel at a time is made floats. */
  const gradientInPanels: LearnSite['gradient'] = (p, _width, spend) =>
    p.columnGroups(learningColumns(weight), PANEL, (first, columns) => {
      const panels = scratch(p, 'gradient', weight.rows * PANEL);
      const sum = bias && scratch(p, 'biasGradient', PANEL);
      p.fill(panels, weight.rows * PANEL, 0);
      if (sum !== null) p.fill(sum, PANEL, 0);
      p.loop(input.batch, (sample) => {
        const [x, part] = [input, dz].map((of, at) =>
          panelOf(p, of, at === 0 ? 'x' : 'dz', sample, { first, columns }),
        );
        const panel = { ...sizes, channels: PANEL, batch: 1 };
        p.call(f32_depthwise_conv2d_weight_gradient, { gradient: panels, x, dz: part, ...panel });
        if (sum !== null) addRows(p, sum, part, PANEL);
      });
      spend({ panels, bias: sum && (() => sum), first, columns });
    });

  const gradient: LearnSite['gradient'] = (p, _width, spend) => {
    const panels = scratch(p, 'gradient', weight.rows * padded);
    const sum = bias && scratch(p, 'biasGradient', padded);
    p.fill(panels, weight.rows * padded, 0);
    if (sum !== null) p.fill(sum, padded, 0);
    p.loop(input.batch, (sample) => {
      const part = sampleOf(p, `${weight.name}/dz`, dz, sample);
      const x = sampleOf(p, `${weight.name}/x`, input, sample);
      p.call(f32_depthwise_conv2d_weight_gradient, { gradient: panels, x, dz: part, batch: 1, ...sizes });
      if (sum !== null) addRows(p, sum, part);
    });
    spend({ panels, bias: sum && (() => sum), first: 0, columns: learningColumns(weight) });
  };

  const biases: LearnSite['biases'] = (p, spend) => {
    const sum = scratch(p, 'biasGradient', padded);
    p.fill(sum, padded, 0);
    p.loop(input.batch, (sample) => addRows(p, sum, sampleOf(p, `${weight.name}/dz`, dz, sample)));
    spend({ bias: () => sum, first: 0, columns: channels });
  };
  return { weight, bias, biases, gradient: input.isPlain ? gradient : gradientInPanels };
}
