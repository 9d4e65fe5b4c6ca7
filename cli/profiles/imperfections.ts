// Which imperfections the devices of a profile have, computed from what its model does: nothing is typed in but what no
// model does.

import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { expectProfile, type Profile, type Retention } from '../../src/quantization/profiles/profile.ts';
import { modelStepOf, moments, noiseOf, normals, Specimen, statesOf, type Way } from './response.ts';

export interface Imperfections {
  /** Pulses up from bound to bound; where steps vanish there, the range in mean steps. */
  readonly states: number;
  /** The share by which the smallest step is smaller than the largest, from a tenth to nine tenths of the range. */
  readonly nonlinearity: number;
  /** How far apart steps up and down are, over their sum, mean over those states; null where none go down. */
  readonly asymmetry: number | null;
  /** Deviation of a step from cycle to cycle in the middle of the range, over the range by the states. */
  readonly cycle: number;
  /** Deviation of a step from device to device there, over that step. */
  readonly device: number;
  /** Highest over lowest conductance, where they are known. */
  readonly onOff: number | null;
  /** The share of devices that never move. */
  readonly stuck: number;
  /** Deviation of what is read from what was written, over the mean step. */
  readonly writeNoise: number;
  readonly retention: Retention | null;
}

/** What no profile can have. */
export const notModelled: readonly string[] = [
  'resistance of lines, and currents by other paths',
  'wear: pulses are counted, and change no device',
  'temperature',
];

const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
const DEVICES = 400;

export function imperfectionsOf(profile: Profile): Imperfections {
  const { model, constants, arrangement, stuck, writeNoise } = expectProfile(profile);
  const [low, high] = deviceModels[model].bounds(constants);
  const mean = new Specimen(profile);
  const ways: readonly Way[] = arrangement === 'pair' ? [1] : [1, -1];
  const middle = low + (high - low) / 2;
  const sizes = ways.map((way) =>
    SHARES.map((share) => {
      const state = low + share * (high - low);
      return Math.abs(mean.pulse(state, way) - state);
    }),
  );
  const [up, down] = sizes;
  const step = mean.pulse(middle, 1) - middle;
  const draw = normals(1, 'devices');
  const devices = Array.from({ length: DEVICES }, () => new Specimen(profile, draw).pulse(middle, 1) - middle);
  const states = statesOf(profile);
  return {
    states,
    nonlinearity: Math.max(...sizes.map((steps) => 1 - Math.min(...steps) / Math.max(...steps))),
    asymmetry: down === undefined ? null : moments(up.map((size, at) => apart(size, down[at]))).mean,
    cycle: noiseOf(profile) * states,
    device: deviceModels[model].draws(constants) === 0 ? 0 : moments(devices).deviation / Math.abs(step),
    onOff: profile.conductance === undefined ? null : profile.conductance.high / profile.conductance.low,
    stuck,
    writeNoise: writeNoise * modelStepOf(profile) * states,
    retention: profile.retention ?? null,
  };
}

const apart = (up: number, down: number): number => Math.abs(up - down) / (up + down);

const whole = (share: number): string => `${Math.round(100 * share)} %`;
const orNo = (share: number | null): string => (share === null || Math.round(100 * share) === 0 ? 'no' : whole(share));

/** The names of the columns of `imperfectionCells`. */
export const imperfectionColumns: readonly string[] = [
  'states',
  'nonlinearity',
  'asymmetry',
  'cycle',
  'device',
  'on/off',
  'stuck',
  'write',
  'retention',
];

/** As people read them: `no` for what a profile does not have. */
export const imperfectionCells = (of: Imperfections): string[] => [
  String(Math.round(of.states)),
  orNo(of.nonlinearity),
  of.asymmetry === null ? 'only up' : orNo(of.asymmetry),
  orNo(of.cycle),
  orNo(of.device),
  of.onOff === null ? 'not known' : of.onOff.toPrecision(3),
  orNo(of.stuck),
  orNo(of.writeNoise),
  of.retention?.kind ?? 'no',
];
