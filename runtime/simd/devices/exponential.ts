// The exponential device of NeuroSim. With p the share of all pulses, from 0 to 1, and conductance g likewise:
//
//   g(p) = B (1 - e^(-p r)),   B = 1 / (1 - e^-r)
//
// up with r of the label for potentiation and its number of levels, down with those for depression. n pulses go from g
// to g + (B - g)(1 - e^(-n r / levels)), and N(0, cycle) sqrt |n| is added, of the whole range.
//
// The nonlinearity label is the largest distance of the curve from the diagonal, across it, over 0.07; r is solved for
// it. Where devices differ, their labels do by N(0, spread), to first order in r.

import { expm1, log } from './exact.ts';
import type { Constants, DeviceModel } from './model.ts';
import type { Real } from '../parts/real.ts';
import type { Maths } from './real.ts';

/** The vertical distance that one label stands for. */
const LABEL = 0.07 * Math.SQRT2;
/** Below it the curve is a line. */
const STRAIGHT = 1e-3;

/** The largest distance of the curve above the diagonal. */
function distance(r: number): number {
  const whole = -expm1(-r);
  const p = -log(whole / r) / r;
  return -expm1(-r * p) / whole - p;
}

const solved = new Map<number, number>();

/** r of a nonlinearity label. */
export function rateOfLabel(label: number): number {
  const known = solved.get(label) ?? solve(label);
  solved.set(label, known);
  return known;
}

/** By bisection: the distance grows with r. */
function solve(label: number): number {
  const wanted = LABEL * Math.abs(label);
  let [low, high] = [STRAIGHT, 700];
  if (wanted <= distance(low)) return low;
  for (let turn = 0; turn < 100; turn++) {
    const middle = (low + high) / 2;
    if (distance(middle) < wanted) low = middle;
    else high = middle;
  }
  return Math.sign(label) * Math.fround(low);
}

/** How r changes with the label. */
const slope = (label: number): number => (rateOfLabel(label + 0.05) - rateOfLabel(label - 0.05)) / 0.1;

const away = <T extends Real<T>>(m: Maths<T>, r: T): T => r.abs().lt(STRAIGHT).select(m.constant(STRAIGHT), r);

export const exponential: DeviceModel = {
  name: 'exponential',
  title: "NeuroSim's exponential device",
  source: 'Chen, Peng, Yu, NeuroSim, IEEE TCAD 37:3067, 2018; MLP simulator 3.0, user manual, equations 1 to 3',
  constants: {
    up: { about: 'nonlinearity label of potentiation' },
    down: { about: 'nonlinearity label of depression' },
    levelsUp: { about: 'pulses from the lowest to the highest conductance' },
    levelsDown: { about: 'pulses back' },
    cycle: { about: 'deviation of a pulse, of the whole range', default: 0 },
    spread: { about: "deviation of the devices' labels", default: 0 },
  },
  jumps: true,
  bounds: () => [0, 1],
  zero: () => 0.5,
  reach: () => 0.5,
  step: ({ levelsUp, levelsDown }) => ({ up: 1 / levelsUp, down: 1 / levelsDown }),
  draws: ({ spread }) => (spread === 0 ? 0 : 2),
  own(m, { up, down, spread }, draws) {
    const rate = (label: number, draw: number) => {
      const mean = m.constant(rateOfLabel(label));
      return spread === 0 ? mean : m.let(away(m, mean.add(draws[draw].mul(slope(label) * spread))));
    };
    return { up: rate(up, 0), down: rate(down, 1) };
  },
  move(m, { state, pulses, normal, own }, constants) {
    const isUp = pulses.gt(0);
    const r = m.let(isUp.select(own.up, own.down));
    const levels = isUp.select(constants.levelsUp, constants.levelsDown);
    const whole = m.constant(-1).div(m.expm1(r.mul(-1)));
    const share = m.expm1(m.let(r.mul(-1).mul(pulses).div(levels)));
    const mean = state.sub(whole.sub(state).mul(share));
    return noisy(mean, pulses, normal, constants).pmax(0).pmin(1);
  },
};

const noisy = <T extends Real<T>>(mean: T, pulses: T, normal: T, { cycle }: Constants): T =>
  cycle === 0 ? mean : mean.add(pulses.abs().sqrt().mul(normal).mul(cycle));
