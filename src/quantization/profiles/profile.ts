// What a device profile is: numbers with a source. The equations are a device model's (runtime/simd/devices).

import type { Device } from '../../../runtime/simd/devices/device.ts';
import { deviceModels } from '../../../runtime/simd/devices/index.ts';
import type { Constants } from '../../../runtime/simd/devices/model.ts';
import { ConfigurationError } from '../../errors.ts';
import {
  anything,
  expectIs,
  expectOptions,
  finite,
  keyOf,
  oneOf,
  optional,
  positive,
  readOptions,
  text,
  type Kind,
  type Values,
} from '../../options.ts';

/** A write pulse, by which its energy is counted. */
export interface WritePulse {
  readonly volts: number;
  readonly seconds: number;
}

/**
 * How a state is lost with time t, a pulse's state s towards `towards` (a share of the range, 0 the lowest state):
 * `exponential` s e^(-t / seconds), `power` s (1 + t / seconds)^-exponent.
 */
export interface Retention {
  readonly kind: 'exponential' | 'power';
  readonly seconds: number;
  readonly exponent?: number;
  readonly towards: number;
}

export interface Profile {
  readonly name: string;
  readonly title: string;
  /** Where the numbers are printed. */
  readonly source: string;
  readonly model: Device['model'];
  /** Of the model; those that have a default may be left out. */
  readonly constants: Constants;
  /** Default: `single`. */
  readonly arrangement?: Device['arrangement'];
  /** Default: `stochastic`. */
  readonly pulses?: Device['pulses'];
  /** Default: 0. */
  readonly threshold?: number;
  /** The share of devices that never move; default 0. */
  readonly stuck?: number;
  /** The deviation of what is read from what was written, in mean steps; another one with every write. Default 0. */
  readonly writeNoise?: number;
  /** The highest and the lowest conductance in siemens, where they are known. */
  readonly conductance?: { readonly high: number; readonly low: number };
  readonly write?: { readonly up: WritePulse; readonly down: WritePulse };
  readonly retention?: Retention;
  /** What the source leaves open, or prints in a way that can be read twice. */
  readonly note?: string;
}

/** How a change becomes pulses. */
export const PULSES = ['nearest', 'stochastic', 'sign'] satisfies Device['pulses'][];

const NAME: Kind<string> = (value) => (typeof value === 'string' && value.trim() !== '') || 'a name';
const SHARE: Kind<number> = (value) => (value >= 0 && value <= 1) || 'a share from 0 to 1';

const TABLE = {
  name: [NAME],
  title: [text, ''],
  source: [text, ''],
  model: [keyOf(deviceModels)],
  constants: [anything],
  arrangement: [oneOf(['single', 'pair']), 'single'],
  pulses: [oneOf(PULSES), 'stochastic'],
  threshold: [finite(0), 0],
  stuck: [SHARE, 0],
  writeNoise: [finite(0), 0],
  conductance: [anything],
  write: [anything],
  retention: [anything],
  note: [anything],
} as const;

/**
 * A profile, checked, with all constants of its model.
 * @throws ConfigurationError for a member, a model or a constant that is not known, and a constant that is missing or
 * outside what the model can compute.
 */
export function expectProfile(given: unknown): Values<Profile, typeof TABLE> {
  expectOptions('a profile', given, Object.keys(TABLE));
  const of = `profile '${(given as Profile).name}'`;
  const profile = readOptions(of, given as Profile, ConfigurationError, TABLE);
  if (profile.retention !== undefined) {
    readOptions(`${of}: retention`, profile.retention, ConfigurationError, {
      kind: [oneOf(['exponential', 'power'])],
      seconds: [positive],
      exponent: [optional(positive)],
      towards: [SHARE],
    });
  }
  return { ...profile, constants: constantsOf(of, profile) };
}

function constantsOf(of: string, { model, constants }: Profile): Constants {
  const known = deviceModels[model].constants;
  expectOptions(`the model ${model} of ${of}`, constants, Object.keys(known));
  const all = Object.entries(known).map(([name, { default: usual }]) => {
    const value = constants[name] ?? usual;
    if (value === undefined) throw new ConfigurationError(`${of} has no constant '${name}', which ${model} wants`);
    expectIs(`${of}: ${name}`, value, isCount(name) ? positive : finite());
    return [name, value] as const;
  });
  const whole: Constants = Object.fromEntries(all);
  const [low, high] = deviceModels[model].bounds(whole);
  if (!(low < high))
    throw new ConfigurationError(`${of} is bounded by ${low} and ${high}, wanted the first below the second`);
  return whole;
}

/** Numbers by which is divided. */
const isCount = (name: string): boolean => ['step', 'levelsUp', 'levelsDown'].includes(name);
