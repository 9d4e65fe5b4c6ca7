// How weights see dL/dz while they learn from it: as floats, or as int8 for one step.

import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { LearnSite } from './storage.ts';

export interface Deltas {
  /** What the site of a product offers more; nothing, where x is floats. */
  site(of: Pick<LearnSite, 'weight' | 'bias'>, x: Tensor, dz: Expression): Pick<LearnSite, 'whole'>;
}
