// All features of a sample in one axis, in the order in which they lie in memory: no operation, only another shape.

import { elementsOf } from '../../runtime/program/layout.ts';
import { nameOf, type LayerOptions, type LayerSpec } from './layer.ts';
import { weightless } from './parts/weightless.ts';
import type { Word } from './word.ts';

/** From any shape to [features]. */
export const flatten = (options: LayerOptions = {}): LayerSpec =>
  weightless({
    type: 'flatten',
    name: nameOf('flatten', options),
    config: {},
    outputShape: (inputShape) => [elementsOf(inputShape)],
    forward: (p, x, { name: layer }) =>
      (x.touches ? x : p.materialize(`${layer}/input`, x)).reshape([x.batch, x.features]),
    pull: (p, { input }, delta, { name: layer }) => p.materialize(`${layer}/dy`, delta).reshape(input.shape),
  });

export const flattenWord: Word = { form: 'flatten', about: 'all features in one axis', layers: () => [flatten()] };
