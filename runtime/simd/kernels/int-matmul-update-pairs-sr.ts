// int_matmul_update_pairs_sr: int_matmul_update_sr of factors that are int8, summed in integers
// (parts/gradient-pairs.ts).

import { family, kernel, type Referenced, type Trials } from '../kernel.ts';
import { thrownSizes } from '../parts/dice.ts';
import { forGradientPairs, wholeFactors, wholeFactorTrials } from '../parts/gradient-pairs.ts';
import {
  roundedWeight,
  roundingParameters,
  rounding,
  sampleWholeUpdates,
  wholeUpdateKey,
  type WholeUpdate,
} from '../parts/rounding.ts';
import { forWholeGradients } from '../twins/gradient-pairs.ts';
import { roundingReference } from '../twins/rounding.ts';

const parameters = { ...wholeFactors, ...roundedWeight('i8', 'inputs') };

export const int_matmul_update_pairs_sr = family(
  'int_matmul_update_pairs_sr',
  wholeUpdateKey,
  (kept: WholeUpdate, name) =>
    kernel(name, { ...parameters, ...roundingParameters(kept, 'inputs') }, (k, args) =>
      rounding(k, kept, args, (spend) => forGradientPairs(k, args, spend)),
    ),
);

export const variants = sampleWholeUpdates;
export const trials = (): Trials => wholeFactorTrials(thrownSizes);

export const reference =
  (kept: WholeUpdate) =>
  (args: Referenced<typeof parameters>): void =>
    forWholeGradients(args, roundingReference(kept, args));
