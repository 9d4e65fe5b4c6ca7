// How a learning rate changes over a `fit`: plain data, so that it crosses to a worker. Knots, the factor on the rate
// at a share of the fit, with straight lines between them; two at one share are a step. What makes them uses the four
// operations alone, or what the kernels make of them, so that engines agree in every bit.
//
// Sources. `cosineDecay`: Loshchilov and Hutter: SGDR. ICLR 2017, without restarts. `cooldownDecay`: Haegele et al.,
// arXiv 2405.18392. `powerDecay`: the gains a_k of Spall, Johns Hopkins APL Technical Digest 19 (1998).

import { exp, log } from '../../runtime/simd/twins/math.ts';
import { finite, positive, readOptions } from '../options.ts';
import { OptimizerError } from './error.ts';

/** `[[0, 0], [0.1, 1], [1, 0]]` rises over a tenth of the fit, and falls over the rest. */
export type Schedule = readonly (readonly [share: number, factor: number])[];

export interface DecayOptions {
  /** The share of the rate that is left at the end; default 0. */
  readonly end?: number;
}

export interface CooldownDecayOptions extends DecayOptions {
  /** The share of the fit after which the rate falls; default 0.5. */
  readonly after?: number;
}

export interface StepDecayOptions {
  /** The share of the fit after which the rate falls, again and again; default 1/3. */
  readonly every?: number;
  /** What it is multiplied by; default 0.1. */
  readonly factor?: number;
}

export interface PowerDecayOptions {
  /** The exponent; default 0.602. */
  readonly power?: number;
  /** The share of the fit after which the rate has fallen to 1 / 2^power; default 0.1. */
  readonly after?: number;
}

/** The rate falls in a straight line. */
export const linearDecay = (options: DecayOptions = {}): Schedule => [
  [0, 1],
  [1, endOf('linearDecay', options)],
];

/** The rate falls as the first half of a cosine's wave, within 1e-4: slowly, fast, slowly. */
export function cosineDecay(options: DecayOptions = {}): Schedule {
  const end = endOf('cosineDecay', options);
  return Array.from({ length: COSINE_KNOTS + 1 }, (_, at) => {
    const share = at / COSINE_KNOTS;
    return [share, end + (1 - end) * (0.5 + 0.5 * cosineOfHalfTurns(share))];
  });
}

/** @throws OptimizerError for an unknown option, or an end that is not a number of at least 0. */
const endOf = (of: string, options: DecayOptions): number =>
  readOptions(of, options, OptimizerError, { end: [finite(0), 0] }).end;

/**
 * The rate stays, then falls in a straight line.
 * @throws OptimizerError for an unknown option, an end below 0, or an `after` that is not from 0 to below 1.
 */
export function cooldownDecay(options: CooldownDecayOptions = {}): Schedule {
  const { after, end } = readOptions('cooldownDecay', options, OptimizerError, {
    after: [finite(0, 1), 0.5],
    end: [finite(0), 0],
  });
  return [
    [0, 1],
    [after, 1],
    [1, end],
  ];
}

/**
 * The rate falls in steps.
 * @throws OptimizerError for an unknown option, an `every` that is not above 0, or a factor below 0.
 */
export function stepDecay(options: StepDecayOptions = {}): Schedule {
  const { every, factor } = readOptions('stepDecay', options, OptimizerError, {
    every: [positive, 1 / 3],
    factor: [finite(0), 0.1],
  });
  const knots: [number, number][] = [[0, 1]];
  for (let step = 1, rate = 1; step * every < 1 - ROUNDING; step++) {
    const share = step * every - ROUNDING;
    knots.push([share, rate]);
    rate *= factor;
    knots.push([share, rate]);
  }
  return knots;
}

/**
 * The rate falls as (after / (after + share))^power, within 1e-2: fast, then ever more slowly.
 * @throws OptimizerError for an unknown option, or one that is not above 0.
 */
export function powerDecay(options: PowerDecayOptions = {}): Schedule {
  const { power, after } = readOptions('powerDecay', options, OptimizerError, {
    power: [positive, 0.602],
    after: [positive, 0.1],
  });
  return Array.from({ length: POWER_KNOTS + 1 }, (_, at) => {
    const share = (at / POWER_KNOTS) ** 2;
    return [share, exp(-power * log(1 + share / after))];
  });
}

const COSINE_KNOTS = 64;
/** Closer at the beginning, where it falls fast. */
const POWER_KNOTS = 32;
/** Shares of epochs are sums of fractions: what falls short of a step by less than this is there. */
const ROUNDING = 1e-9;

/** By name, as they are without options. */
export const schedules = {
  constant: (): Schedule => CONSTANT,
  linear: linearDecay,
  cosine: cosineDecay,
  cooldown: cooldownDecay,
  step: stepDecay,
  power: powerDecay,
} as const satisfies Record<string, () => Schedule>;

export const CONSTANT: Schedule = [[0, 1]];

/** What the rate is multiplied by when this share of a fit is done. */
export function factorAt(schedule: Schedule, done: number): number {
  let at = 0;
  while (at + 1 < schedule.length && schedule[at + 1][0] <= done) at++;
  const [share, factor] = schedule[at];
  if (at + 1 === schedule.length) return factor;
  const [nextShare, nextFactor] = schedule[at + 1];
  return factor + ((nextFactor - factor) * (done - share)) / (nextShare - share);
}

/** cos(pi x) for 0 <= x <= 1, as the series of the sine of a quarter turn less; its error is below 1e-12. */
function cosineOfHalfTurns(x: number): number {
  const y = Math.PI * (0.5 - x);
  let [term, sum] = [y, y];
  for (let k = 3; k <= 19; k += 2) {
    term *= (-y * y) / (k * (k - 1));
    sum += term;
  }
  return sum;
}
