// int_update_sr: W <- W + change(W, gradient) for weights kept as int8 or int4 whose gradient is a buffer, in panels
// (panels.ts) as they are; what changes is rounded stochastically (parts/rounding.ts).

import { f32, family, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { thrownSizes } from '../parts/dice.ts';
import { forGradientPanels } from '../parts/gradient-tiles.ts';
import { padded } from '../parts/panels.ts';
import {
  roundedWeight,
  roundingParameters,
  rounding,
  sampleWholeUpdates,
  wholeUpdateKey,
  type WholeUpdate,
} from '../parts/rounding.ts';
import { forPanelGradients } from '../twins/gradient-tiles.ts';
import { roundingReference } from '../twins/rounding.ts';

const parameters = { gradient: f32.in('rows', padded('columns')), rows: size, ...roundedWeight('i8', 'rows') };

export const int_update_sr = family('int_update_sr', wholeUpdateKey, (kept: WholeUpdate, name) =>
  kernel(name, { ...parameters, ...roundingParameters(kept, 'rows') }, (k, args) =>
    rounding(k, kept, args, (spend) => forGradientPanels(k, args, spend)),
  ),
);

export const variants = sampleWholeUpdates;
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [7, 20],
    [25, 9],
  ].map(([rows, columns]) => ({ rows, columns, ...thrownSizes })),
});

export const reference =
  (kept: WholeUpdate) =>
  (args: Referenced<typeof parameters>): void =>
    forPanelGradients(args, roundingReference(kept, args));
