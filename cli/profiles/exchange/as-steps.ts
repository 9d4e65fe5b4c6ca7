// NeuroSim's exponential device in aihwkit's terms. One pulse takes state g to g + (B - g) k, so its step falls along a
// line, and the device is the linear step model to the last digit:
//
//   k = 1 - e^(-r / levels),  B = 1 / (1 - e^-r);   down the same with its own r, which is negative, and k = e^(r /
//   levels) - 1
//
// States from 0 to 1 become weights from -1 to 1, or of a pair from 0 to 1. Many pulses at once have the noise of so
// many single ones.

import { expm1 } from '../../../runtime/simd/devices/exact.ts';
import { rateOfLabel } from '../../../runtime/simd/devices/exponential.ts';
import { NODES } from '../../../runtime/simd/devices/piecewise.ts';
import type { Profile } from '../../../src/index.ts';
import { percent } from '../../table.ts';
import { type Exchanged, holding } from './format.ts';

interface Line {
  /** At weight 0. */
  readonly step: number;
  /** What it loses with the weight, up and down alike. */
  readonly slope: number;
}

interface Lines {
  readonly up: Line;
  readonly down: Line;
  readonly low: number;
  readonly high: number;
  /** The deviation of a pulse. */
  readonly noise: number;
}

function linesOf({ constants, arrangement }: Profile): Lines {
  const [zero, scale] = arrangement === 'pair' ? [0, 1] : [0.5, 2];
  const [low, high] = [-zero, 1 - zero].map((state) => scale * state);
  const line = (label: number, share: (r: number) => number): Line => {
    const r = rateOfLabel(label);
    return { step: scale * share(r) * (-1 / expm1(-r) - zero), slope: share(r) };
  };
  return {
    up: line(constants.up, (r) => -expm1(-r / constants.levelsUp)),
    down: line(constants.down, (r) => expm1(r / constants.levelsDown)),
    ...{ low, high, noise: scale * (constants.cycle ?? 0) },
  };
}

/** The exponential model as a table: two lines, and noise of all steps alike; others as they are. */
export function asTable(given: Profile): Profile {
  if (given.model !== 'exponential') return given;
  const { up, down, low, high, noise } = linesOf(given);
  const step = (up.step + down.step) / 2;
  const states = Array.from({ length: NODES }, (_, node) => low + (node / (NODES - 1)) * (high - low));
  const nodes = (way: string, line: Line) =>
    states.map((state, node) => [`${way}${node}`, (line.step - line.slope * state) / step] as const);
  const table = Object.fromEntries([...nodes('up', up), ...nodes('down', down)]);
  return { ...given, model: 'piecewise', constants: { step, cycle: noise / step, additive: 1, low, high, ...table } };
}

/** The exponential model as linear steps, whose noise goes with their mean size; where they grow, as a table. */
export function asSteps(given: Profile): Exchanged<Profile> {
  if (given.model !== 'exponential') return { made: given, lost: [] };
  const { up, down, low, high, noise } = linesOf(given);
  const spread = holding([[(given.constants.spread ?? 0) > 0, 'spread: how the labels of devices differ']]);
  const [gammaUp, gammaDown] = [(up.slope * high) / up.step, (down.slope * low) / down.step];
  if (gammaUp < 0 || gammaDown < 0) return { made: asTable(given), lost: spread };
  const mean = given.arrangement === 'pair' ? up.step : (up.step + down.step) / 2;
  const made: Profile = {
    ...given,
    model: 'linearStep',
    constants: {
      ...{ step: Math.max(up.step, down.step), cycle: noise / mean, additive: 1, low, high },
      asymmetry: up.step < down.step ? up.step / down.step - 1 : 1 - down.step / up.step,
      gammaUp,
      gammaDown,
    },
  };
  const off = up.step / mean - 1;
  return {
    made,
    lost: [
      ...spread,
      ...holding([[noise > 0 && Math.abs(off) > 0.005, `cycle: ${percent(off)} more noise up than in the mean`]]),
    ],
  };
}
