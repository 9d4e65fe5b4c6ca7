// What the forward products of layers have in common: an activation behind them, and what their sums begin with.

import type { Parameters } from '../kernel.ts';
import type { UnaryName } from './elementwise.ts';

export interface ProductEpilogue {
  readonly activation: UnaryName;
  readonly start: 'bias' | 'zero';
}

export const productKey = ({ start, activation }: ProductEpilogue): string => `${start}_${activation}`;

export const productVariants = (): ProductEpilogue[] => [
  { activation: 'identity', start: 'zero' },
  { activation: 'relu', start: 'bias' },
  { activation: 'tanh', start: 'bias' },
];

/** The parameters without the bias, where sums begin with zero. */
export function withBias<P extends Parameters & { readonly bias: unknown }>(
  { bias, ...others }: P,
  { start }: ProductEpilogue,
): P {
  return { ...others, ...(start === 'bias' ? { bias } : {}) } as P;
}
