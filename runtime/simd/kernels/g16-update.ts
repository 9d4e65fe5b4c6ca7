// g16_update: W <- W + change(W, gradient) by pulses on devices (parts/pulses.ts), for a gradient that is a buffer,
// in panels (panels.ts) as the weight is.

import { sampleDevices } from '../cases/devices.ts';
import { sampleUpdates } from '../cases/updates.ts';
import { f32, family, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { forGradientPanels } from '../parts/gradient-tiles.ts';
import { padded } from '../parts/panels.ts';
import { pulsedKey, pulsedParameters, pulsedSizes, pulsing, type Pulsed } from '../parts/pulses.ts';
import { forPanelGradients } from '../twins/gradient-tiles.ts';
import { pulsingReference } from '../twins/pulses.ts';

const parameters = (pulsed: Pulsed) => ({
  gradient: f32.in('rows', padded('columns')),
  rows: size,
  ...pulsedParameters(pulsed, 'rows'),
});

export const g16_update = family('g16_update', pulsedKey, (pulsed: Pulsed, name) =>
  kernel(name, parameters(pulsed), (k, args) => pulsing(k, pulsed, args, (spend) => forGradientPanels(k, args, spend))),
);

export const variants = (): Pulsed[] => [{ device: sampleDevices[0], update: sampleUpdates[1] }];
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [7, 20],
  ].map(([rows, columns]) => ({ rows, columns, ...pulsedSizes })),
  indices: { wear: 1000 },
});

export const reference =
  (pulsed: Pulsed) =>
  (args: Referenced<ReturnType<typeof parameters>>): void =>
    forPanelGradients(args, pulsingReference(pulsed, args));
