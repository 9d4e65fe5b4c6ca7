// What devices of a profile do under pulses, in double precision: the equations are the models' own
// (runtime/simd/devices), the draws a seed's. For curves, tables and fits; nothing here is what a network learns with.

import { deviationOf, meanOf } from '../../bench/shared/spread.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import type { DeviceModel } from '../../runtime/simd/devices/model.ts';
import { double } from '../../runtime/simd/devices/real.ts';
import type { Plain } from '../../runtime/simd/twins/real.ts';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { expectProfile, type Profile } from '../../src/quantization/profiles/profile.ts';
import { extent } from '../extent.ts';

export type Way = 1 | -1;

/** A device that was pulsed up, then down: its states before the first pulse and behind each. */
export interface Response {
  readonly device: number;
  readonly cycle: number;
  readonly up: readonly number[];
  /** Empty where devices of a pair are only pulsed up. */
  readonly down: readonly number[];
}

const real = (value: number): Plain => double.constant(value);

/** Normal numbers of a stream. */
export function normals(seed: number, stream: string): () => number {
  const next = wordReader(seed, streamKey(stream), 0);
  return () => {
    const [u, v] = [uniformFromWord(next()), uniformFromWord(next())];
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  };
}

/** So little of a pulse, and so much of the range, that no bound is met and double precision tells the rest. */
const [TINY, INSIDE] = [1e-8, 3e-7];

/** One device of a profile. */
export class Specimen {
  readonly #model: DeviceModel;
  readonly #constants: Profile['constants'];
  readonly #own: Readonly<Record<string, Plain>>;
  /** The lowest state it can have. */
  readonly low: number;

  /** @param draw what tells it from others; default: the mean device */
  constructor(profile: Profile, draw: () => number = () => 0) {
    const { model, constants } = expectProfile(profile);
    this.#model = deviceModels[model];
    this.#constants = constants;
    const draws = Array.from({ length: this.#model.draws(constants) }, () => real(draw()));
    this.#own = this.#model.own(double, constants, draws);
    const { low, reference } = this.#own;
    this.low = low === undefined ? this.#model.bounds(constants)[0] : low.value - (reference?.value ?? 0);
  }

  /** The state after a pulse. */
  pulse(state: number, way: Way, normal = 0): number {
    return this.#move(state, way, normal);
  }

  /** What a pulse of a step model adds where no bound cuts it off: told from a tiny share of one, a little inside. */
  step(state: number, way: Way, normal = 0): number {
    const [low, high] = this.#model.bounds(this.#constants);
    const inside = (high - low) * INSIDE;
    const from = Math.min(Math.max(state, this.low + inside), this.low + high - low - inside);
    return (this.#move(from, way * TINY, normal) - from) / TINY;
  }

  #move(state: number, pulses: number, normal: number): number {
    const pulse = { state: real(state), pulses: real(pulses), normal: real(normal), own: this.#own };
    return this.#model.move(double, pulse, this.#constants).value;
  }
}

/** The mean step up of a model, as a share of its range. */
export function modelStepOf(profile: Profile, way: Way = 1): number {
  const { model, constants } = expectProfile(profile);
  const [low, high] = deviceModels[model].bounds(constants);
  const { up, down } = deviceModels[model].step(constants);
  return (way > 0 ? up : down) / (high - low);
}

/** So little of a deviation that no bound is met. */
const FAINT = 1e-3;

/** The deviation of a pulse up in the middle of the range, as a share of it. */
export function noiseOf(profile: Profile): number {
  const { model, constants } = expectProfile(profile);
  const [low, high] = deviceModels[model].bounds(constants);
  const mean = new Specimen(profile);
  const middle = mean.low + (high - low) / 2;
  return Math.abs(mean.pulse(middle, 1, FAINT) - mean.pulse(middle, 1, -FAINT)) / (2 * FAINT * (high - low));
}

const PARTS = 4096;
/** A step that is less than this share of the mean one vanishes. */
const VANISHING = 0.01;

/**
 * Pulses that take the mean device from bound to bound, up or down: the sum of 1 / step over the range. Where steps
 * vanish on the way no number does, and it is the range in mean steps of the model.
 */
export function statesOf(profile: Profile, way: Way = 1): number {
  const { model, constants } = expectProfile(profile);
  const usual = 1 / modelStepOf(profile, way);
  if (model === 'exponential' || model === 'constantStep') return usual;
  const [low, high] = deviceModels[model].bounds(constants);
  const mean = new Specimen(profile);
  const at = (share: number): number => (way * mean.step(mean.low + share * (high - low), way)) / (high - low);
  const steps = Array.from({ length: PARTS }, (_, part) => at((part + 0.5) / PARTS));
  const least = extent([at(0), at(1), ...steps]).least;
  return least < VANISHING * moments(steps).mean ? usual : moments(steps.map((step) => 1 / step)).mean;
}

export interface Pulsing {
  readonly devices: number;
  readonly cycles: number;
  /** Up, and as many down. */
  readonly pulses: number;
  readonly seed: number;
}

/** So many devices, each pulsed up and down so many times, the first time from its lowest state. */
export function respond(profile: Profile, { devices, cycles, pulses, seed }: Pulsing): Response[] {
  const noise = normals(seed, 'cycles');
  const draw = normals(seed, 'devices');
  const train = (device: Specimen, from: number, way: Way): number[] => {
    const states = [from];
    for (let pulse = 0; pulse < pulses; pulse++) states.push(device.pulse(states[pulse], way, noise()));
    return states;
  };
  return Array.from({ length: devices }, (_, device) => {
    const specimen = new Specimen(profile, draw);
    let state = specimen.low;
    return Array.from({ length: cycles }, (_, cycle) => {
      const up = train(specimen, state, 1);
      const down = profile.arrangement === 'pair' ? [] : train(specimen, up[pulses], -1);
      state = down[pulses] ?? specimen.low;
      return { device, cycle, up, down };
    });
  }).flat();
}

/** A state as a conductance in siemens; the profile's bounds are its highest and lowest. */
export function conductanceOf(profile: Profile): ((state: number) => number) | null {
  const { model, constants, conductance } = expectProfile(profile);
  if (conductance === undefined) return null;
  const [low, high] = deviceModels[model].bounds(constants);
  const { low: least, high: most } = conductance;
  return (state) => least + ((state - low) / (high - low)) * (most - least);
}

/** Mean, and the deviation over cycles and over devices, behind so many pulses. */
export interface Curve {
  readonly way: Way;
  readonly pulses: readonly number[];
  readonly mean: readonly number[];
  readonly cycle: readonly number[];
  readonly device: readonly number[];
}

/** The curves of all responses, at most `points` of each. */
export function curvesOf(responses: readonly Response[], points = 200): Curve[] {
  return (['up', 'down'] as const)
    .filter((way) => responses[0][way].length > 0)
    .map((way) => {
      const last = responses[0][way].length - 1;
      const count = Math.min(points, last + 1);
      const pulses = Array.from({ length: count }, (_, at) => Math.round((at * last) / Math.max(count - 1, 1)));
      const moments = pulses.map((pulse) => momentsAt(responses, way, pulse));
      return {
        way: way === 'up' ? 1 : -1,
        pulses,
        mean: moments.map(({ mean }) => mean),
        cycle: moments.map(({ cycle }) => cycle),
        device: moments.map(({ device }) => device),
      };
    });
}

export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

export function moments(values: readonly number[]): Moments {
  return { mean: meanOf(values), deviation: deviationOf(values) ?? 0 };
}

function momentsAt(responses: readonly Response[], way: 'up' | 'down', pulse: number) {
  const devices = [...new Set(responses.map(({ device }) => device))];
  const each = devices.map((device) =>
    moments(responses.filter((response) => response.device === device).map((response) => response[way][pulse])),
  );
  const { mean, deviation } = moments(each.map((device) => device.mean));
  const cycle = moments(each.map((device) => device.deviation)).mean;
  const ofCycles = cycle ** 2 / (responses.length / devices.length);
  return { mean, cycle, device: Math.sqrt(Math.max(deviation ** 2 - ofCycles, 0)) };
}
