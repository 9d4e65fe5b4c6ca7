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
}

/** Values that are what they mean. */
export const PLAIN: Reading = { element: 'f32', scaled: false };

/** What a kernel's name says of it: nothing of plain values. */
export const readingKey = ({ element, scaled }: Reading): string =>
  scaled ? `${element}_scaled` : element === 'f32' ? '' : element;

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

/** A stored value, or four, as float, without the scale. */
export const asFloat = (stored: F32 | I32): F32 => ('toFloat' in stored ? stored.toFloat() : stored);

/** A stored value, or four, as it is meant: for sums across columns, to which no scale could be applied. */
export const meant = (stored: F32 | I32, scale: F32 | null): F32 =>
  scale === null ? asFloat(stored) : asFloat(stored).mul(scale);
