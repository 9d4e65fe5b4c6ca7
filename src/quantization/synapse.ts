// Weights that are the conductances of simulated synapse devices: 16 bits each, and no float copy behind them. An
// update becomes pulses (runtime/simd/parts/pulses.ts); what a pulse does is the device model's; its numbers are a
// profile's.
//
// The mapping decides as much as the device: a weight is `range` where a single device is as far from its zero as the
// profile's mean bounds lie apart, halved, and where one of a pair is at its upper bound and the other at the lower.

import { along, times, view, type Affine, type Buffer } from '../../runtime/program/buffer.ts';
import type { Operand } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { codesOfPulse, deviceKey, largestCode, readingOf, type Device } from '../../runtime/simd/devices/device.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { g16_add } from '../../runtime/simd/kernels/g16-add.ts';
import { g16_drift } from '../../runtime/simd/kernels/g16-drift.ts';
import { g16_matmul_update } from '../../runtime/simd/kernels/g16-matmul-update.ts';
import { g16_program } from '../../runtime/simd/kernels/g16-program.ts';
import { g16_refresh } from '../../runtime/simd/kernels/g16-refresh.ts';
import { g16_update } from '../../runtime/simd/kernels/g16-update.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { streamKey } from '../../runtime/simd/parts/philox.ts';
import { WEAR, WEAR_WORDS } from '../../runtime/simd/parts/pulses.ts';
import { ABOVE_ZERO, expectFinite, expectOptions, expectWithin } from '../options.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { boundOf } from './initializer.ts';
import {
  countsOf,
  initializeScaled,
  learnInPanels,
  OptimizerState,
  scaledColumns,
  shiftPanels,
  type ScaledColumns,
} from './panels.ts';
import { expectProfile, type Profile, type Retention } from './profiles/profile.ts';
import type { LearnSite, Storage, Weight, WeightSpec } from './storage.ts';

export interface SynapseOptions {
  /** The weight at the end of the range. Default: `headroom` times the largest first weight, layer by layer. */
  readonly range?: number;
  /** The largest weight as a multiple of the largest first weight, where no range is given. Default 3. */
  readonly headroom?: number;
  /** The most pulses that an update gives a device. Default 31. */
  readonly most?: number;
  /** How long a training step takes, for devices that lose their state. Default 0: no time goes by. */
  readonly secondsPerStep?: number;
}

/** What all weights of a storage share. */
interface Arranged {
  readonly device: Device;
  readonly retention: Retention | undefined;
  readonly options: Required<Omit<SynapseOptions, 'range'>> & Pick<SynapseOptions, 'range'>;
  /** States between weight 0 and the weight `range`. */
  readonly span: number;
}

/**
 * Weights as conductances of a device.
 * @param given a profile: of `profiles`, or one's own
 * @throws ConfigurationError for a profile or an option that is not known or outside its range.
 */
export function synapse(given: Profile, options: SynapseOptions = {}): Storage {
  expectOptions('synapse', options, ['range', 'headroom', 'most', 'secondsPerStep']);
  const profile = expectProfile(given);
  const { range, headroom = 3, most = 31, secondsPerStep = 0 } = options;
  if (range !== undefined) expectFinite('synapse: range', range, [ABOVE_ZERO]);
  expectFinite('synapse: headroom', headroom, [1]);
  expectWithin('synapse: most', most, 1, 2 ** 16);
  expectFinite('synapse: secondsPerStep', secondsPerStep, [0]);
  const arranged = {
    ...arrange(profile, most),
    retention: profile.retention,
    options: { ...options, headroom, most, secondsPerStep },
  };
  const mapping = range === undefined ? `headroom ${headroom}` : `range ${range}`;
  const key = deviceKey(arranged.device);
  return { name: `${profile.name} (${key}, ${mapping})`, weight: (p, spec) => synapseWeight(p, spec, arranged) };
}

function arrange(
  { model, constants, arrangement, pulses, threshold, stuck }: ReturnType<typeof expectProfile>,
  most: number,
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
    zero: Math.fround(from),
    unit,
  };
  return { device, span: isPair ? high - low : (high - low) / 2 };
}

function synapseWeight(p: Program, spec: WeightSpec, arranged: Arranged): Weight {
  const { device, options, retention } = arranged;
  const { name, trained, learning } = spec;
  const reading = readingOf(device);
  const kept = scaledColumns(p, spec, reading.element);
  const { rows, columns, values, scale, operands } = kept;
  const state = new OptimizerState(values, learning);
  /** Made when an update is first recorded, like the optimiser's. */
  let wear: Buffer | null = null;

  return {
    name,
    storage: 'synapse',
    rows,
    columns,
    trained,
    learning,
    reading,
    get parts() {
      const counted = wear === null ? [] : [{ buffer: wear, is: 'health' } as const];
      return [{ buffer: values, is: 'value' }, { buffer: scale, is: 'scale' }, ...counted, ...state.parts] as const;
    },
    operands,
    initialize(program) {
      const { range = options.headroom * boundOf(spec.initializer, rows) } = options;
      const step = (range / arranged.span) * device.unit;
      initializeScaled(program, kept, { initializer: spec.initializer, step }, (panel, group) =>
        program.call(g16_program(device), {
          ...group,
          rows,
          first: along(panel, rows * PANEL),
          ...deviceSource(program, name),
        }),
      );
    },
    learn(program, site, optimizer) {
      wear ??= countsOf(program, kept, 'wear', WEAR_WORDS);
      learn(program, kept, { device, site, optimizer, state, wear });
    },
    shift(program, steps) {
      const codes = Math.max(1, Math.round(codesOfPulse(device).up));
      shiftPanels(program, kept, g16_add(device), (span) => steps(span).times(codes));
    },
    maintain(program) {
      if (wear === null) return;
      if (device.arrangement === 'pair') refresh(program, kept, device, wear);
      if (retention !== undefined && options.secondsPerStep > 0) drift(program, kept, arranged, retention);
    },
  };
}

const deviceSource = (p: Program, name: string): Record<'seed' | 'devices', Operand> => ({
  seed: view(p.seed),
  devices: streamKey(`${name}/devices`) | 0,
});

interface Learning {
  readonly device: Device;
  readonly site: LearnSite;
  readonly optimizer: RecordedOptimizer;
  readonly state: OptimizerState;
  readonly wear: Buffer;
}

function learn(p: Program, kept: ScaledColumns, { device, site, optimizer, state, wear }: Learning): void {
  const { name, rows, operands } = kept;
  const pulsed = { device, update: optimizer.update };
  const common = (first: Affine | number): Record<string, Operand> => {
    const from = times(first, rows);
    const drawn = { ...p.draws(`${name}/pulses`, p.step), ...deviceSource(p, name) };
    return { ...operands(first), ...state.views(p, optimizer, from), ...drawn, first: from, wear: view(wear) };
  };
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

/** Once a step, where a device ran full. */
function refresh(p: Program, { name, rows, columns, values }: ScaledColumns, device: Device, wear: Buffer): void {
  p.when(view(wear, WEAR.full), { atLeast: 1 }, () => {
    const operands = { weight: view(values), wear: view(wear), rows, columns, first: 0 };
    p.call(g16_refresh(device), { ...operands, ...deviceSource(p, name) });
  });
}

/** Once a step: what the time of a step takes away. */
function drift(
  p: Program,
  { name, rows, columns, values }: ScaledColumns,
  { device, options: { secondsPerStep } }: Arranged,
  { kind, seconds, exponent = 1, towards }: Retention,
): void {
  const [low, high] = deviceModels[device.model].bounds(device.constants);
  const code = (low + towards * (high - low) - device.zero) / device.unit;
  const factor = p.tensor({ name: `${name}/kept`, role: 'scratch', shape: [1, 1] });
  if (kind === 'exponential') p.write(factor, Math.exp(-secondsPerStep / seconds));
  else {
    const clock = p.tensor({ name: `${name}/clock`, role: 'state', life: 'persistent', shape: [1, 1] });
    const before = clock.plus(seconds).map('log');
    const after = clock.plus(seconds + secondsPerStep).map('log');
    p.write(factor, before.minus(after).times(exponent).map('exp'));
    p.write(clock, clock.plus(secondsPerStep));
  }
  const drawn = p.draws(`${name}/drift`, p.step);
  p.call(g16_drift(device), {
    weight: view(values),
    factor: factor.at(0),
    towards: code,
    rows,
    columns,
    first: 0,
    ...drawn,
  });
}
