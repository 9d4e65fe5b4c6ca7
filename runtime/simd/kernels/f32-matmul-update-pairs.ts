// f32_matmul_update_pairs: f32_matmul_update of factors that are int8, summed in integers (parts/gradient-pairs.ts).

import { sampleUpdates } from '../cases/updates.ts';
import { f32, family, kernel, type Referenced, type Trials } from '../kernel.ts';
import { forGradientPairs, wholeFactors, wholeFactorTrials } from '../parts/gradient-pairs.ts';
import { inVectors } from '../parts/gradient-tiles.ts';
import { padded } from '../parts/panels.ts';
import { spending, updateParameters, type Update } from '../parts/update.ts';
import { forWholeGradients } from '../twins/gradient-pairs.ts';
import { spendingReference } from '../twins/update.ts';

const shape = ['inputs', padded('columns')] as const;
const parameters = { weight: f32.inOut(...shape), ...wholeFactors };

export const f32_matmul_update_pairs = family(
  'f32_matmul_update_pairs',
  (update: Update) => update.name,
  (update, name) =>
    kernel(name, { ...parameters, ...updateParameters(update, shape) }, (k, args) =>
      forGradientPairs(k, args, inVectors(spending(k, update, args))),
    ),
);

export const variants = (): Update[] => sampleUpdates;
export const trials = (): Trials => wholeFactorTrials();

export const reference =
  (update: Update) =>
  (args: Referenced<typeof parameters>): void => {
    const spend = spendingReference(update, args);
    forWholeGradients(args, (gradient, at) => spend(at, gradient));
  };
