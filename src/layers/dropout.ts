// Dropout: in training a feature is zero with probability `rate`, and the others are divided by 1 - rate; in prediction
// nothing happens. Srivastava et al., JMLR 15 (2014), inverted form.
//
// No mask is kept: it is f(seed, stream of the layer, step, turn of time, sample, feature), drawn where it is read, and
// again for the delta.

import type { Expression } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { expectNumber, nameOf, type LayerOptions, type LayerSpec, type Mode } from './layer.ts';
import { weightless } from './parts/weightless.ts';

/**
 * Drops each feature with probability `rate`, which is at least 0 and below 1. Any shape.
 * @throws ShapeError (when the network is declared) if the rate is anything else.
 */
export const dropout = (rate: number, options: LayerOptions = {}): LayerSpec => {
  /** `x` under the mask of this layer and moment. */
  const masked = (p: Program, layer: string, x: Expression, { at }: Mode): Expression => {
    const draw = { kind: 'uniform', range: [0, 1], each: 'step', per: 'sample', at } as const;
    const uniform = p.drawn(`${layer}/mask`, x.shape ?? [], draw);
    return uniform.less(rate).where(0, x.over(1 - rate));
  };
  return weightless({
    type: 'dropout',
    name: nameOf('dropout', options),
    config: { rate },
    outputShape(inputShape, layer) {
      expectNumber(layer, 'rate', rate, 0, 1);
      return inputShape;
    },
    forward(p, x, { name: layer }, mode) {
      return mode.training && rate > 0 ? p.compute(`${layer}/output`, masked(p, layer, x, mode)) : x;
    },
    pull: (p, { input, output }, delta, { name: layer }, mode) =>
      output === input ? delta : masked(p, layer, delta, mode),
  });
};
