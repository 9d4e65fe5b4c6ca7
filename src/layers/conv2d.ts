// A 2-D convolution: x [height, width, channels], y [outHeight, outWidth, filters], y = f(x * W + b).
//
// Its update goes panel by panel of eight filters and sample by sample: the delta of one panel of one sample is
// evaluated, added to the panel's gradient, and at the end of the batch that gradient is spent.

import { f32_conv2d } from '../../runtime/simd/kernels/f32-conv2d.ts';
import { f32_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-conv2d-weight-gradient.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { along, view } from '../../runtime/program/buffer.ts';
import { constant, toDim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { defaultInitializer, expectActivation, throughSlope, type Activation } from './parts/activation.ts';
import { elementsOf, expectWhole, type Layer, type LayerContext, type LayerSpec, type WeightOptions } from './layer.ts';
import { slide, type Padding, type Sliding } from './parts/sliding.ts';

export interface Conv2dOptions extends WeightOptions {
  /** Default `identity`. */
  readonly activation?: Activation;
  /** Default 1. */
  readonly stride?: number;
  /** `valid` (default): no border; `same`: zeros around, so that stride 1 keeps the size. */
  readonly padding?: Padding;
}

/**
 * A convolution with `filters` kernels of `kernelSize` x `kernelSize`.
 * @throws ShapeError (when the network is declared) if its input is not [height, width, channels], or is smaller than
 *   the kernel.
 */
export function conv2d(filters: number, kernelSize: number, options: Conv2dOptions = {}): LayerSpec {
  const { activation = 'identity', stride = 1, padding = 'valid' } = options;
  const config = { filters, kernelSize, activation, stride, padding };
  const windows = (inputShape: readonly number[], name: string): Sliding =>
    slide(inputShape, { name, window: kernelSize, stride, padding });
  return {
    type: 'conv2d',
    name: options.name,
    config,
    outputShape(inputShape, name) {
      expectWhole(name, 'filters', filters);
      expectActivation(name, activation);
      return [...windows(inputShape, name).outputSize, filters];
    },
    parameterCount: (inputShape) => (kernelSize * kernelSize * inputShape[2] + 1) * filters,
    record(p, context) {
      const sliding = windows(context.inputShape, context.name);
      return recordConv2d(p, context, { ...options, filters, activation, sliding });
    },
  };
}

interface Recorded extends WeightOptions {
  readonly filters: number;
  readonly activation: Activation;
  readonly sliding: Sliding;
}

function recordConv2d(p: Program, context: LayerContext, options: Recorded): Layer {
  const { name, storage, inputShape } = context;
  const { filters, activation, sliding, initializer = defaultInitializer(activation) } = options;
  const { outputSize, sizes } = sliding;
  const positions = elementsOf(outputSize);
  const shape = [sizes.kernelHeight, sizes.kernelWidth, sizes.channels, filters].map(constant);
  const weight = (options.storage ?? storage).weight(p, { name: `${name}/weight`, shape, initializer });
  const bias = storage.weight(p, { name: `${name}/bias`, shape: [constant(filters)], initializer: 'zeros' });

  return {
    name,
    weights: [weight, bias],
    forward(program, x, { learn }) {
      const outputShape = [x.batch, ...outputSize, filters];
      const output = program.tensor({ name: `${name}/output`, shape: outputShape, role: 'activation' });
      program.call(f32_conv2d(activation), {
        out: output,
        x,
        weight: weight.panels(),
        bias: bias.panels(),
        batch: x.batch,
        filters,
        ...sizes,
      });
      const saved = { input: x, output };
      learn?.(saved);
      return saved;
    },
    update(program, { input, output }, delta, optimizer) {
      const dz = throughSlope(delta, activation, output);
      const rows = weight.rows;
      program.columnGroups(constant(filters), PANEL, (first, columns) => {
        const scratch = (what: string, elements: number) =>
          program.buffer({ name: `${name}/${what}`, role: 'scratch', shape: [constant(elements)] });
        const gradient = scratch('gradient', rows * PANEL);
        const biasGradient = scratch('biasGradient', PANEL);
        program.fill(view(gradient), rows * PANEL, 0);
        program.fill(view(biasGradient), PANEL, 0);
        program.loop(input.batch, (sample) => {
          const panel = scratch('delta', positions * PANEL);
          const range = {
            rows: constant(positions),
            columns: toDim(columns),
            first,
            sample: { index: sample, channels: filters },
          };
          program.evaluate(dz, view(panel), range, PANEL, PANEL);
          program.call(f32_conv2d_weight_gradient, {
            gradient,
            x: input.at(along(sample, elementsOf(inputShape))),
            delta: panel,
            deltaStride: PANEL,
            ...sizes,
          });
          program.call(f32_sum_rows({ accumulate: true }), {
            out: biasGradient,
            x: panel,
            scale: 1,
            rows: positions,
            columns: PANEL,
            stride: PANEL,
          });
        });
        weight.updateByGradient(program, view(gradient), { first, columns }, optimizer);
        bias.updateByGradient(program, view(biasGradient), { first, columns }, optimizer);
      });
    },
    pull(program, { input, output }, delta, { f32_conv2d_input_gradient }) {
      const dz = program.materialize(`${name}/delta`, throughSlope(delta, activation, output));
      const dx = program.tensor({ name: `${name}/pulled`, shape: input.shape, role: 'activation' });
      program.call(f32_conv2d_input_gradient, {
        dx,
        delta: dz,
        weight: weight.panels(),
        batch: input.batch,
        filters,
        ...sizes,
      });
      return dx;
    },
  };
}
