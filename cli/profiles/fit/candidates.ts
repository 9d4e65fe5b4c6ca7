// The device models as they are fitted: which numbers tell the mean device, and the constants that these are. States of
// step models run from -1 to 1, which stand for the bounds: those that were seen, or, where a model's steps vanish at
// its bounds, those that it says.

import type { DeviceModelName } from '../../../runtime/simd/devices/index.ts';
import type { Constants } from '../../../runtime/simd/devices/model.ts';
import { NODES } from '../../../runtime/simd/devices/piecewise.ts';
import type { Way } from '../response.ts';

export interface Unknown {
  readonly name: string;
  /** Above 0: its logarithm is sought. */
  readonly positive?: boolean;
  readonly start: number;
  /** Of pulses of which way it tells; absent: of both. */
  readonly way?: Way;
}

export interface Candidate {
  readonly model: DeviceModelName;
  readonly unknowns: readonly Unknown[];
  /** Starts beside the first, as some curves are found from near only. */
  readonly starts?: readonly Readonly<Record<string, number>>[];
  /** How a number is called in the profile where its unknown is called otherwise: those made of several. */
  constants(found: Found): Constants;
  /** The shares of the range seen that the bounds of the model are. */
  bounds?(found: Found): readonly [low: number, high: number];
  /** The unknowns, of pulses up and down, by which devices differ; absent: their steps do. */
  readonly own?: Readonly<Record<Way, string>>;
  /** What noise its equation has: of each step, or of all alike. */
  readonly noises: readonly Noise[];
}

export type Noise = 'relative' | 'additive';
export type Found = Readonly<Record<string, number>>;

/** What no pulse of a way tells, from the other way. */
const opposite: Readonly<Record<string, (found: Found) => number>> = {
  labelUp: ({ labelDown }) => -labelDown,
  labelDown: ({ labelUp }) => -labelUp,
};

/** All unknowns; what is not found is as it is the other way. */
export function complete({ unknowns }: Candidate, found: Found): Found {
  const other = (name: string): string =>
    name.endsWith('Up') ? name.replace(/Up$/, 'Down') : name.replace(/Down$/, 'Up');
  const mirrored = (name: string): string =>
    name.replace(/^(up|down)(\d*)$/, (_, way, at) => `${way === 'up' ? 'down' : 'up'}${at}`);
  const all = unknowns.map(({ name, start }) => {
    const value = found[name] ?? opposite[name]?.(found) ?? found[other(name)] ?? found[mirrored(name)] ?? start;
    return [name, value] as const;
  });
  return Object.fromEntries(all);
}

const steps: readonly Unknown[] = [
  { name: 'up', positive: true, start: 0.02, way: 1 },
  { name: 'down', positive: true, start: 0.02, way: -1 },
];

/** The mean step, and by how much smaller that of one way is. */
const stepOf = ({ up, down }: Found): Constants => ({
  step: Math.max(up, down),
  asymmetry: up < down ? up / down - 1 : 1 - down / up,
});

const noises = ['relative', 'additive'] as const;

const bounded: readonly Unknown[] = [
  { name: 'lowest', start: -0.01 },
  { name: 'highest', start: 1.01 },
];
const bounds = ({ lowest, highest }: Found): readonly [number, number] => [lowest, highest];

const nodes = (way: 'up' | 'down'): Unknown[] =>
  Array.from({ length: NODES }, (_, node) => ({ name: `${way}${node}`, start: 0.02, way: way === 'up' ? 1 : -1 }));

export const candidates: readonly Candidate[] = [
  {
    model: 'exponential',
    unknowns: [
      { name: 'labelUp', start: 1, way: 1 },
      { name: 'labelDown', start: -1, way: -1 },
      { name: 'levelsUp', positive: true, start: 100, way: 1 },
      { name: 'levelsDown', positive: true, start: 100, way: -1 },
    ],
    constants: ({ labelUp, labelDown, levelsUp, levelsDown }) => ({
      up: labelUp,
      down: labelDown,
      levelsUp,
      levelsDown,
    }),
    own: { 1: 'labelUp', [-1]: 'labelDown' },
    noises: ['additive'],
  },
  { model: 'constantStep', unknowns: steps, constants: stepOf, noises },
  {
    model: 'linearStep',
    unknowns: [...steps, { name: 'gammaUp', start: 0.3, way: 1 }, { name: 'gammaDown', start: 0.3, way: -1 }],
    constants: (found) => ({
      ...stepOf(found),
      gammaUp: Math.abs(found.gammaUp),
      gammaDown: Math.abs(found.gammaDown),
    }),
    noises,
  },
  { model: 'softBounds', unknowns: [...steps, ...bounded], constants: stepOf, bounds, noises },
  {
    model: 'expStep',
    unknowns: [
      ...steps,
      { name: 'amountUp', start: 0.05, way: 1 },
      { name: 'amountDown', start: 0.05, way: -1 },
      { name: 'gammaUp', positive: true, start: 6, way: 1 },
      { name: 'gammaDown', positive: true, start: 6, way: -1 },
    ],
    starts: [
      { amountUp: 0.002, amountDown: 0.3, gammaUp: 12, gammaDown: 12 },
      { amountUp: -0.5, amountDown: -0.5, gammaUp: 4, gammaDown: 4 },
    ],
    constants: (found) => {
      const { amountUp, amountDown, gammaUp, gammaDown } = found;
      return { ...stepOf(found), amountUp, amountDown, gammaUp, gammaDown };
    },
    noises: ['relative'],
  },
  {
    model: 'powStep',
    unknowns: [
      ...steps,
      { name: 'gammaUp', positive: true, start: 1.2, way: 1 },
      { name: 'gammaDown', positive: true, start: 1.2, way: -1 },
      ...bounded,
    ],
    constants: (found) => {
      const { gammaUp, gammaDown } = found;
      const gammaTilt = gammaUp < gammaDown ? gammaUp / gammaDown - 1 : 1 - gammaDown / gammaUp;
      return { ...stepOf(found), gamma: Math.max(gammaUp, gammaDown), gammaTilt };
    },
    bounds,
    noises,
  },
  {
    model: 'piecewise',
    unknowns: [...nodes('up'), ...nodes('down')],
    constants: (found) => {
      const values = Object.values(found);
      const step = values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
      return { step, ...Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value / step])) };
    },
    noises,
  },
];
