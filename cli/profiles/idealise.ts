// A device without one of its flaws, and with all others as they were: as many pulses from bound to bound, as much
// noise in the middle of the range, as much noise of writing. Steps that bend are made straight by the model's own
// constants where it has such, as a constant step where it has none (soft bounds); steps that differ up and down become
// a table of the mean of both (`piecewise`), which is exact where steps fall along a line, as NeuroSim's do.

import { deviceModels, type DeviceModelName } from '../../runtime/simd/devices/index.ts';
import { NODES } from '../../runtime/simd/devices/piecewise.ts';
import type { Profile } from '../../src/index.ts';
import { expectProfile } from '../../src/quantization/profiles/profile.ts';
import { thousands } from '../table.ts';
import { asTable } from './exchange/as-steps.ts';
import { imperfectionsOf } from './imperfections.ts';
import { modelStepOf, moments, noiseOf, Specimen, statesOf } from './response.ts';

const flaws = ['nonlinearity', 'asymmetry', 'noise', 'states', 'variation'] as const;
export type Flaw = (typeof flaws)[number];

/** States that are as good as a continuum. */
const MANY = 1024;
const SLIGHT = 0.005;

/** The flaws of a device. */
export function flawsOf(profile: Profile): Flaw[] {
  const { states, nonlinearity, asymmetry, cycle, writeNoise } = imperfectionsOf(profile);
  const { model, constants, stuck } = expectProfile(profile);
  const has: Readonly<Record<Flaw, boolean>> = {
    nonlinearity: nonlinearity > SLIGHT,
    asymmetry: (asymmetry ?? 0) > SLIGHT,
    noise: cycle > 0 || writeNoise > 0,
    states: Math.round(states) < MANY,
    variation: stuck > 0 || deviceModels[model].draws(constants) > 0,
  };
  return flaws.filter((flaw) => has[flaw]);
}

/** What a device without a flaw is called. */
export const remedyOf = (flaw: Flaw): string =>
  flaw === 'states' ? `with ${thousands(MANY)} states` : `without ${flaw}`;

/** A device without one of its flaws. */
export const without = (flaw: Flaw, given: Profile): Profile => ({
  ...idealise[flaw](given),
  name: `${given.name}-without-${flaw}`,
});

const idealise: Readonly<Record<Flaw, (profile: Profile) => Profile>> = {
  nonlinearity: (profile) => (profile.model === 'exponential' ? withoutLabels(profile) : straight(profile)),
  asymmetry: sameBothWays,
  noise: (profile) => ({ ...setConstants(profile, /^(cycle|noiseAdded|noiseSlope)$/, 0), writeNoise: 0 }),
  variation: (profile) => ({ ...setConstants(profile, /^spread$|Spread$/, 0), stuck: 0 }),
  states(profile) {
    const factor = MANY / statesOf(profile);
    const scale: Readonly<Record<string, number>> = {
      step: 1 / factor,
      noiseAdded: 1 / factor,
      noiseSlope: 1 / factor,
      levelsUp: factor,
      levelsDown: factor,
      // what pulses from bound to bound add up to is as noisy as before
      cycle: profile.model === 'exponential' ? 1 / Math.sqrt(factor) : Math.sqrt(factor),
    };
    const { constants, writeNoise } = expectProfile(profile);
    const scaled = Object.entries(constants).map(([name, value]) => [name, value * (scale[name] ?? 1)]);
    return { ...profile, writeNoise: writeNoise * factor, constants: Object.fromEntries(scaled) };
  },
};

/** All constants, those of a name with another value. */
const setConstants = (profile: Profile, which: RegExp, to: number): Profile => ({
  ...profile,
  constants: Object.fromEntries(
    Object.entries(expectProfile(profile).constants).map(([name, value]) => [name, which.test(name) ? to : value]),
  ),
});

/** NeuroSim's device with straight curves: its levels, and its noise of the whole range. */
const withoutLabels = (profile: Profile): Profile => setConstants(profile, /^(up|down)$/, 0);

/** The constants that bend the steps of a model, and what they are where these are straight. */
const bends: Readonly<Partial<Record<DeviceModelName, readonly [RegExp, number]>>> = {
  linearStep: [/^gamma/, 0],
  powStep: [/^gamma/, 0],
  expStep: [/^amount/, 0],
  piecewise: [/^(up|down)\d+$/, 1],
};

/** Steps as large everywhere as takes as many pulses from bound to bound; of a pair, up alone. */
function straight(given: Profile): Profile {
  const bend = bends[given.model];
  const made = bend === undefined ? asModel('constantStep', given, {}) : setConstants(given, ...bend);
  const [low, high] = deviceModels[given.model].bounds(expectProfile(given).constants);
  const up = (high - low) / statesOf(given);
  const down = given.arrangement === 'pair' ? up : (high - low) / statesOf(given, -1);
  const constants = {
    ...expectProfile(made).constants,
    step: Math.max(up, down),
    asymmetry: up < down ? up / down - 1 : 1 - down / up,
  };
  return withNoiseOf(given, { ...made, constants });
}

/** The constants that all step models have, the bounds counted from the reference. */
function asModel(model: DeviceModelName, given: Profile, more: Profile['constants']): Profile {
  const { constants } = expectProfile(given);
  const shared = Object.entries(constants).filter(([name]) => name in deviceModels[model].constants);
  const reference = constants.low - new Specimen(given).low;
  const counted = (bound: 'low' | 'high'): Profile['constants'] => {
    const from = constants[bound] - reference;
    const spread = Math.hypot(constants[`${bound}Spread`] * constants[bound], constants.referenceSpread ?? 0);
    return { [bound]: from, [`${bound}Spread`]: from === 0 ? 0 : spread / Math.abs(from) };
  };
  return {
    ...given,
    model,
    constants: { ...Object.fromEntries(shared), ...counted('low'), ...counted('high'), ...more },
  };
}

/** At each state the mean step of both ways, of a size that takes as many pulses up as before. */
function sameBothWays(given: Profile): Profile {
  const profile = asTable(given);
  const { constants, model } = expectProfile(profile);
  const [low, high] = deviceModels[model].bounds(constants);
  const device = new Specimen(profile);
  const sizes = Array.from({ length: NODES }, (_, node) => {
    const state = device.low + (node / (NODES - 1)) * (high - low);
    return (device.step(state, 1) - device.step(state, -1)) / 2;
  });
  const mean = moments(sizes).mean;
  const nodes = sizes.flatMap((size, node) => [`up${node}`, `down${node}`].map((name) => [name, size / mean] as const));
  const sized = (step: number): Profile =>
    asModel('piecewise', profile, { asymmetry: 0, step, ...Object.fromEntries(nodes) });
  return withNoiseOf(given, sized((mean * statesOf(sized(mean))) / statesOf(given)));
}

/** With as much noise as a device has: of pulses in the middle of the range, and of writing; both as shares of it. */
function withNoiseOf(given: Profile, made: Profile): Profile {
  const { constants, writeNoise } = expectProfile(made);
  const [was, is] = [noiseOf(given), noiseOf(made)];
  return {
    ...made,
    ...(writeNoise > 0 && { writeNoise: (writeNoise * modelStepOf(given)) / modelStepOf(made) }),
    constants: { ...constants, cycle: is === 0 ? 0 : (constants.cycle * was) / is },
  };
}
