// A fully connected layer: y = f(x W + b), x [inputs], y [units].

import { f32_matmul } from '../../runtime/simd/kernels/f32-matmul.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { productSite } from '../quantization/site.ts';
import { flatten } from './flatten.ts';
import {
  expectRank,
  expectWhole,
  readLayer,
  needed,
  type Layer,
  type LayerContext,
  type LayerSpec,
  type WeightOptions,
} from './layer.ts';
import { defaultInitializer, expectActivation, type Activation } from './parts/activation.ts';
import { productLayer } from './parts/product.ts';
import { PRODUCT, weightsOf } from './parts/weights.ts';
import type { Word } from './word.ts';

export interface DenseOptions extends WeightOptions {
  /** Default `identity`: the outputs are logits. */
  readonly activation?: Activation;
}

/**
 * A dense layer of `units` outputs.
 * @throws ShapeError (when the network is declared) if its input is not one axis.
 */
export function dense(units: number, options: DenseOptions = {}): LayerSpec {
  const { name, check, ...values } = readLayer('dense', options, PRODUCT);
  const { activation, bias } = values;
  return {
    type: 'dense',
    name,
    config: { units, activation, ...(bias ? {} : { bias }) },
    counted: true,
    outputShape(inputShape, layer) {
      expectWhole(layer, 'units', units, 0);
      check(layer);
      expectActivation(layer, activation);
      expectRank(layer, inputShape, 1, '[features]: put flatten() before it');
      return [units];
    },
    parameterCount: ([inputs]) => (inputs + (bias ? 1 : 0)) * units,
    record: (p, context) => recordDense(p, context, { ...values, units }),
  };
}

export const denseWord: Word = {
  form: 'N',
  about: 'dense, N units; flattens what it gets',
  activates: true,
  layers: ({ N }, { activation, isFlat }) => [...(isFlat ? [] : [flatten()]), dense(N, { activation })],
};

interface Config extends DenseOptions {
  readonly units: number;
  readonly activation: Activation;
}

function recordDense(p: Program, context: LayerContext, { units, activation, ...options }: Config): Layer {
  const { name } = context;
  const [inputs] = context.inputShape;
  const outputs = context.outputs ?? constant(units);
  const pair = weightsOf(p, context, [constant(inputs), outputs], options, defaultInitializer(activation));
  return productLayer(p, context, 'dense', {
    pair,
    activation,
    outputShape: [outputs],
    sizes: { inputs, outputs },
    multiply(q, form, operands) {
      const { events } = operands.x.buffer;
      q.call((events?.f32_matmul_events ?? f32_matmul)(form), operands);
    },
    integer: 'i8_matmul',
    pull: (to) => needed(name, to).f32_matmul_bt,
    site: (x, dz) => productSite(pair, x, dz),
  });
}
