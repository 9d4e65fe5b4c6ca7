// What pooling layers have in common: of an image [height, width, channels] they give one value for each window,
// channel by channel. Which value, the kernels say.

import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import { Cells } from '../../../runtime/program/leaves.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Kernel } from '../../../runtime/simd/kernel.ts';
import { anything } from '../../options.ts';
import type { GradientKernels } from './gradient-kernels.ts';
import { needed, readLayer, type LayerOptions, type LayerSpec } from '../layer.ts';
import { expectSize, plainSize, slide, SLIDING, type Padding, type Size2d, type Sliding } from './sliding.ts';
import { weightless } from './weightless.ts';

export interface PoolOptions extends LayerOptions {
  /** Default: the window, so that windows neither overlap nor leave gaps. */
  readonly stride?: Size2d;
  /** `valid` (default): windows within the image; `same`: ceil(size / stride) of them, cut to the image. */
  readonly padding?: Padding;
}

export interface PoolKernels {
  readonly forward: Kernel;
  readonly integer: 'i8_average_pool' | 'i8_max_pool';
  readonly gradient: Extract<keyof GradientKernels, `${string}_pool_gradient`>;
  /** Whether the gradient looks at the input again. */
  readonly gradientReadsInput: boolean;
}

/** A pooling whose window slides. */
export function slidingPool(type: string, window: Size2d, options: PoolOptions, kernels: PoolKernels): LayerSpec {
  const { name, check, stride, padding } = readLayer(type, options, { ...SLIDING, stride: [anything, window] });
  const config = { window: plainSize(window), stride: plainSize(stride), padding };
  return pool({ type, name, config }, kernels, (inputShape, layer) => {
    check(layer);
    expectSize(layer, 'window', window);
    expectSize(layer, 'stride', stride);
    const { outputSize, sizes } = slide(inputShape, { name: layer, window, stride, padding });
    return { outputShape: [...outputSize, sizes.channels], sizes };
  });
}

interface Windows {
  readonly outputShape: readonly number[];
  readonly sizes: Sliding['sizes'];
}

export function pool(
  declared: Pick<LayerSpec, 'type' | 'name' | 'config'>,
  { forward, integer, gradient, gradientReadsInput }: PoolKernels,
  windows: (inputShape: readonly number[], layer: string) => Windows,
): LayerSpec {
  return weightless({
    ...declared,
    outputShape: (inputShape, layer) => windows(inputShape, layer).outputShape,
    forward(p, given, context) {
      const { outputShape, sizes } = windows(context.inputShape, context.name);
      const shape = [given.batch, ...outputShape];
      const x = readable(p, context.name, given);
      const { element, quantization } = x.buffer;
      const out = p.tensor({ name: `${context.name}/output`, shape, role: 'activation', element, quantization });
      p.call(quantization?.kernels[integer] ?? forward, { out, x, batch: x.batch, ...sizes });
      return out;
    },
    pull(p, { input }, delta, context, to) {
      const { sizes } = windows(context.inputShape, context.name);
      if (input.buffer.quantization !== null && !gradientReadsInput && sizes.outHeight * sizes.outWidth === 1) {
        return spread(p, context.name, delta, sizes);
      }
      const dy = p.materialize(`${context.name}/dy`, delta);
      const dx = p.tensor({ name: `${context.name}/dx`, shape: input.shape, role: 'activation' });
      const x = gradientReadsInput ? readable(p, context.name, input) : dy;
      p.call(needed(context.name, to)[gradient](x.buffer.element), {
        ...{ dx, dy, batch: x.batch, ...sizes },
        ...(gradientReadsInput && { x }),
      });
      return dx;
    },
  });
}

/** As kernels read it: int8 whose rows touch, or floats. */
const readable = (p: Program, name: string, x: Tensor): Tensor =>
  x.buffer.quantization && x.touches ? x : p.materialize(`${name}/input`, x);

/**
 * The delta of a mean over a whole image, as an expression: where activations are bytes, no image of floats
 * is made.
 */
function spread(
  p: Program,
  name: string,
  delta: Expression,
  { height, width, channels }: Sliding['sizes'],
): Expression {
  const share = p.compute(`${name}/share`, delta.over(height * width));
  return new Cells(share.reshape([share.batch, 1, 1, channels]), {
    height,
    width,
    cellHeight: height,
    cellWidth: width,
    top: 0,
    left: 0,
  });
}
