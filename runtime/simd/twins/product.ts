// How products begin sums and end them (parts/product.ts) in plain TypeScript, bit for bit.

import type { Product } from '../parts/product.ts';
import { unaryReference } from './elementwise.ts';

type Columns = Readonly<Record<'bias' | 'scale', Float32Array>>;

export const beginSumReference = ({ start, reading }: Product, { bias }: Columns, column: number): number =>
  start === 'bias' && !reading.scaled ? bias[column] : 0;

/** The output that a finished sum makes. */
export function endSumReference(product: Product, { bias, scale }: Columns, column: number, sum: number): number {
  const { activation, start, reading } = product;
  const scaled = reading.scaled ? Math.fround(sum * scale[column]) : sum;
  const whole = reading.scaled && start === 'bias' ? Math.fround(bias[column] + scaled) : scaled;
  return unaryReference[activation](whole);
}
