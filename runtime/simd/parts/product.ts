// What the forward products of layers have in common: how they read the weight, what their sums begin with and end in.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32 } from '../../wasm/values.ts';
import { sampleReadings } from '../cases/readings.ts';
import type { Parameters } from '../kernel.ts';
import { activate, type CheapActivation } from './activate.ts';
import { PLAIN, readingKey, type Reading } from './reading.ts';

export interface Product {
  readonly activation: CheapActivation;
  readonly start: 'bias' | 'zero';
  readonly reading: Reading;
}

export const productKey = ({ start, activation, reading }: Product): string =>
  [start, activation, readingKey(reading)].filter((part) => part !== '').join('_');

export const productVariants = (): Product[] => [
  { activation: 'identity', start: 'zero', reading: PLAIN },
  ...sampleReadings.map(
    (reading, at): Product => ({ activation: at % 2 === 0 ? 'relu' : 'leakyRelu', start: 'bias', reading }),
  ),
  { activation: 'identity', start: 'zero', reading: sampleReadings[1] },
];

/** The parameters without the bias, where sums begin with zero. */
export function withBias<P extends Parameters & { readonly bias: unknown }>(
  { bias, ...others }: P,
  { start }: Pick<Product, 'start'>,
): P {
  return { ...others, ...(start === 'bias' ? { bias } : {}) } as P;
}

/** What stands at the columns of a sum in a vector with a number for each column. */
type AtColumns = (values: Pointer<'f32'>) => F32;

/** What a sum begins with. Where columns have a scale, their sums have none yet, so the bias comes behind it. */
export const beginSum = ({ start, reading }: Product, bias: Pointer<'f32'>, at: AtColumns, zero: F32): F32 =>
  start === 'bias' && !reading.scaled ? at(bias) : zero;

/** The output that a finished sum makes. */
export function endSum(
  k: Emitter,
  { activation, start, reading }: Product,
  { bias, scale }: Readonly<Record<'bias' | 'scale', Pointer<'f32'>>>,
  at: AtColumns,
  sum: F32,
): F32 {
  if (!reading.scaled) return activate(k, activation, sum);
  const whole = start === 'bias' ? at(bias).multiplyAdd(sum, at(scale)) : sum.mul(at(scale));
  return activate(k, activation, k.let(whole));
}
