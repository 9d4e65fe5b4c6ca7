// A device as kernels have it: a model with its numbers, how its conductance is kept, and how a change becomes pulses.
// Data: it keys kernels, and crosses to workers.
//
// A conductance is kept as a code, state = zero + unit code: 16 bits. A single device has a signed code, so that code 0
// is weight 0; a pair has two unsigned ones in a word, the plus below the minus, and its weight is their difference.

import type { ElementType } from '../../wasm/pointer.ts';
import { streamKey } from '../parts/philox.ts';
import type { Reading } from '../parts/reading.ts';
import { deviceModels, type DeviceModelName } from './index.ts';
import type { Constants } from './model.ts';

export interface Device {
  readonly model: DeviceModelName;
  /** All constants of the model. */
  readonly constants: Constants;
  /**
   * `single`: pulses of both signs reach one device. `pair`: a rise pulses the plus device, a fall the minus device,
   * both up (Lim et al. 2017), and a pair that runs full is refreshed.
   */
  readonly arrangement: 'single' | 'pair';
  /**
   * `nearest`: as many as round to the change. `stochastic`: rounded up or down by chance, so that the mean is the
   * change. `sign`: one.
   */
  readonly pulses: 'nearest' | 'stochastic' | 'sign';
  /** Changes of fewer pulses than this are left out. */
  readonly threshold: number;
  /** The most pulses of one update. */
  readonly most: number;
  /** The share of devices that never move. */
  readonly stuck: number;
  /** The deviation of what is read from what was written, in pulses of the mean device. */
  readonly writeNoise: number;
  /**
   * R (high - low) / (1 + R low) of a resistance R in series as the device is read, by its conductances; default 0:
   * currents are in proportion to them.
   */
  readonly series?: number;
  readonly zero: number;
  readonly unit: number;
}

/** The largest code: of a single device (its negative is the smallest), or of one of a pair (0 is the smallest). */
export const largestCode = ({ arrangement }: Pick<Device, 'arrangement'>): number =>
  arrangement === 'pair' ? 65535 : 32767;

export const smallestCode = (device: Pick<Device, 'arrangement'>): number =>
  device.arrangement === 'pair' ? 0 : -largestCode(device);

const elements: Readonly<Record<Device['arrangement'], ElementType>> = { single: 'i16', pair: 'i32' };

export const readingOf = ({ arrangement }: Pick<Device, 'arrangement'>): Reading => ({
  element: elements[arrangement],
  scaled: true,
  pair: arrangement === 'pair',
  fixed: true,
});

/** The same for the same device only. */
export const deviceKey = (device: Device): string =>
  `${device.model}_${device.arrangement}_${streamKey(JSON.stringify(device)).toString(16)}`;

/** The code, in parts of one, at a share of the way between the mean bounds. */
export function codeAt({ model, constants, zero, unit }: Device, share: number): number {
  const [low, high] = deviceModels[model].bounds(constants);
  return (low + share * (high - low) - zero) / unit;
}

/**
 * A pair is full where one device is above the first of these codes and the other above the second: at 0.75 and at 0.25
 * between the mean bounds, as aihwkit's `OneSidedUnitCell` has it. What a single device's own bounds are, nobody knows.
 */
export const fullCodes = (device: Device): readonly [upper: number, lower: number] => [
  Math.floor(codeAt(device, 0.75)),
  Math.floor(codeAt(device, 0.25)),
];

/** Codes by which a mean pulse, up and down, moves a device. */
export function codesOfPulse({ model, constants, unit }: Device): { readonly up: number; readonly down: number } {
  const { up, down } = deviceModels[model].step(constants);
  return { up: up / unit, down: down / unit };
}

/** The same the larger way. */
export function codesOfStep(device: Device): number {
  const { up, down } = codesOfPulse(device);
  return Math.max(up, down);
}

/** The deviation of what is read from what was written. */
export const codesOfNoise = (device: Device): number => device.writeNoise * codesOfStep(device);
