// The weight and bias of a layer, in the storage it was told, or the network's.

import type { View } from '../../../runtime/program/buffer.ts';
import type { Dim } from '../../../runtime/program/dim.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { isCheap } from '../../../runtime/simd/parts/activate.ts';
import type { Product } from '../../../runtime/simd/parts/product.ts';
import { f32 } from '../../quantization/f32.ts';
import { anything, boolean, made, oneOf, optional } from '../../options.ts';
import { initializers, type Initializer } from '../../quantization/initializer.ts';
import type { Weights } from '../../quantization/site.ts';
import type { Weight, WeightOperands } from '../../quantization/storage.ts';
import { ShapeError, type LayerContext, type WeightOptions } from '../layer.ts';
import type { Activation } from './activation.ts';
import { learningOf } from './trainable.ts';

/** The options of a layer with a product, for its table; `expectActivation` checks the last. */
export const PRODUCT = {
  initializer: [optional(oneOf(initializers))],
  storage: [optional(made('weight', 'a storage, such as int8()'))],
  bias: [boolean, true],
  trained: [boolean, true],
  activation: [anything, 'identity'],
} as const;

/** Places `<name>/weight` of this shape, the outputs last, and `<name>/bias`. Biases are float in every storage. */
export function weightsOf(
  p: Program,
  { name, storage, trained: context, trainable }: LayerContext,
  shape: readonly Dim[],
  options: WeightOptions,
  usual: Initializer,
): Weights {
  const isParameter = context && (options.trained ?? true);
  const { initializer = usual, bias = true } = options;
  const learns = trainable?.rest ?? true;
  const state = (isTrained: boolean) => ({
    trained: isParameter && isTrained,
    frozen: isParameter && !isTrained,
    ...(typeof learns === 'object' && { learning: learningIn(name, learns.channels, shape) }),
  });
  if (learns === 'bias' && !bias)
    throw new ShapeError(`trainable: '${name}' has no bias, so nothing of it would learn`);
  const weight = (options.storage ?? storage).weight(p, {
    name: `${name}/weight`,
    shape,
    initializer,
    kind: 'matrix',
    ...state(learns !== false && learns !== 'bias'),
  });
  if (typeof learns === 'object' && weight.learning === undefined) {
    throw new ShapeError(`trainable: '${name}' is kept as ${weight.storage}, which knows no share of outputs`);
  }
  const outputs = shape.slice(-1);
  const spec = {
    name: `${name}/bias`,
    shape: outputs,
    initializer: 'zeros',
    kind: 'bias',
    ...state(learns !== false),
  } as const;
  return { weight, bias: bias ? f32.weight(p, spec) : null };
}

/** @throws ShapeError where outputs follow a count: classes that are added learn. */
function learningIn(name: string, share: number, shape: readonly Dim[]): number {
  const outputs = shape[shape.length - 1];
  if (outputs.count === null) return learningOf(share, outputs.offset);
  throw new ShapeError(`trainable: the channels of '${name}' are ${outputs.count.name}, wanted all of them to learn`);
}

export const listed = ({ weight, bias }: Weights): readonly Weight[] => (bias === null ? [weight] : [weight, bias]);

/** The product of these weights, with the activation where it is a product's: `activate` records the others. */
export const productOf = ({ weight, bias }: Weights, activation: Activation): Product => ({
  activation: isCheap(activation) ? activation : 'identity',
  start: bias === null ? 'zero' : 'bias',
  reading: weight.reading,
});

/** The operands by which a product reads a weight. */
export const operandsOf = (p: Program, weight: Weight): WeightOperands => weight.read?.(p) ?? weight.operands();

/** The operand by which a product reads a bias, if there is one. */
export const biasOf = ({ bias }: Weights): Record<string, View> =>
  bias === null ? {} : { bias: bias.operands().weight };
