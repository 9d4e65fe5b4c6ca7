// A convolution of every channel by itself: x [height, width, channels], y [outHeight, outWidth, channels],
// y[.., c] = f(x[.., c] * W[.., c] + b[c]). A dense mixing of channels (conv2d with kernel size 1) usually follows.
//
// Its update goes sample by sample: the delta of one sample is evaluated and added to the gradient, which is as small
// as the weight, and is spent at the end of the batch.

import { f32_depthwise_conv2d } from '../../runtime/simd/kernels/f32-depthwise-conv2d.ts';
import { f32_depthwise_conv2d_weight_gradient } from '../../runtime/simd/kernels/f32-depthwise-conv2d-weight-gradient.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { along, view } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { defaultInitializer, expectActivation, throughSlope, type Activation } from './parts/activation.ts';
import type { Conv2dOptions } from './conv2d.ts';
import { elementsOf, type Layer, type LayerContext, type LayerSpec, type WeightOptions } from './layer.ts';
import { slide, type Sliding } from './parts/sliding.ts';

/** As of conv2d: activation `identity`, stride 1, padding `valid`. */
export type DepthwiseConv2dOptions = Conv2dOptions;

/**
 * A depthwise convolution: one kernel of `kernelSize` x `kernelSize` for each channel.
 * @throws ShapeError (when the network is declared) if its input is not [height, width, channels], or is smaller than
 *   the kernel.
 */
export function depthwiseConv2d(kernelSize: number, options: DepthwiseConv2dOptions = {}): LayerSpec {
  const { activation = 'identity', stride = 1, padding = 'valid' } = options;
  const windows = (inputShape: readonly number[], name: string): Sliding =>
    slide(inputShape, { name, window: kernelSize, stride, padding });
  return {
    type: 'depthwiseConv2d',
    name: options.name,
    config: { kernelSize, activation, stride, padding },
    outputShape(inputShape, name) {
      expectActivation(name, activation);
      return [...windows(inputShape, name).outputSize, inputShape[2]];
    },
    parameterCount: (inputShape) => (kernelSize * kernelSize + 1) * inputShape[2],
    record(p, context) {
      const sliding = windows(context.inputShape, context.name);
      return recordDepthwise(p, context, { ...options, activation, sliding });
    },
  };
}

interface Recorded extends WeightOptions {
  readonly activation: Activation;
  readonly sliding: Sliding;
}

function recordDepthwise(p: Program, context: LayerContext, options: Recorded): Layer {
  const { name, storage, inputShape } = context;
  const { activation, sliding, initializer = defaultInitializer(activation) } = options;
  const { outputSize, sizes } = sliding;
  const { channels } = sizes;
  const positions = elementsOf(outputSize);
  const shape = [sizes.kernelHeight, sizes.kernelWidth, channels].map(constant);
  const weight = (options.storage ?? storage).weight(p, { name: `${name}/weight`, shape, initializer });
  const bias = storage.weight(p, { name: `${name}/bias`, shape: [constant(channels)], initializer: 'zeros' });

  return {
    name,
    weights: [weight, bias],
    forward(program, x, { learn }) {
      const outputShape = [x.batch, ...outputSize, channels];
      const output = program.tensor({ name: `${name}/output`, shape: outputShape, role: 'activation' });
      program.call(f32_depthwise_conv2d(activation), {
        out: output,
        x,
        weight: weight.panels(),
        bias: bias.panels(),
        batch: x.batch,
        ...sizes,
      });
      const saved = { input: x, output };
      learn?.(saved);
      return saved;
    },
    update(program, { input, output }, delta, optimizer) {
      const dz = throughSlope(delta, activation, output);
      const scratch = (what: string, elements: number) =>
        program.buffer({ name: `${name}/${what}`, role: 'scratch', shape: [constant(elements)] });
      const padded = paddedColumns(channels);
      const whole = { first: 0, columns: channels };
      const gradient = scratch('gradient', weight.rows * padded);
      const biasGradient = scratch('biasGradient', padded);
      program.fill(view(gradient), weight.rows * padded, 0);
      program.fill(view(biasGradient), padded, 0);
      program.loop(input.batch, (sample) => {
        const deltaOfSample = scratch('delta', positions * channels);
        const [rows, columns] = [constant(positions), constant(channels)];
        const window = { rows, columns, first: 0, sample: { index: sample, channels } };
        program.evaluate(dz, view(deltaOfSample), window, channels, channels);
        program.call(f32_depthwise_conv2d_weight_gradient, {
          gradient,
          x: input.at(along(sample, elementsOf(inputShape))),
          delta: deltaOfSample,
          batch: 1,
          ...sizes,
        });
        program.call(f32_sum_rows({ accumulate: true }), {
          out: biasGradient,
          x: deltaOfSample,
          scale: 1,
          rows: positions,
          columns: channels,
          stride: channels,
        });
      });
      weight.updateByGradient(program, view(gradient), whole, optimizer);
      bias.updateByGradient(program, view(biasGradient), whole, optimizer);
    },
    pull(program, { input, output }, delta, { f32_depthwise_conv2d_input_gradient }) {
      const dz = program.materialize(`${name}/delta`, throughSlope(delta, activation, output));
      const dx = program.tensor({ name: `${name}/pulled`, shape: input.shape, role: 'activation' });
      program.call(f32_depthwise_conv2d_input_gradient, {
        dx,
        delta: dz,
        weight: weight.panels(),
        batch: input.batch,
        ...sizes,
      });
      return dx;
    },
  };
}
