// A fully connected layer that stays as it is, beside one of low rank that learns: y = f(x W + b + (x A) B), x
// [inputs], y [units], A [inputs, rank], B [rank, units]. B begins as zeros, so at first the layer is the one it was
// made of; and W + A B is what it learned, as `mergeLora` has it.
//
// Source: Hu, Shen, Wallis, Allen-Zhu, Li, Wang, Wang, Chen: LoRA: low-rank adaptation of large language models. ICLR
// (2022), with alpha = rank.

import { f32_matmul } from '../../runtime/simd/kernels/f32-matmul.ts';
import { f32_matmul_bt } from '../../runtime/simd/kernels/f32-matmul-bt.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { integer } from '../options.ts';
import { f32 } from '../quantization/f32.ts';
import { productSite, type Weights } from '../quantization/site.ts';
import type { Weight } from '../quantization/storage.ts';
import { dense, type DenseOptions } from './dense.ts';
import { pulled, readLayer, type Layer, type LayerContext, type LayerSpec, type Saved } from './layer.ts';
import { defaultInitializer, throughSlope, type Activation } from './parts/activation.ts';
import { productLayer } from './parts/product.ts';
import { NOTHING } from './parts/trainable.ts';
import { listed, PRODUCT, weightsOf } from './parts/weights.ts';

export interface LoraOptions extends DenseOptions {
  /** Columns of A, rows of B. Default 4. */
  readonly rank?: number;
}

/**
 * A dense layer of `units` outputs that learns in a product of low rank alone. Named as the dense layer it takes the
 * place of, it takes the weights of that. Its own are float, in every storage.
 * @throws ShapeError (when the network is declared) if its input is not one axis, or the rank no whole number.
 */
export function lora(units: number, options: LoraOptions = {}): LayerSpec {
  const { name, check, ...values } = readLayer('lora', options, { ...PRODUCT, rank: [integer(1), 4] });
  const { rank, ...others } = values;
  const inner = dense(units, others);
  return {
    ...inner,
    type: 'lora',
    name,
    config: { ...inner.config, rank },
    outputShape(inputShape, layer) {
      check(layer);
      return inner.outputShape(inputShape, layer);
    },
    parameterCount: (inputShape) => inner.parameterCount(inputShape) + rank * (inputShape[0] + units),
    record: (p, context) => recordLora(p, context, { ...values, units }),
  };
}

interface LoraSaved extends Saved {
  /** x A */
  readonly low: Tensor;
}

type Config = LoraOptions & Readonly<Record<'rank' | 'units', number>>;

function recordLora(p: Program, context: LayerContext, options: Config): Layer {
  const { name, trainable } = context;
  const { rank, units, activation = 'identity', trained = true } = options;
  const [inputs] = context.inputShape;
  const outputs = context.outputs ?? constant(units);
  const usual = defaultInitializer(activation);
  const base = weightsOf(p, { ...context, trainable: NOTHING }, [constant(inputs), outputs], options, usual);
  const learns = context.trained && trained && trainable?.rest !== false;
  const factor = (part: 'lora_a' | 'lora_b', shape: readonly Dim[], initializer: 'lecun' | 'zeros'): Weight =>
    f32.weight(p, { name: `${name}/${part}`, shape, initializer, kind: 'matrix', trained: learns, frozen: !learns });
  const down = factor('lora_a', [constant(inputs), constant(rank)], 'lecun');
  const up = factor('lora_b', [constant(rank), outputs], 'zeros');

  const product = (part: string, pair: Weights, inner: Partial<LayerContext>): Layer => {
    const { rows, columns } = pair.weight;
    return productLayer(p, { ...context, ...inner, name: `${name}${part}` }, 'dense', {
      ...{ pair, activation: 'identity', outputShape: [columns], sizes: { inputs: rows, outputs: columns } },
      multiply: (q, form, operands) => q.call(f32_matmul(form), operands),
      integer: 'i8_matmul',
      pull: () => f32_matmul_bt,
      site: (x, dz) => productSite(pair, x, dz),
    });
  };
  const { activations = null } = context;
  const whole = product('', base, { activations: activations?.asGiven ?? activations });
  const lower = product('/low', { weight: down, bias: null }, { activations: null });
  const raise = product('/adapted', { weight: up, bias: null }, { activations: null });

  const layer: Layer<LoraSaved> = {
    name,
    type: 'lora',
    weights: [...listed(base), down, up],
    forward(q, given, mode) {
      const { input, output } = whole.forward(q, given, mode);
      const { output: low } = lower.forward(q, input, mode);
      q.write(output, activated(output.plus(raise.forward(q, low, mode).output), activation));
      return { input, output, low };
    },
    back(q, { input, output, low }, delta, to) {
      const dz = q.materialize(`${name}/dz`, throughSlope(delta, activation, output, to));
      const dLow = pulled(q, raise, { input: low, output }, dz, to);
      const dx = whole.back(q, { input, output }, dz, { ...to, sink: undefined });
      const dxLow = lower.back(q, { input, output: low }, dLow, to);
      return dx && dxLow && dx.plus(dxLow);
    },
  };
  return layer;
}

const activated = (z: Expression, activation: Activation): Expression =>
  activation === 'identity' ? z : z.map(activation);
