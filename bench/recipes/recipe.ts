// What a row of docs/results.md is: a training, with the figures it is held against; and what a row says of itself.

import type { RuleName } from '../../src/forward-only/index.ts';
import { toArguments, type Told } from '../shared/ask-onward.ts';

/** How a figure is known: read in the primary source, quoted by a third party, or remembered, which judges nothing. */
export type Tag = 'V' | '2nd' | 'M';

/** Test accuracy in percent, mean and standard deviation; or by how much it is below the control's at equal passes. */
export type Published = ({ readonly accuracy: number; readonly deviation?: number } | { readonly below: number }) & {
  readonly source: string;
  /** Default 'M'. */
  readonly tag?: Tag;
  /** Passes over all training data; where they are not known, no accuracy is compared with it. */
  readonly epochs?: number;
};

export interface Recipe {
  /** `depth-tpsgd`: of a group, which goes by what stands before the dash. */
  readonly name: string;
  /** Default `mnist`. */
  readonly data?: string;
  /** A network in the command line's word, or a file. */
  readonly network: string;
  readonly rule: RuleName;
  /** Options of `onward train`, as it takes them. */
  readonly options: Told;
  readonly epochs: number;
  readonly seeds: readonly number[];
  /** What the mean test accuracy has to be: so many percent, or at most so many points below that of another recipe. */
  readonly must?: { readonly reach: number } | { readonly stayWithin: number; readonly of: string };
  readonly published?: Published;
  /** All seeds, on one core, before it was measured. */
  readonly minutes?: number;
}

/**
 * whole: all training data, and as many passes as the published accuracy has; scaled: a fraction of them, never
 * compared with it, but by a bar of its own, as the control at equal passes; reported: all data, and nothing is wanted.
 */
export type RowClass = 'whole' | 'scaled' | 'reported';

export function classOf({ options, epochs, published, must }: Recipe): RowClass {
  const isShort = published !== undefined && 'accuracy' in published && !(epochs >= (published.epochs ?? Infinity));
  if (isShort || options.limit !== undefined) return 'scaled';
  return published === undefined && must === undefined ? 'reported' : 'whole';
}

/** What the mean has to be: what the recipe says, or of a whole row the published figure less its deviation. */
export function mustOf(recipe: Recipe): Recipe['must'] {
  const { must, published } = recipe;
  if (must !== undefined || published?.tag !== 'V' || !('accuracy' in published)) return must;
  return classOf(recipe) === 'whole' ? { reach: published.accuracy - (published.deviation ?? 0) } : undefined;
}

/** The arguments of `onward` that train a recipe with a seed. */
export const trainArguments = ({ data = 'mnist', network, rule, options, epochs }: Recipe, seed: number): string[] => [
  'train',
  ...['--data', data, '--network', network, '--rule', rule],
  ...toArguments(options),
  ...['--epochs', `${epochs}`, '--seed', `${seed}`],
];
