// All features of a sample in one axis, in the order in which they lie in memory: no operation, only another shape.

import { elementsOf, type LayerOptions, type LayerSpec } from './layer.ts';
import { weightless } from './parts/weightless.ts';

/** From any shape to [features]. */
export const flatten = ({ name }: LayerOptions = {}): LayerSpec =>
  weightless({
    type: 'flatten',
    name,
    config: {},
    outputShape: (inputShape) => [elementsOf(inputShape)],
    forward: (_, x) => x.reshape([x.batch, x.features]),
    pull: (p, { input }, delta, context) => p.materialize(`${context.name}/delta`, delta).reshape(input.shape),
  });
