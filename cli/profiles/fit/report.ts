// What fits of all models say of a measurement: which is best, in whose terms, what cannot be told, and the profile.

import { deviceModels, type DeviceModelName } from '../../../runtime/simd/devices/index.ts';
import { DataError } from '../../../src/data/errors.ts';
import type { Profile } from '../../../src/index.ts';
import { percent } from '../../table.ts';
import { moments, Specimen } from '../response.ts';
import { candidates } from './candidates.ts';
import { type Fit, fitCandidate } from './fit.ts';
import type { Steps } from './steps.ts';

export interface Judged extends Fit {
  /** How far its mean curve is from the measured one: root of the mean square, of the range. */
  readonly curve: number;
}

export interface Report {
  readonly chosen: Judged;
  /** The best of each model, the best first. */
  readonly fits: readonly Judged[];
  /** Models that cannot be fitted to these pulses. */
  readonly unfit: readonly DeviceModelName[];
  /** Models that the data cannot tell from the chosen one. */
  readonly alike: readonly DeviceModelName[];
  /** Granularity, noise and asymmetry, apart. */
  readonly states: number;
  readonly unknown: readonly string[];
}

/** A difference of Bayes' criterion that is called strong: a model that is less than that behind is not refuted. */
const STRONG = 10;

/** @throws DataError where no model fits */
export function fitAll(steps: Steps): Report {
  const fits = candidates
    .flatMap((candidate) => {
      const tried = candidate.noises
        .map((noise) => fitCandidate(steps, candidate, noise))
        .filter(isSound)
        .map((fit) => ({ ...fit, curve: curveResidual(steps, fit) }))
        .filter(({ curve }) => Number.isFinite(curve));
      return tried.sort((a, b) => a.criterion - b.criterion).slice(0, 1);
    })
    .sort((a, b) => a.criterion - b.criterion);
  if (fits.length === 0) throw new DataError(whyNone(steps));
  const unfit = candidates.map(({ model }) => model).filter((name) => fits.every(({ model }) => model !== name));
  const close = fits.filter(({ criterion }) => criterion - fits[0].criterion < STRONG);
  // of models alike, the first of the list: the ones that most people know
  const chosen = close.reduce((best, other) => (orderOf(other) < orderOf(best) ? other : best));
  const { model, constants } = chosen;
  const [low, high] = deviceModels[model].bounds({ low: -1, high: 1, ...constants });
  const { up } = deviceModels[model].step({ asymmetry: 0, ...constants });
  return {
    chosen,
    fits,
    unfit,
    alike: close.map((fit) => fit.model).filter((name) => name !== model),
    states: (high - low) / up,
    unknown: unknownOf(steps, chosen),
  };
}

/** Whether all its numbers are. */
const isSound = ({ constants, bounds, residual, criterion }: Fit): boolean =>
  [...Object.values(constants), ...bounds, residual, criterion].every(Number.isFinite);

function whyNone({ steps }: Steps): string {
  const size = moments(steps.map(({ by }) => Math.abs(by))).mean;
  return (
    `no device model fits these ${steps.length} pulses: a mean one goes over ${percent(size, 0)} of the range; ` +
    'wanted several from bound to bound, both ways or one'
  );
}

const orderOf = ({ model }: Fit): number => candidates.findIndex((candidate) => candidate.model === model);

function unknownOf({ steps, devices, cycles, seen, write }: Steps, { model, noise, estimates }: Fit): string[] {
  const lacks = (way: number): boolean => steps.every((step) => step.way !== way);
  const open = estimates.filter(({ determined }) => !determined).map(({ name }) => name);
  const rules: readonly (readonly [boolean, string])[] = [
    [cycles < 2, 'one cycle: noise of cycles is not told from what the model misses'],
    [devices < 2, 'one device: nothing tells how devices differ'],
    [devices > 1 && devices < 200, `${devices} devices: how they differ is known to ${spreadError(devices)} % only`],
    [lacks(-1), 'no pulses down: depression is taken to mirror potentiation'],
    [lacks(1), 'no pulses up: potentiation is taken to mirror depression'],
    [!seen.high, 'steps do not vanish at the highest conductance: the device may go further than was measured'],
    [!seen.low, 'steps do not vanish at the lowest conductance: the device may go further than was measured'],
    [model === 'expStep', 'slope and shift: amounts and gammas are given for the usual ones'],
    [noise === 'additive' && model !== 'exponential', 'the noise of a step does not shrink with it'],
    [open.length > 0, `not known to a tenth: ${open.join(', ')}`],
    [write === undefined, 'energy of writing: wanted the voltage of pulses both ways, and their width'],
    [true, 'retention, and which conductance is weight 0'],
  ];
  return rules.filter(([holds]) => holds).map(([, text]) => text);
}

const spreadError = (devices: number): number => Math.round(100 / Math.sqrt(2 * (devices - 1)));

/** The profile of a fit, its bounds as conductances. */
export function profileOf(name: string, source: string, { ranges, stuck, write }: Steps, fit: Fit): Profile {
  const low = moments(ranges.map((range) => range.low)).mean;
  const width = moments(ranges.map((range) => range.high)).mean - low;
  const [least, most] = fit.bounds.map((share) => Number((low + share * width).toPrecision(6)));
  const open = fit.estimates.filter(({ determined }) => !determined).map((estimate) => estimate.name);
  return {
    name,
    title: `${name}, measured`,
    source,
    model: fit.model,
    constants: Object.fromEntries(
      Object.entries(fit.constants).map(([key, value]) => [key, Number(value.toPrecision(6))]),
    ),
    ...(stuck > 0 && { stuck: Number(stuck.toPrecision(4)) }),
    ...(least > 0 && { conductance: { high: most, low: least } }),
    ...(write && { write }),
    ...(open.length > 0 && { note: `Not known to a tenth: ${open.join(', ')}.` }),
  };
}

/** The mean device of a fit under pulses, as shares of the range seen: what stands over the points. */
export function curveOf({ model, constants, bounds: [low, high] }: Fit, from: number, way: 1 | -1, pulses: number) {
  const device = new Specimen({ name: 'fitted', title: '', source: '', model, constants });
  const [least, most] = model === 'exponential' ? [0, 1] : [-1, 1];
  const scale = (high - low) / (most - least);
  const states = [least + (from - low) / scale];
  for (let pulse = 0; pulse < pulses; pulse++) states.push(device.pulse(states[pulse], way));
  return states.map((state) => low + (state - least) * scale);
}

/** The mean state before each pulse of a way, over devices and cycles, with its deviation. */
export function meanCurve({ steps }: Steps, way: 1 | -1): { mean: number[]; deviation: number[] } {
  const own = steps.filter((step) => step.way === way);
  const groups = new Map<number, number[]>();
  for (const { pulse, from } of own) groups.set(pulse, [...(groups.get(pulse) ?? []), from]);
  const each = [...groups.entries()].sort(([a], [b]) => a - b).map(([, values]) => moments(values));
  return { mean: each.map(({ mean }) => mean), deviation: each.map(({ deviation }) => deviation) };
}

function curveResidual(steps: Steps, fit: Fit): number {
  const squares = ([1, -1] as const).flatMap((way) => {
    const { mean } = meanCurve(steps, way);
    if (mean.length === 0) return [];
    const curve = curveOf(fit, mean[0], way, mean.length - 1);
    return mean.map((value, at) => (value - curve[at]) ** 2);
  });
  return Math.sqrt(moments(squares).mean);
}
