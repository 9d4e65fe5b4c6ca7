// Dropout: in training a feature is zero with probability `rate`, and the others are divided by 1 - rate; in prediction
// nothing happens. Srivastava et al., JMLR 15 (2014), inverted form.
//
// No mask is kept: it is f(seed, stream of the layer, step, element), and is drawn again for the delta.

import { f32_dropout } from '../../runtime/simd/kernels/f32-dropout.ts';
import { product } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { expectNumber, type LayerOptions, type LayerSpec } from './layer.ts';
import { weightless } from './parts/weightless.ts';

/**
 * Drops each feature with probability `rate`, which is at least 0 and below 1. Any shape.
 * @throws ShapeError (when the network is declared) if the rate is anything else.
 */
export const dropout = (rate: number, { name }: LayerOptions = {}): LayerSpec => {
  /** `x` under the mask of this layer and step. */
  const masked = (p: Program, layer: string, what: string, x: Tensor): Tensor => {
    const out = p.tensor({ name: `${layer}/${what}`, shape: x.shape, role: 'activation' });
    p.call(f32_dropout, { out, x, rate, n: product(x.shape), ...p.draws(`${layer}/mask`, p.step) });
    return out;
  };
  return weightless({
    type: 'dropout',
    name,
    config: { rate },
    outputShape(inputShape, layer) {
      expectNumber(layer, 'rate', rate, 0, 1);
      return inputShape;
    },
    forward: (p, x, context, { training }) => (training && rate > 0 ? masked(p, context.name, 'output', x) : x),
    pull(p, { input, output }, delta, context) {
      const unmasked = p.materialize(`${context.name}/delta`, delta);
      return output === input ? unmasked : masked(p, context.name, 'pulled', unmasked);
    },
  });
};
