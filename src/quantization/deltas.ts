// How weights see dL/dz while they learn from it: as floats, or as int8 for one step.

import type { Expression, Operand, Tensor } from '../../runtime/program/expression.ts';
import type { LearnSite } from './storage.ts';

/**
 * By the layer's type: what the site of a weight and its bias offers more, or instead; nothing, where x is floats.
 * `sizes` are what the layer's kernels ask for.
 */
export interface Deltas {
  readonly [layer: string]: (
    of: Pick<LearnSite, 'weight' | 'bias'>,
    x: Tensor,
    dz: Expression,
    sizes: Readonly<Record<string, Operand>>,
  ) => Partial<LearnSite>;
}
