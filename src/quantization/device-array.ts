// What storages of synapse devices share: how a profile is mapped to weights, and what is recorded for an array of
// devices: its first values, the pulses of an update, and the time that goes by.
//
// The mapping decides as much as the device: a weight is `range` where a single device is as far from its zero as the
// profile's mean bounds lie apart, halved, and where one of a pair is at its upper bound and the other at the lower.

import { along, times, view, type Affine, type Buffer } from '../../runtime/program/buffer.ts';
import type { Expression, Operand } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { usesIn } from '../../runtime/program/op.ts';
import type { Program } from '../../runtime/program/program.ts';
import { codeAt, codesOfPulse, largestCode, readingOf, type Device } from '../../runtime/simd/devices/device.ts';
import { expm1 } from '../../runtime/simd/devices/exact.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { g16_add } from '../../runtime/simd/kernels/g16-add.ts';
import { g16_drift } from '../../runtime/simd/kernels/g16-drift.ts';
import { g16_matmul_update } from '../../runtime/simd/kernels/g16-matmul-update.ts';
import { g16_program } from '../../runtime/simd/kernels/g16-program.ts';
import { g16_read } from '../../runtime/simd/kernels/g16-read.ts';
import { g16_update } from '../../runtime/simd/kernels/g16-update.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { streamKey } from '../../runtime/simd/parts/philox.ts';
import { ConfigurationError } from '../errors.ts';
import { finite, integer, made, oneOf, optional, positive, readOptions, type Kind } from '../options.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { boundOf, type Initializer } from './initializer.ts';
import {
  initializeScaled,
  learnInPanels,
  type OptimizerState,
  scaledColumns,
  shiftPanels,
  type ScaledColumns,
} from './panels.ts';
import type { PieceSpan } from './piece.ts';
import { expectProfile, PULSES, type Profile, type Retention } from './profiles/profile.ts';
import type { Converters, LearnSite, Weight, WeightSpec } from './storage.ts';

/** How a profile is mapped to weights. */
export interface MappingOptions {
  /** The weight at the end of the range. Default: `headroom` times the largest first weight, layer by layer. */
  readonly range?: number;
  /** The largest weight as a multiple of the largest first weight, where no range is given. Default 3. */
  readonly headroom?: number;
  /** How a wanted change becomes pulses, in place of the profile's way; `pulseTrains()` is one too. */
  readonly pulses?: Device['pulses'] | PulseTrains;
  /** Changes of fewer pulses than this are left out. Default: the profile's. */
  readonly threshold?: number;
  /** The most pulses that an update gives a device. Default 31. */
  readonly most?: number;
  /** What stands around the array, of `converters()`; default: nothing. */
  readonly converters?: Converters;
  /** In ohm, of the transistor in series with each device as it is read; default 0. The profile has conductances. */
  readonly accessResistance?: number;
  /** How long a training step takes, for devices that lose their state. Default 0: no time goes by. */
  readonly secondsPerStep?: number;
}

const pulsing: Kind<MappingOptions['pulses']> = (pulses) =>
  typeof pulses === 'object'
    ? made('pulse', 'what pulseTrains() gives')(pulses)
    : optional(oneOf<Device['pulses']>(PULSES))(pulses);

/** For the table of a storage. */
export const MAPPING = {
  range: [optional(positive)],
  headroom: [finite(1), 3],
  pulses: [pulsing],
  threshold: [optional(finite(0))],
  most: [integer(1, 2 ** 16), 31],
  converters: [optional(made('product', 'what converters() gives'))],
  accessResistance: [finite(0), 0],
  secondsPerStep: [finite(0), 0],
} as const;

/** What pulses an array by the factors of an update, and not by its gradient. */
export interface PulseTrains {
  /** What makes two of them the same. */
  readonly name: string;
  /** @throws ConfigurationError for a device that it cannot pulse. */
  expectDevice(of: string, device: Device): void;
  /** Records the pulses of an update. */
  pulse(p: Program, kept: ScaledColumns, pulses: Pulses): void;
}

/** What all weights of a storage share. */
export interface Mapped {
  readonly device: Device;
  readonly retention: Retention | undefined;
  readonly secondsPerStep: number;
  readonly converters: Converters | undefined;
  readonly trains: PulseTrains | undefined;
  /** In words, for the storage's name. */
  readonly mapping: string;
  /** The weight of one unit of the state, for first values and inputs such as these. */
  scaleOf(initializer: Initializer, rows: number): number;
}

/** @throws ConfigurationError for a profile or an option that is not known or outside its range. */
export function mapped(of: string, given: Profile, options: MappingOptions): Mapped {
  const all = readOptions(of, options, ConfigurationError, MAPPING);
  const { range, headroom, pulses, threshold, most, converters, accessResistance, secondsPerStep } = all;
  const trains = typeof pulses === 'object' ? pulses : undefined;
  const profile = expectProfile({
    ...given,
    ...(typeof pulses === 'string' && { pulses }),
    ...(threshold !== undefined && { threshold }),
  });
  const { device, span } = arrange(profile, most, seriesOf(of, profile, accessResistance));
  trains?.expectDevice(of, device);
  if (secondsPerStep > 0 && profile.retention === undefined) {
    const wanted = `wanted 0, as devices of profile '${profile.name}' hold their state`;
    throw new ConfigurationError(`${of}: secondsPerStep is ${secondsPerStep}, ${wanted}`);
  }
  const clock = secondsPerStep > 0 ? `${secondsPerStep} s a step` : undefined;
  const scale = range === undefined ? `headroom ${headroom}` : `range ${range}`;
  const words = [scale, trains?.name, converters?.name, clock];
  return {
    device,
    retention: profile.retention,
    secondsPerStep,
    converters,
    trains,
    mapping: words.filter(Boolean).join(', '),
    scaleOf: (initializer, rows) => (range ?? headroom * boundOf(initializer, rows)) / span,
  };
}

/** @throws ConfigurationError where a resistance is in series with conductances that are not known. */
function seriesOf(of: string, { name, conductance }: Profile, resistance: number): Pick<Device, 'series'> {
  if (resistance === 0) return {};
  const wanted = `wanted 0, as profile '${name}' has no conductance`;
  if (conductance === undefined) {
    throw new ConfigurationError(`${of}: accessResistance is ${resistance}, ${wanted}`);
  }
  const { high, low } = conductance;
  return { series: (resistance * (high - low)) / (1 + resistance * low) };
}

/** The device, and the states between weight 0 and the weight `range`. */
function arrange(
  { model, constants, arrangement, pulses, threshold, stuck, writeNoise }: ReturnType<typeof expectProfile>,
  most: number,
  series: Pick<Device, 'series'>,
) {
  const { bounds, zero, reach } = deviceModels[model];
  const [low, high] = bounds(constants);
  const isPair = arrangement === 'pair';
  const from = isPair ? low : zero(constants);
  const extent = isPair ? zero(constants) + reach(constants) - low : reach(constants);
  const unit = Math.fround(extent / largestCode({ arrangement }));
  const device: Device = {
    model,
    constants,
    arrangement,
    pulses,
    threshold,
    most,
    stuck,
    writeNoise,
    ...series,
    zero: Math.fround(from),
    unit,
  };
  return { device, span: isPair ? high - low : (high - low) / 2 };
}

const drifts = ({ retention, secondsPerStep }: Mapped): boolean => retention !== undefined && secondsPerStep > 0;

/** An array of devices. Where states drift, a checkpoint holds weights too that nothing teaches. */
export const arrayOf = (p: Program, spec: WeightSpec, mapping: Mapped): ScaledColumns =>
  scaledColumns(p, drifts(mapping) ? { ...spec, frozen: true } : spec, readingOf(mapping.device).element);

/** Where states are read other than they were written: records what is read, and gives it. */
export const reader = (kept: ScaledColumns, { device }: Mapped): Pick<Weight, 'read'> =>
  device.writeNoise === 0 && device.series === undefined ? {} : { read: (p) => recordReading(p, kept, device) };

function recordReading(p: Program, { name, rows, columns, values, scale }: ScaledColumns, device: Device) {
  const { shape, element } = values;
  const out = p.buffer({ name: `${name}/read`, role: 'scratch', layout: 'panels', shape, element });
  const operands = { out: view(out), weight: view(values), rows, columns, first: 0 };
  p.call(g16_read(device), { ...operands, ...deviceSource(p, name) });
  return { weight: view(out), scale: view(scale) };
}

/** The seed, and the stream that tells the devices of an array apart. */
export const deviceSource = (p: Program, name: string): Record<'seed' | 'devices', Operand> => ({
  seed: view(p.seed),
  devices: streamKey(`${name}/devices`) | 0,
});

/** Records the first conductances: those of floats, to the nearest code. */
export function program(p: Program, kept: ScaledColumns, { device, scaleOf }: Mapped, initializer: Initializer): void {
  const { name, rows } = kept;
  const step = scaleOf(initializer, rows) * device.unit;
  initializeScaled(p, kept, { initializer, step }, (panel, group) =>
    p.call(g16_program(device), { ...group, rows, first: along(panel, rows * PANEL), ...deviceSource(p, name) }),
  );
}

export interface Pulses {
  readonly mapping: Mapped;
  readonly site: LearnSite;
  readonly optimizer: RecordedOptimizer;
  readonly state: OptimizerState;
  readonly wear: Buffer;
}

/** The operands of devices that are pulsed, from a column on. */
export function pulsedOperands(
  p: Program,
  { name, rows, operands }: ScaledColumns,
  wear: Buffer,
  first: Affine | number = 0,
): Record<string, Operand> {
  const drawn = { ...p.draws(`${name}/pulses`, p.step), ...deviceSource(p, name) };
  return { ...operands(first), ...drawn, first: times(first, rows), wear: view(wear) };
}

/** Records the pulses of an update. */
export function pulse(p: Program, kept: ScaledColumns, pulses: Pulses): void {
  const { mapping, site, optimizer, state, wear } = pulses;
  const { device, trains } = mapping;
  if (trains !== undefined) return trains.pulse(p, kept, pulses);
  const { rows } = kept;
  const pulsed = { device, update: optimizer.update };
  const common = (first: Affine | number): Record<string, Operand> => ({
    ...pulsedOperands(p, kept, wear, first),
    ...state.views(p, optimizer, times(first, rows)),
  });
  learnInPanels(p, site, {
    byFactors({ x, dz, batch, dzStride, first, columns }) {
      const sizes = { batch, dzStride, inputs: rows, columns };
      p.call(g16_matmul_update(pulsed), { ...common(first), x, dz, ...sizes });
    },
    byGradient({ panels: gradient, first, columns }) {
      p.call(g16_update(pulsed), { ...common(first), gradient, rows, columns });
    },
  });
}

/** Records whole steps of a mean pulse each. */
export const shiftPulses = (
  p: Program,
  kept: ScaledColumns,
  device: Device,
  steps: (span: PieceSpan) => Expression,
): void => {
  const codes = Math.max(1, Math.round(codesOfPulse(device).up));
  shiftPanels(p, kept, g16_add(device.arrangement), (span) => steps(span).times(codes));
};

const isUsed = ({ phases }: Program, values: Buffer): boolean =>
  [...phases].some(([phase, ops]) => phase !== 'prepare' && usesIn(ops).some(({ buffer }) => buffer === values));

/** Records what the time of a step takes away, whether a device learns or not; what nothing uses is in no plan. */
export function drift(p: Program, { name, rows, columns, values }: ScaledColumns, mapping: Mapped): void {
  const { device, retention, secondsPerStep } = mapping;
  if (retention === undefined || secondsPerStep === 0 || !isUsed(p, values)) return;
  const { kind, seconds, exponent = 1, towards } = retention;
  const lost = p.tensor({ name: `${name}/lost`, role: 'scratch', shape: [1, 1] });
  if (kind === 'exponential') p.write(lost, -expm1(-secondsPerStep / seconds));
  else {
    // 1 - (1 + r)^-exponent, r the step over what went by; softplus(log r) is log(1 + r) and elu is e^x - 1, which keep
    // the digits of small ones
    const before = new Scalar(view(p.step)).times(secondsPerStep).plus(seconds);
    const grown = before.map('reciprocal').times(secondsPerStep).map('log').map('softplus');
    p.write(lost, grown.times(-exponent).map('elu').map('neg'));
  }
  const drawn = p.draws(`${name}/drift`, p.step);
  p.call(g16_drift(device.arrangement), {
    weight: view(values),
    lost: lost.at(0),
    towards: codeAt(device, towards),
    rows,
    columns,
    first: 0,
    ...drawn,
  });
}
