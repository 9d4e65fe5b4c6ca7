// Activations a layer can have, and their slope written in terms of the output y = f(z), so that z need not be kept.

import { isCheap } from '../../../runtime/simd/parts/activate.ts';
import type { UnaryName } from '../../../runtime/simd/parts/elementwise.ts';
import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Initializer } from '../../quantization/initializer.ts';
import { described } from '../../options.ts';
import { ShapeError, type Back } from '../layer.ts';

/** f'(z) from y = f(z). */
const slopes = {
  identity: null,
  relu: (y) => y.greater(0),
  /** 0.01 below zero. */
  leakyRelu: (y) => y.greater(0).times(0.99).plus(0.01),
  /** 1 above zero, y + 1 below: the smaller of 1 and y + 1. */
  elu: (y) => y.plus(1).min(1),
  tanh: (y) => y.map('square').times(-1).plus(1),
  sigmoid: (y) => y.minus(y.map('square')),
} as const satisfies Partial<Record<UnaryName, ((y: Expression) => Expression) | null>>;

export type Activation = keyof typeof slopes;
export const activations = Object.keys(slopes) as Activation[];

/** Refuses what the type forbids, for callers without types. */
export function expectActivation(name: string, activation: string): void {
  if ((activations as string[]).includes(activation)) return;
  throw new ShapeError(
    `${name}: there is no activation ${described(activation)}, wanted ${activations.join(', ')} ` +
      '(softmax belongs to the loss, which takes logits)',
  );
}

/** Activates what a product stored, unless the product did (`productOf`). */
export function activate(p: Program, activation: Activation, output: Tensor): void {
  if (!isCheap(activation)) p.write(output, output.map(activation));
}

/** delta * f'(z); straight through, delta. */
export function throughSlope(
  delta: Expression,
  activation: Activation,
  y: Expression,
  { straightThrough = false }: Pick<Back, 'straightThrough'>,
): Expression {
  const slope: ((y: Expression) => Expression) | null = slopes[activation];
  return slope === null || straightThrough ? delta : delta.times(slope(y));
}

/** He's gain keeps the variance under half-wave activations, LeCun's under the others. */
export const defaultInitializer = (activation: Activation): Initializer =>
  activation === 'relu' || activation === 'leakyRelu' || activation === 'elu' ? 'he' : 'lecun';
