// i8_matmul_update_sr: W <- W + change(W, x^T dz) for weights kept as int8, the weight gradient of a dense layer
// (parts/gradient-tiles.ts) and the optimiser in one; what changes is rounded stochastically (parts/rounding.ts). W and
// the update's state are in panels (panels.ts), from the panel on that the pointers stand at.

import { sampleUpdates } from '../cases/updates.ts';
import { family, kernel, type Referenced, type Trials } from '../kernel.ts';
import { factors, factorTrials, forGradientTiles } from '../parts/gradient-tiles.ts';
import { roundedWeight, roundingParameters, roundingSizes, rounding } from '../parts/rounding.ts';
import type { Update } from '../parts/update.ts';
import { forGradients } from '../twins/gradient-tiles.ts';
import { roundingReference } from '../twins/rounding.ts';

const parameters = { ...factors, ...roundedWeight('inputs') };

export const i8_matmul_update_sr = family(
  'i8_matmul_update_sr',
  (update: Update) => update.name,
  (update, name) =>
    kernel(name, { ...parameters, ...roundingParameters(update, 'inputs') }, (k, args) =>
      rounding(k, update, args, (spend) => forGradientTiles(k, args, spend)),
    ),
);

export const variants = (): Update[] => sampleUpdates;
export const trials = (): Trials => factorTrials(roundingSizes);

export const reference =
  (update: Update) =>
  (args: Referenced<typeof parameters>): void =>
    forGradients(args, roundingReference(update, args));
