// What layers without weights have in common: nothing to learn, only something to compute and a delta to hand back.

import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Back, LayerContext, LayerSpec, Mode, Saved } from '../layer.ts';

export interface Weightless
  extends Pick<LayerSpec, 'type' | 'name' | 'config' | 'outputShape' | 'joins' | 'timed' | 'endsTime'> {
  /** Records and returns the output. */
  forward(p: Program, x: Tensor, context: LayerContext, mode: Mode): Tensor;
  /** Records and returns dL/d(input). */
  pull(p: Program, saved: Saved, delta: Expression, context: LayerContext, to: Back): Expression;
}

export const weightless = ({ forward, pull, ...spec }: Weightless): LayerSpec => ({
  ...spec,
  parameterCount: () => 0,
  record: (_, context) => ({
    name: context.name,
    type: spec.type,
    weights: [],
    forward: (p, x, mode) => ({ input: x, output: forward(p, x, context, mode) }),
    back: (p, saved, delta, to) => (to.pull === true ? pull(p, saved, delta, context, to) : null),
  }),
});
