// y = scale x + offset, the same for every feature: pixels of 0..255 to 0..1, say.

import { expectNumber, nameOf, type LayerOptions, type LayerSpec } from './layer.ts';
import { weightless } from './parts/weightless.ts';

/**
 * Multiplies by `scale`, then adds `offset` (default 0). Any shape.
 * @throws ShapeError (when the network is declared) if one of them is not a finite number.
 */
export const rescale = (scale: number, offset?: number, options: LayerOptions = {}): LayerSpec => {
  const by = offset ?? 0;
  return weightless({
    type: 'rescale',
    name: nameOf('rescale', options),
    config: { scale, offset: by },
    outputShape(inputShape, layer) {
      expectNumber(layer, 'scale', scale);
      expectNumber(layer, 'offset', by);
      return inputShape;
    },
    forward(p, x, context) {
      const scaled = x.times(scale);
      return p.compute(`${context.name}/output`, by === 0 ? scaled : scaled.plus(by));
    },
    pull: (_p, _saved, delta) => delta.times(scale),
  });
};
