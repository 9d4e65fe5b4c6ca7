// i8_update_sr: W <- W + change(W, gradient) for weights kept as int8 whose gradient is a buffer, in panels (panels.ts)
// as they are; what changes is rounded stochastically (parts/rounding.ts).

import { sampleUpdates } from '../cases/updates.ts';
import { f32, family, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { forGradientPanels } from '../parts/gradient-tiles.ts';
import { padded, PANEL, panelElements } from '../parts/panels.ts';
import { roundedWeight, roundingParameters, roundingSizes, rounding } from '../parts/rounding.ts';
import type { Update } from '../parts/update.ts';
import { roundingReference } from '../twins/rounding.ts';

const parameters = { gradient: f32.in('rows', padded('columns')), rows: size, ...roundedWeight('rows') };

export const i8_update_sr = family(
  'i8_update_sr',
  (update: Update) => update.name,
  (update, name) =>
    kernel(name, { ...parameters, ...roundingParameters(update, 'rows') }, (k, args) =>
      rounding(k, update, args, (spend) => forGradientPanels(k, args, spend)),
    ),
);

export const variants = (): Update[] => sampleUpdates;
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [7, 20],
    [25, 9],
  ].map(([rows, columns]) => ({ rows, columns, ...roundingSizes })),
});

export const reference =
  (update: Update) =>
  (args: Referenced<typeof parameters>): void => {
    const { gradient, rows, columns } = args;
    const spend = roundingReference(update, args);
    const panelOf = (at: number): number => Math.floor(at / (rows * PANEL));
    for (let at = 0; at < panelElements(rows, columns); at++) {
      spend(gradient[at], at, panelOf(at) * PANEL + (at & 7));
    }
  };
