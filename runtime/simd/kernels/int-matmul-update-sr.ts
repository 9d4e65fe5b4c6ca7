// int_matmul_update_sr: W <- W + change(W, x^T dz) for weights kept as int8 or int4, the weight gradient of a dense
// layer (parts/gradient-tiles.ts) and the optimiser in one; what changes is rounded stochastically (parts/rounding.ts).
// W and the update's state are in panels (panels.ts), from the panel on that the pointers stand at.

import { family, kernel, type Referenced, type Trials } from '../kernel.ts';
import { thrownSizes } from '../parts/dice.ts';
import { factors, factorTrials, forGradientTiles } from '../parts/gradient-tiles.ts';
import {
  roundedWeight,
  roundingParameters,
  rounding,
  sampleWholeUpdates,
  wholeUpdateKey,
  type WholeUpdate,
} from '../parts/rounding.ts';
import { forGradients } from '../twins/gradient-tiles.ts';
import { roundingReference } from '../twins/rounding.ts';

const parameters = { ...factors, ...roundedWeight('i8', 'inputs') };

export const int_matmul_update_sr = family('int_matmul_update_sr', wholeUpdateKey, (kept: WholeUpdate, name) =>
  kernel(name, { ...parameters, ...roundingParameters(kept, 'inputs') }, (k, args) =>
    rounding(k, kept, args, (spend) => forGradientTiles(k, args, spend)),
  ),
);

export const variants = sampleWholeUpdates;
export const trials = (): Trials => factorTrials(thrownSizes);

export const reference =
  (kept: WholeUpdate) =>
  (args: Referenced<typeof parameters>): void =>
    forGradients(args, roundingReference(kept, args));
