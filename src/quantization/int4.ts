// Weights as int4: two in a byte (rounded.ts). With 15 steps a column must use them: at first its largest weight is the
// largest there is.

import { rounded, type RoundedOptions } from './rounded.ts';
import type { Storage } from './storage.ts';

export interface Int4Options extends RoundedOptions {
  /** The largest weight at first, as a multiple of the largest first weight. Default 1. */
  readonly headroom?: number;
  /** Whether each column, an output or a filter, has a scale of its own; else all have the same. Default true. */
  readonly perChannel?: boolean;
}

/**
 * int4 weights, symmetric, with a scale for each column or one for all, rounded stochastically.
 * @throws ConfigurationError for an unknown option, or a headroom that leaves no room for the first weights.
 */
export const int4 = (options: Int4Options = {}): Storage =>
  rounded('int4', 'i4', options, { headroom: 1, perChannel: true });
