// A device without one of its flaws. What depends on the state is taken away from a table of its mean steps
// (`piecewise`), which is exact where steps fall along a line, as NeuroSim's do; the rest by its constants.

import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { NODES } from '../../runtime/simd/devices/piecewise.ts';
import type { Profile } from '../../src/index.ts';
import { expectProfile } from '../../src/quantization/profiles/profile.ts';
import { thousands } from '../table.ts';
import { asTable } from './exchange/as-steps.ts';
import { imperfectionsOf } from './imperfections.ts';
import { moments, Specimen, statesOf } from './response.ts';

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
    states: states < MANY,
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
  nonlinearity: (profile) =>
    fromSteps(profile, ({ up, down }) => ({
      up: up.map(() => moments(up).mean),
      down: down.map(() => moments(down).mean),
    })),
  asymmetry: (profile) =>
    fromSteps(profile, ({ up, down }) => {
      const both = up.map((size, node) => (size + down[node]) / 2);
      return { up: both, down: both };
    }),
  noise: (profile) => ({ ...withoutConstants(profile, /^(cycle|noiseAdded|noiseSlope)$/), writeNoise: 0 }),
  variation: (profile) => ({ ...withoutConstants(profile, /^spread$|Spread$/), stuck: 0 }),
  states(profile) {
    const factor = MANY / statesOf(profile);
    const scale: Readonly<Record<string, number>> = {
      step: 1 / factor,
      levelsUp: factor,
      levelsDown: factor,
      // what pulses from bound to bound add up to is as noisy as before
      cycle: profile.model === 'exponential' ? 1 / Math.sqrt(factor) : Math.sqrt(factor),
    };
    const constants = Object.entries(expectProfile(profile).constants);
    return {
      ...profile,
      constants: Object.fromEntries(constants.map(([name, value]) => [name, value * (scale[name] ?? 1)])),
    };
  },
};

const withoutConstants = (profile: Profile, which: RegExp): Profile => ({
  ...profile,
  constants: Object.fromEntries(
    Object.entries(expectProfile(profile).constants).map(([name, value]) => [name, which.test(name) ? 0 : value]),
  ),
});

interface Sizes {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/** With other mean steps, and what else the constants of all step models say. */
function fromSteps(given: Profile, change: (sizes: Sizes) => Sizes): Profile {
  const profile = asTable(given);
  const { constants, model } = expectProfile(profile);
  const [low, high] = deviceModels[model].bounds(constants);
  const device = new Specimen(profile);
  const states = Array.from({ length: NODES }, (_, node) => device.low + (node / (NODES - 1)) * (high - low));
  const sizes = (way: 1 | -1): number[] => states.map((state) => way * device.step(state, way));
  const { up, down } = change({ up: sizes(1), down: sizes(-1) });
  const step = moments([...up, ...down]).mean;
  // noise of all steps alike stays as it is, noise that is a share of each goes with it
  const cycle = constants.cycle * (constants.additive === 1 ? constants.step / step : 1);
  const shared = Object.entries(constants).filter(([name]) => name in deviceModels.piecewise.constants);
  const nodes = (way: string, of: readonly number[]) => of.map((size, node) => [`${way}${node}`, size / step] as const);
  return {
    ...profile,
    model: 'piecewise',
    constants: {
      ...Object.fromEntries(shared),
      asymmetry: 0,
      step,
      cycle,
      ...Object.fromEntries([...nodes('up', up), ...nodes('down', down)]),
    },
  };
}
