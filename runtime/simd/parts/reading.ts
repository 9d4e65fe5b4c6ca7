// How a stored weight becomes float in a product: data, so that it keys kernel families, decodes checkpoints and
// crosses to workers. A product loads four stored values at a time through it; a scale belongs to a whole column, so it
// is applied once, to the finished sum.

import { bytesPerElement, type ElementType } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, pointers, type Axis, type PointerParameter } from '../kernel.ts';
import { PANEL, padded } from './panels.ts';

export interface Reading {
  readonly element: ElementType;
  /** Whether each column has a scale that its sum is multiplied by. */
  readonly scaled: boolean;
  /** Whether an element is two 16-bit numbers, of which the value is the difference, lower minus upper. */
  readonly pair?: boolean;
  /** Whether of a value only the sign is read: 1 from 0 on, else -1. */
  readonly sign?: boolean;
  /** Whether all columns have the same scale. */
  readonly shared?: boolean;
  /** Whether the scales are the hardware's: values from elsewhere are kept within what they reach. */
  readonly fixed?: boolean;
}

/** Values that are what they mean. */
export const PLAIN: Reading = { element: 'f32', scaled: false };

/** What a kernel's name says of it: nothing of plain values. */
export const readingKey = ({ element, pair, sign, scaled, shared }: Reading): string =>
  [element !== 'f32' && element, pair && 'pair', sign && 'sign', scaled && 'scaled', shared && 'shared']
    .filter(Boolean)
    .join('_');

/** The parameters by which a product reads a weight; `scale` only where it is scaled. */
export function weightParameters(
  { element, scaled }: Reading,
  columns: string,
  ...shape: Axis[]
): { weight: PointerParameter; scale: PointerParameter<'f32'> } {
  const weight = pointers(element).in(...shape, padded(columns));
  return { weight, ...(scaled ? { scale: f32.in(padded(columns)) } : {}) } as ReturnType<typeof weightParameters>;
}

/** Bytes of a row of a panel. */
export const rowBytes = ({ element }: Pick<Reading, 'element'>): number => PANEL * bytesPerElement(element);

/** The two numbers of a pair. */
export const lowerHalf = (stored: I32): I32 => stored.and(0xffff);
export const upperHalf = (stored: I32): I32 => stored.shrUnsigned(16);

/** A stored value, or four, as float, without the scale. */
export function asFloat(stored: F32 | I32, { pair = false, sign = false }: Pick<Reading, 'pair' | 'sign'>): F32 {
  if (!('toFloat' in stored)) return sign ? stored.ge(0).select(1, -1) : stored;
  if (sign) return stored.shrSigned(31).or(1).toFloat();
  return pair ? lowerHalf(stored).sub(upperHalf(stored)).toFloat() : stored.toFloat();
}

/** A stored value, or four, as it is meant: for sums across columns, to which no scale could be applied. */
export const meant = (stored: F32 | I32, reading: Reading, scale: F32 | null): F32 =>
  scale === null ? asFloat(stored, reading) : asFloat(stored, reading).mul(scale);
