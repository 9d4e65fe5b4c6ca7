// What layers without weights have in common: nothing to update, only something to compute and a delta to hand back.

import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { GradientKernels } from './gradient-kernels.ts';
import type { ForwardOptions, LayerContext, LayerSpec, Saved } from '../layer.ts';

export interface Weightless extends Pick<LayerSpec, 'type' | 'name' | 'config' | 'outputShape'> {
  /** Records and returns the output. */
  forward(p: Program, x: Tensor, context: LayerContext, options: ForwardOptions): Tensor;
  /** Records and returns dL/d(input). */
  pull(p: Program, saved: Saved, delta: Expression, context: LayerContext, kernels: GradientKernels): Tensor;
}

export const weightless = ({ type, name, config, outputShape, forward, pull }: Weightless): LayerSpec => ({
  type,
  name,
  config,
  outputShape,
  parameterCount: () => 0,
  record: (_, context) => ({
    name: context.name,
    weights: [],
    forward(p, x, options) {
      const saved = { input: x, output: forward(p, x, context, options) };
      options.learn?.(saved);
      return saved;
    },
    update() {},
    pull: (p, saved, delta, kernels) => pull(p, saved, delta, context, kernels),
  }),
});
