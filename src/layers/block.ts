// Layers that learn as one unit: from a delta at the end of the last, by backpropagation through these few, no further.

import { nameOf, type LayerOptions, type LayerSpec } from './layer.ts';
import { chain, composite, configOf, recordLayers } from './parts/chain.ts';
import { gradientKernels } from './parts/gradient-kernels.ts';

/**
 * `layers` one after another as one layer; inside a block `b` they are named `b/dense_1` and so on.
 * @throws ShapeError if there are none, or (when the network is declared) one does not fit.
 */
export function block(layers: readonly LayerSpec[], options: LayerOptions = {}): LayerSpec {
  const { declare, ...common } = composite('block', layers);
  return {
    ...common,
    type: 'block',
    name: nameOf('block', options),
    config: { layers: layers.map(configOf) },
    outputShape(inputShape, block) {
      const inner = declare(inputShape, block);
      return inner[inner.length - 1].outputShape;
    },
    record: (p, context) =>
      chain(context.name, recordLayers(p, declare(context.inputShape, context.name), context), {
        type: 'block',
        kernels: gradientKernels,
      }),
  };
}
