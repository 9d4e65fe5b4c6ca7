// How a learning rate changes over a `fit`: plain data, so that it crosses to a worker, and for each kind the factor on
// the rate when a share of the fit is done. By the four operations alone, so that engines agree in every bit.
//
// Source of `cosine`: Loshchilov and Hutter: SGDR. ICLR 2017, without restarts.

import { OptimizerError } from './error.ts';

export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'linear'; readonly end: number }
  | { readonly kind: 'cosine'; readonly end: number }
  | { readonly kind: 'step'; readonly every: number; readonly factor: number };

export type ScheduleName = Schedule['kind'];

export interface DecayOptions {
  /** The share of the rate that is left at the end; default 0. */
  readonly end?: number;
}

export interface StepDecayOptions {
  /** The share of the fit after which the rate falls, again and again; default 1/3. */
  readonly every?: number;
  /** What it is multiplied by; default 0.1. */
  readonly factor?: number;
}

/** The rate stays. */
export const constantRate = (): Schedule => ({ kind: 'constant' });

/**
 * The rate falls in a straight line.
 * @throws OptimizerError for an end that is not from 0 to 1.
 */
export const linearDecay = ({ end = 0 }: DecayOptions = {}): Schedule => ({
  kind: 'linear',
  end: share('linear', 'end', end),
});

/**
 * The rate falls as the first half of a cosine's wave: slowly, fast, slowly.
 * @throws OptimizerError for an end that is not from 0 to 1.
 */
export const cosineDecay = ({ end = 0 }: DecayOptions = {}): Schedule => ({
  kind: 'cosine',
  end: share('cosine', 'end', end),
});

/**
 * The rate falls in steps.
 * @throws OptimizerError for numbers that are not from 0 to 1, or an `every` of 0.
 */
export function stepDecay({ every = 1 / 3, factor = 0.1 }: StepDecayOptions = {}): Schedule {
  if (every === 0) throw new OptimizerError('step: every must be above 0, but is 0');
  return { kind: 'step', every: share('step', 'every', every), factor: share('step', 'factor', factor) };
}

/** By their names, as they are without options. */
export const schedules = {
  constant: constantRate,
  linear: linearDecay,
  cosine: cosineDecay,
  step: stepDecay,
} as const satisfies Record<ScheduleName, () => Schedule>;

/** @throws OptimizerError for a name there is not. */
export function scheduleOf(schedule: Schedule | ScheduleName): Schedule {
  if (typeof schedule !== 'string') return schedule;
  if (Object.keys(schedules).includes(schedule)) return schedules[schedule]();
  throw new OptimizerError(`schedule is '${schedule}', wanted ${Object.keys(schedules).join(', ')}`);
}

/** What the rate is multiplied by when this share of a fit is done. */
export function factorAt(schedule: Schedule, done: number): number {
  if (schedule.kind === 'constant') return 1;
  if (schedule.kind === 'linear') return schedule.end + (1 - schedule.end) * (1 - done);
  if (schedule.kind === 'cosine') return schedule.end + (1 - schedule.end) * (0.5 + 0.5 * cosineOfHalfTurns(done));
  let factor = 1;
  for (let left = done + ROUNDING; left >= schedule.every; left -= schedule.every) factor *= schedule.factor;
  return factor;
}

/** Shares are sums of fractions: what falls short by less than this is there. */
const ROUNDING = 1e-9;

/** cos(pi x) for 0 <= x <= 1, as the series of the sine of a quarter turn less; its error is below 1e-13. */
function cosineOfHalfTurns(x: number): number {
  const y = Math.PI * (0.5 - x);
  let [term, sum] = [y, y];
  for (let k = 3; k <= 19; k += 2) {
    term *= (-y * y) / (k * (k - 1));
    sum += term;
  }
  return sum;
}

function share(kind: ScheduleName, name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new OptimizerError(`${kind}: ${name} must be a number from 0 to 1, but is ${value}`);
}
