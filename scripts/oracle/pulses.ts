// Pulses: 10,000 devices at each of five conductances get pulses up or down, through the public API, by one update of a
// layer; what these added is written down, mean and spread, so that another simulator can do the same and compare.

import { fromAihwkit, type Json, toAihwkit } from '../../cli/profiles/exchange/aihwkit.ts';
import { moments } from '../../cli/profiles/response.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import {
  backprop,
  createLearner,
  dense,
  type Profile,
  profiles,
  regression,
  sequential,
  sgd,
  synapse,
} from '../../src/index.ts';
import { mapped } from '../../src/quantization/device-array.ts';
import { expectProfile } from '../../src/quantization/profiles/profile.ts';

export interface PulseSubject {
  readonly group: 'aihwkit' | 'neurosim';
  readonly name: string;
  readonly profile: Profile;
  /** Of one update. */
  readonly pulses: number;
  /** Of the range. */
  readonly shares: readonly number[];
}

/** What pulses added to a state, over devices: mean, deviation and fourth central moment. */
interface Point {
  /** In shares of the range. */
  readonly share: number;
  readonly state: number;
  readonly way: 1 | -1;
  readonly mean: number;
  readonly deviation: number;
  readonly fourth: number;
}

export interface PulseCase {
  readonly simulator: PulseSubject['group'];
  /** Of aihwkit a class and its fields, of NeuroSim its labels, levels and deviations. */
  readonly device: Json;
  readonly pulses: number;
  readonly devices: number;
  /** States are kept in whole steps of this, rounded up or down by chance. */
  readonly unit: number;
  readonly points: readonly Point[];
}

const SIDE = 100;
/** So small a rate, and so far a target, that what a layer answers is none of the error. */
const RATE = 1e-10;

/** @param only the points that are asked for, all by default */
export async function writePulses(
  { group, profile, pulses, shares }: PulseSubject,
  seed: number,
  only: (point: Pick<Point, 'share' | 'way'>) => boolean = () => true,
): Promise<PulseCase> {
  const { model, constants } = expectProfile(profile);
  const { bounds, step, zero } = deviceModels[model];
  const [low, high] = bounds(constants);
  const learner = await createLearner({
    network: sequential([SIDE], [dense(SIDE, { bias: false })]),
    rule: backprop({ optimizer: sgd(RATE) }),
    task: regression(SIDE),
    storage: synapse({ ...profile, pulses: 'nearest' }, { range: (high - low) / 2 }),
    batchSize: 1,
    seed,
  });
  const [name] = Object.keys(learner.weights());
  const values = (): Float32Array => learner.weights()[name].values;
  const points: Point[] = [];
  for (const share of shares) {
    for (const way of [1, -1] as const) {
      if (!only({ share, way })) continue;
      const state = low + share * (high - low);
      learner.setWeights({ [name]: new Float32Array(SIDE * SIDE).fill(state - zero(constants)) });
      const before = values();
      const target = (way * pulses * step(constants)[way > 0 ? 'up' : 'down']) / RATE;
      learner.trainOnBatch(new Float32Array(SIDE).fill(1), new Float32Array(SIDE).fill(target));
      const added = values().map((value, at) => value - before[at]);
      const { mean, deviation } = moments(Array.from(added));
      const fourth = moments(Array.from(added, (value) => (value - mean) ** 4)).mean;
      points.push({ share, state: before[0] + zero(constants), way, mean, deviation, fourth });
    }
  }
  learner.dispose();
  const { unit } = mapped('the oracle', profile, {}).device;
  const device = group === 'aihwkit' ? toAihwkit(profile).made : constants;
  return { simulator: group, device, pulses, devices: SIDE * SIDE, unit, points };
}

const [WHOLE, INNER] = [
  [0.1, 0.3, 0.5, 0.7, 0.9],
  [0.3, 0.4, 0.5, 0.6, 0.7],
];
/** Bounds that differ by so much at most are beyond the inner conductances. */
const BOUNDS = 0.1;

/** As one device, without reference: what it learns with is what it is. */
const single = ({ conductance: _none, ...profile }: Profile, constants: Profile['constants']): Profile => ({
  ...profile,
  constants: { ...profile.constants, ...constants },
  arrangement: 'single',
  pulses: 'stochastic',
  threshold: 0,
  writeNoise: 0,
});

const spreadsOf = ({ model, constants }: Profile): Record<string, number> =>
  Object.fromEntries(
    Object.keys(deviceModels[model].constants)
      .filter((name) => name.endsWith('Spread') || name === 'spread')
      .map((name) => [name, constants[name] ?? 0]),
  );

function subjectsOf(group: PulseSubject['group'], profile: Profile): PulseSubject[] {
  const spreads = spreadsOf(profile);
  const none = Object.fromEntries(Object.keys(spreads).map((name) => [name, 0]));
  const bounded = Object.fromEntries(
    Object.entries(spreads).map(([name, spread]) => [
      name,
      /^(high|low)/.test(name) ? Math.min(spread, BOUNDS) : spread,
    ]),
  );
  const alike = { group, profile: single(profile, none), shares: WHOLE };
  const differ = { group, profile: single(profile, bounded), shares: INNER };
  const counts = group === 'neurosim' ? [1, 7] : [1, 3];
  return [
    ...counts.map((pulses) => ({
      ...alike,
      name: `${profile.name}, ${pulses === 1 ? 'a pulse' : `${pulses} pulses`}`,
      pulses,
    })),
    ...(Object.values(spreads).some((spread) => spread > 0)
      ? [{ ...differ, name: `${profile.name}, devices that differ`, pulses: 1 }]
      : []),
  ];
}

/** Of models that no profile has: aihwkit's own usual numbers, and a table. */
const others: readonly Profile[] = [
  fromAihwkit('powStep', {
    class: 'PowStepDevice',
    dw_min: 0.01,
    pow_gamma: 1.7,
    pow_up_down: -0.2,
    pow_up_down_dtod: 0.05,
  }).made,
  fromAihwkit('piecewise', {
    class: 'PiecewiseStepDevice',
    ...{ dw_min: 0.01, up_down: 0.1, piecewise_up: [1.5, 1, 0.5, 1, 0.2], piecewise_down: [0.3, 1, 1.4, 0.7, 1.2] },
  }).made,
];

/** The kit's profiles and models, and the exponential ones, one of whose devices differ. */
export const pulseSubjects: readonly PulseSubject[] = [
  ...[...Object.values(profiles).filter(({ source }) => source.includes('IBM')), ...others].flatMap((profile) =>
    subjectsOf('aihwkit', profile),
  ),
  ...Object.values(profiles)
    .filter(({ model, constants }) => model === 'exponential' && (constants.cycle ?? 0) > 0)
    .flatMap((profile) => subjectsOf('neurosim', profile)),
  ...subjectsOf('neurosim', {
    ...profiles['ag-a-si'],
    name: 'ag-a-si of labels that differ',
    constants: { ...profiles['ag-a-si'].constants, spread: 0.05 },
  }),
];
