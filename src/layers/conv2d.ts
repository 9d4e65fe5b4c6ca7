// A 2-D convolution: x [height, width, channels], y [outHeight, outWidth, filters], y = f(x * W + b).
//
// Its gradient goes panel by panel of eight filters and sample by sample: the dz of one panel of one sample is
// evaluated and added to the panel's gradient, which is spent at the end of the batch.

import { elementsOf } from '../../runtime/program/layout.ts';
import { f32_conv2d } from '../../runtime/simd/kernels/f32-conv2d.ts';
import { f32_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-conv2d-weight-gradient.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { along, plus, view, type LoopIndex, type View } from '../../runtime/program/buffer.ts';
import { constant, fixed, toDim } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Weights } from '../quantization/site.ts';
import { learningColumns, type ColumnRange, type LearnSite } from '../quantization/storage.ts';
import {
  expectWhole,
  nameOf,
  needed,
  seen,
  type Layer,
  type LayerContext,
  type LayerSpec,
  type WeightOptions,
} from './layer.ts';
import { defaultInitializer, throughSlope, type Activation } from './parts/activation.ts';
import { forwardProduct } from './parts/product.ts';
import { sampleOf } from './parts/sample.ts';
import {
  both,
  expectSize,
  plainSize,
  slide,
  slidingOf,
  type Padding,
  type Size2d,
  type Sliding,
} from './parts/sliding.ts';
import { expectProduct, listed, operandsOf, PRODUCT, weightsOf } from './parts/weights.ts';
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
  const name = nameOf('conv2d', options, [...PRODUCT, 'stride', 'padding']);
  const { activation = 'identity', stride = 1, padding = 'valid', bias = true } = options;
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
      expectProduct(layer, options);
      return [...windows(inputShape, layer).outputSize, filters];
    },
    parameterCount(inputShape) {
      const [height, width] = both(kernelSize);
      return (height * width * inputShape[2] + (bias ? 1 : 0)) * filters;
    },
    record: (p, context) =>
      recordConv2d(p, context, filters, activation, windows(context.inputShape, context.name), options),
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
  const { weight } = pair;

  return {
    name,
    type: 'conv2d',
    weights: listed(pair),
    forward: forwardProduct(p, context, {
      pair,
      activation,
      outputShape: [...outputSize, filters],
      sizes: { filters, ...sizes },
      kernelOf: () => f32_conv2d,
      integer: 'i8_conv2d',
    }),
    back(program, { input, output }, delta, to) {
      const dz = throughSlope(delta, activation, output, to);
      const site = (value: Expression): LearnSite =>
        convolutionSite(pair, seen(input, to), value, { outputSize, sizes });
      if (to.pull !== true) {
        to.sink?.learn(program, site(dz));
        return null;
      }
      const whole = program.materialize(`${name}/dz`, dz);
      const dx = program.tensor({ name: `${name}/dx`, shape: input.shape, role: 'activation' });
      const { f32_conv2d_input_gradient } = needed(name, to);
      const operands = { ...operandsOf(program, weight), batch: input.batch, filters, ...sizes };
      program.call(f32_conv2d_input_gradient(weight.reading), { dx, dz: whole, ...operands });
      to.sink?.learn(program, site(whole));
      return dx;
    },
  };
}

/** The update from dL/dz, [batch, outHeight, outWidth, filters], a panel of filters at a time. */
function convolutionSite({ weight, bias }: Weights, input: Tensor, dz: Expression, sliding: Sliding): LearnSite {
  const { outputSize, sizes } = sliding;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = sizes;
  const isPointwise = [kernelHeight, kernelWidth, strideHeight, strideWidth].every((size) => size === 1);
  const filters = fixed(weight.columns, `the filters of '${weight.name}'`);
  const positions = elementsOf(outputSize);
  const scratch = (p: Program, what: string, elements: number): View =>
    view(p.buffer({ name: `${weight.name}/${what}`, role: 'scratch', shape: [elements] }));
  const isWhole = dz instanceof Tensor && dz.isPlain && filters % PANEL === 0;

  /** dz of the panel in a sample: where it lies in memory, or evaluated now. */
  const panelOf = (p: Program, sample: LoopIndex, { first, columns }: ColumnRange): [dz: View, stride: number] => {
    if (isWhole) return [dz.at(plus(along(sample, positions * filters), first)), filters];
    const panel = scratch(p, 'dz', positions * PANEL);
    const place = { index: sample, channels: filters };
    const window = { rows: constant(positions), columns: toDim(columns), first, sample: place };
    p.evaluate(dz, panel, window, PANEL, PANEL);
    return [panel, PANEL];
  };

  const addRows = (p: Program, out: View, [x, stride]: readonly [View, number]): void =>
    p.call(f32_sum_rows({ accumulate: true }), { out, x, scale: 1, rows: positions, columns: PANEL, stride });

  /** Of bytes, of which a row of pixels at a time is made floats: each pixel meets one of dz. */
  const addByRows = (p: Program, sample: LoopIndex, panels: View, [group, stride]: readonly [View, number]): void => {
    const { width, channels } = sizes;
    p.loop(sizes.height, (row) => {
      const x = scratch(p, 'x', width * channels);
      const place = { index: sample, channels };
      const window = {
        rows: constant(width),
        columns: constant(channels),
        first: along(row, width * channels),
        sample: place,
      };
      p.evaluate(input, x, window, channels, channels);
      const dzRow = view(group.buffer, plus(group.offset, along(row, width * stride)));
      const one = { ...sizes, height: 1, outHeight: 1 };
      p.call(f32_conv2d_weight_gradient, { gradient: panels, x, dz: dzRow, dzStride: stride, ...one });
    });
  };

  const gradient: LearnSite['gradient'] = (p, width, spend) =>
    p.columnGroups(learningColumns(weight), Math.min(width, PANEL), (first, columns) => {
      const panels = scratch(p, 'gradient', weight.rows * PANEL);
      const sum = bias && scratch(p, 'biasGradient', PANEL);
      p.fill(panels, weight.rows * PANEL, 0);
      if (sum !== null) p.fill(sum, PANEL, 0);
      p.loop(input.batch, (sample) => {
        const [group, stride] = panelOf(p, sample, { first, columns });
        if (isPointwise && !input.isPlain) addByRows(p, sample, panels, [group, stride]);
        else {
          const x = sampleOf(p, `${weight.name}/x`, input, sample);
          p.call(f32_conv2d_weight_gradient, { gradient: panels, x, dz: group, dzStride: stride, ...sizes });
        }
        if (sum !== null) addRows(p, sum, [group, stride]);
      });
      spend({ panels, bias: sum && (() => sum), first, columns });
    });

  const biases: LearnSite['biases'] = (p, spend) =>
    p.columnGroups(weight.columns, PANEL, (first, columns) => {
      const sum = scratch(p, 'biasGradient', PANEL);
      p.fill(sum, PANEL, 0);
      p.loop(input.batch, (sample) => addRows(p, sum, panelOf(p, sample, { first, columns })));
      spend({ bias: () => sum, first, columns });
    });
  return { weight, bias, biases, gradient };
}
