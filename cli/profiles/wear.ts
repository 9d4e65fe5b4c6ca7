// What devices went through: pulses, as their weights count them, and the energy of these.
//
//   E = V^2 G t  a pulse, as NeuroSim has it, with G the mean conductance of the weight's devices as they are now

import { WEAR } from '../../runtime/simd/parts/pulses.ts';
import type { Profile, StoredWeight } from '../../src/index.ts';
import { mapped } from '../../src/quantization/device-array.ts';
import { conductanceOf, moments } from './response.ts';

export interface Wear {
  readonly devices: number;
  /** Of a device, mean over all, and over those of the weight that had most; what one device had is not counted. */
  readonly pulses: number;
  readonly most: { readonly weight: string; readonly pulses: number };
  /** Of all pulses; null where the profile does not know voltage, width or conductance. */
  readonly joules: number | null;
}

/** Above the lower word: pulses are counted in 30 bits and above. */
const ABOVE = 2 ** 30;

/** @param profile of the devices; null where there are none, or no weight counts pulses */
export function wearOf(weights: Readonly<Record<string, StoredWeight>>, profile: Profile | undefined): Wear | null {
  if (profile === undefined) return null;
  const each = Object.entries(weights).flatMap(([weight, stored]) => wornBy(weight, stored, profile) ?? []);
  if (each.length === 0) return null;
  const sum = (of: (worn: Worn) => number): number => each.reduce((total, worn) => total + of(worn), 0);
  const devices = sum((worn) => worn.devices);
  const [most] = each
    .map((worn) => ({ weight: worn.weight, pulses: worn.pulses / worn.devices }))
    .sort((a, b) => b.pulses - a.pulses);
  const known = each.every(({ joules }) => joules !== null);
  return {
    devices,
    pulses: sum(({ pulses }) => pulses) / devices,
    most,
    joules: known ? sum(({ joules }) => joules ?? 0) : null,
  };
}

interface Worn {
  readonly weight: string;
  readonly devices: number;
  readonly pulses: number;
  readonly joules: number | null;
}

function wornBy(weight: string, { values, counts, isPair }: StoredWeight, profile: Profile): Worn | null {
  if (counts === null) return null;
  const [up, down] = [
    counts[WEAR.rises] + ABOVE * counts[WEAR.risesAbove],
    counts[WEAR.falls] + ABOVE * counts[WEAR.fallsAbove],
  ];
  const devices = isPair ? 2 * values.length : values.length;
  return { weight, devices, pulses: up + down, joules: energyOf(profile, { values, isPair, up, down }) };
}

interface Pulsed extends Pick<StoredWeight, 'values' | 'isPair'> {
  readonly up: number;
  readonly down: number;
}

function energyOf(profile: Profile, { values, isPair, up, down }: Pulsed): number | null {
  const [siemens, { write }] = [conductanceOf(profile), profile];
  if (siemens === null || write === undefined) return null;
  const { zero, unit } = mapped('wear', profile, {}).device;
  const codes = Array.from(values).flatMap((code) => (isPair ? [code & 0xffff, code >>> 16] : [code]));
  const mean = moments(codes.map((code) => siemens(zero + code * unit))).mean;
  const of = ({ volts, seconds }: typeof write.up): number => volts ** 2 * mean * seconds;
  // both devices of a pair are pulsed up
  return up * of(write.up) + down * of(isPair ? write.up : write.down);
}

/** `12.3 a device (34.5 in dense_1/weight), 1.20e-6 J`. */
export const describeWear = ({ pulses, most, joules }: Wear): string =>
  `${pulses.toPrecision(3)} a device (${most.pulses.toPrecision(3)} in ${most.weight}), ` +
  (joules === null ? 'energy not known' : `${joules.toExponential(2)} J`);
