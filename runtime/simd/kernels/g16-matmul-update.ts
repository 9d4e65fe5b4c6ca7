// g16_matmul_update: W <- W + change(W, x^T dz) by pulses on devices (parts/pulses.ts): the weight gradient of a
// dense layer (parts/gradient-tiles.ts), the optimiser and the devices in one.

import { sampleDevices } from '../cases/devices.ts';
import { sampleUpdates } from '../cases/updates.ts';
import { family, kernel, type Referenced, type Trials } from '../kernel.ts';
import { factors, factorTrials, forGradientTiles } from '../parts/gradient-tiles.ts';
import { pulsedKey, pulsedParameters, pulsedSizes, pulsing, type Pulsed } from '../parts/pulses.ts';
import { forGradients } from '../twins/gradient-tiles.ts';
import { pulsingReference } from '../twins/pulses.ts';

const parameters = (pulsed: Pulsed) => ({ ...factors, ...pulsedParameters(pulsed, 'inputs') });

export const g16_matmul_update = family('g16_matmul_update', pulsedKey, (pulsed: Pulsed, name) =>
  kernel(name, parameters(pulsed), (k, args) => pulsing(k, pulsed, args, (spend) => forGradientTiles(k, args, spend))),
);

export const variants = (): Pulsed[] => sampleDevices.map((device) => ({ device, update: sampleUpdates[0] }));
export const trials = (): Trials => ({ ...factorTrials(pulsedSizes), indices: { wear: 1000 } });

export const reference =
  (pulsed: Pulsed) =>
  (args: Referenced<ReturnType<typeof parameters>>): void =>
    forGradients(args, pulsingReference(pulsed, args));
