// Weights that are the conductances of simulated synapse devices: 16 bits each, and no float copy behind them. An
// update becomes pulses (runtime/simd/parts/pulses.ts); what a pulse does is the device model's; its numbers are a
// profile's.

import { view, type Buffer } from '../../runtime/program/buffer.ts';
import type { Program } from '../../runtime/program/program.ts';
import { deviceKey, readingOf, type Device } from '../../runtime/simd/devices/device.ts';
import { g16_refresh } from '../../runtime/simd/kernels/g16-refresh.ts';
import { WEAR, WEAR_WORDS } from '../../runtime/simd/parts/pulses.ts';
import {
  arrayOf,
  deviceSource,
  drift,
  mapped,
  program,
  pulse,
  reader,
  shiftPulses,
  type Mapped,
  type MappingOptions,
} from './device-array.ts';
import { countsOf, OptimizerState, type ScaledColumns } from './panels.ts';
import type { Profile } from './profiles/profile.ts';
import type { Storage, Weight, WeightSpec } from './storage.ts';

export interface SynapseOptions extends MappingOptions {}

/**
 * Weights as conductances of a device.
 * @param given a profile: of `profiles`, or one's own
 * @throws ConfigurationError for a profile or an option that is not known or outside its range.
 */
export function synapse(given: Profile, options: SynapseOptions = {}): Storage {
  const mapping = mapped('synapse', given, options);
  const key = deviceKey(mapping.device);
  return {
    name: `${given.name} (${key}, ${mapping.mapping})`,
    profile: given,
    weight: (p, spec) => synapseWeight(p, spec, mapping),
  };
}

function synapseWeight(p: Program, spec: WeightSpec, mapping: Mapped): Weight {
  const { device } = mapping;
  const { name, trained, learning } = spec;
  const reading = readingOf(device);
  const kept = arrayOf(p, spec, mapping);
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
    converters: mapping.converters,
    get parts() {
      const counted = wear === null ? [] : [{ buffer: wear, is: 'health' } as const];
      return [{ buffer: values, is: 'value' }, { buffer: scale, is: 'scale' }, ...counted, ...state.parts] as const;
    },
    operands,
    ...reader(kept, mapping),
    initialize: (recorder) => program(recorder, kept, mapping, spec.initializer),
    learn(recorder, site, optimizer) {
      wear ??= countsOf(recorder, kept, 'wear', WEAR_WORDS);
      pulse(recorder, kept, { mapping, site, optimizer, state, wear });
    },
    shift: (recorder, steps) => shiftPulses(recorder, kept, device, steps),
    maintain(recorder) {
      if (wear !== null && device.arrangement === 'pair') refresh(recorder, kept, device, wear);
      drift(recorder, kept, mapping);
    },
  };
}

/** Once a step, where a device ran full. */
function refresh(p: Program, { name, rows, columns, values }: ScaledColumns, device: Device, wear: Buffer): void {
  p.when(view(wear, WEAR.full), { atLeast: 1 }, () => {
    const operands = { weight: view(values), wear: view(wear), rows, columns, first: 0 };
    p.call(g16_refresh(device), { ...operands, ...deviceSource(p, name) });
  });
}
