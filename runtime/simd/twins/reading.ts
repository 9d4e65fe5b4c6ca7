// How products read weights (parts/reading.ts) in plain TypeScript, bit for bit.

import { nibbleAt } from '../../wasm/nibbles.ts';
import type { Reading } from '../parts/reading.ts';
import { pairDifference } from './math.ts';

/** The stored value at an index as float, without the scale. */
export function asFloatReference(
  { element, pair = false, sign = false }: Omit<Reading, 'scaled'>,
  stored: ArrayLike<number>,
  at: number,
): number {
  const value = element === 'i4' ? nibbleAt(stored, at) : stored[at];
  if (sign) return value >= 0 ? 1 : -1;
  return pair ? pairDifference(value) : value;
}

interface Stored {
  readonly weight: ArrayLike<number>;
  readonly scale: Float32Array;
}

/** The stored value at an index as it is meant. */
export function meantReference(reading: Reading, { weight, scale }: Stored, at: number, column: number): number {
  const value = asFloatReference(reading, weight, at);
  return reading.scaled ? Math.fround(value * scale[column]) : value;
}
