// Weights as int8: a byte each (rounded.ts).

import { rounded, type RoundedOptions } from './rounded.ts';
import type { Storage } from './storage.ts';

export interface Int8Options extends RoundedOptions {
  /** The largest weight at first, as a multiple of the largest first weight. Default 3. */
  readonly headroom?: number;
  /** Whether each column, an output or a filter, has a scale of its own; else all have the same. Default true. */
  readonly perChannel?: boolean;
}

/**
 * int8 weights, symmetric, with a scale for each column or one for all, rounded stochastically.
 * @throws ConfigurationError for an unknown option, or a headroom that leaves no room for the first weights.
 */
export const int8 = (options: Int8Options = {}): Storage =>
  rounded('int8', 'i8', options, { headroom: 3, perChannel: true });
