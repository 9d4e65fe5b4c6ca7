// f32_matmul_update: W <- W + change(W, x^T dz), the weight gradient of a dense layer (parts/gradient-tiles.ts) and the
// optimiser in one. W and the update's state are in panels (panels.ts), from the panel on that the pointers stand at.

import { sampleUpdates } from '../cases/updates.ts';
import { f32, family, kernel, type Referenced, type Trials } from '../kernel.ts';
import { factors, factorTrials, forGradientTiles, inVectors } from '../parts/gradient-tiles.ts';
import { padded } from '../parts/panels.ts';
import { spending, updateParameters, type Update } from '../parts/update.ts';
import { forGradients } from '../twins/gradient-tiles.ts';
import { spendingReference } from '../twins/update.ts';

const shape = ['inputs', padded('columns')] as const;
const parameters = { weight: f32.inOut(...shape), ...factors };

export const f32_matmul_update = family(
  'f32_matmul_update',
  (update: Update) => update.name,
  (update, name) =>
    kernel(name, { ...parameters, ...updateParameters(update, shape) }, (k, args) =>
      forGradientTiles(k, args, inVectors(spending(k, update, args))),
    ),
);

export const variants = (): Update[] => sampleUpdates;
export const trials = (): Trials => factorTrials();

export const reference =
  (update: Update) =>
  (args: Referenced<typeof parameters>): void => {
    const spend = spendingReference(update, args);
    forGradients(args, (gradient, at) => spend(at, gradient));
  };
