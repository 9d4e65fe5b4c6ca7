// How a stored weight becomes float in a product: data, so that it keys kernel families, decodes checkpoints and
// crosses to workers. A product loads four stored values at a time through it; a scale belongs to a whole column, so it
// is applied once, to the finished sum.

import type { ElementType } from '../../wasm/pointer.ts';

export interface Reading {
  readonly element: ElementType;
  /** Whether each column has a scale that its sum is multiplied by. */
  readonly scaled: boolean;
}

/** Values that are what they mean. */
export const PLAIN: Reading = { element: 'f32', scaled: false };
