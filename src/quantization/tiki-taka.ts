// Tiki-Taka (Gokmen, Haensch, Frontiers in Neuroscience 14:103, 2020): updates pulse a fast array of devices; every few
// steps one of its rows is read and pulsed into a slow array, which is the weight. What the fast devices do more one
// way than the other pulls them to their own zero, so only what many updates agree on reaches the weight. Buffered
// (Gokmen, Frontiers in Artificial Intelligence 4:699148, 2021), what is read adds up in float, and whole pulses are
// passed on.

import { times, view, type Buffer } from '../../runtime/program/buffer.ts';
import type { Program } from '../../runtime/program/program.ts';
import { deviceKey, readingOf, type Device } from '../../runtime/simd/devices/device.ts';
import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { g16_transfer } from '../../runtime/simd/kernels/g16-transfer.ts';
import { WEAR_WORDS } from '../../runtime/simd/parts/pulses.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import { ConfigurationError } from '../errors.ts';
import { boolean, integer, positive, readOptions } from '../options.ts';
import {
  arrayOf,
  deviceSource,
  drift,
  mapped,
  MAPPING,
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
import { summing } from './sum.ts';

export interface TikiTakaOptions extends MappingOptions {
  /** Steps between two rows that are transferred. Default 1. */
  readonly every?: number;
  /** What of a row is passed on. Default 0.1. */
  readonly rate?: number;
  /** Whether what is read adds up in float first; four bytes a weight. Default false. */
  readonly buffered?: boolean;
}

interface Transferred {
  readonly every: number;
  readonly rate: number;
  readonly buffered: boolean;
}

/**
 * Weights as conductances that a second array of the same devices teaches.
 * @param given a profile of single devices, best one that counts from its symmetry point
 * @throws ConfigurationError for a pair, a profile or an option that is not known or outside its range.
 */
export function tikiTaka(given: Profile, options: TikiTakaOptions = {}): Storage {
  const { every, rate, buffered, ...others } = readOptions('tikiTaka', options, ConfigurationError, {
    ...MAPPING,
    every: [integer(1), 1],
    rate: [positive, 0.1],
    buffered: [boolean, false],
  });
  const mapping = mapped('tikiTaka', given, others);
  const { device } = mapping;
  if (device.arrangement === 'pair') {
    throw new ConfigurationError(`tikiTaka wants single devices, and profile '${given.name}' is a pair`);
  }
  const transfer = `every ${every}, rate ${rate}${buffered ? ', buffered' : ''}`;
  return {
    name: `tikiTaka ${given.name} (${deviceKey(device)}, ${mapping.mapping}, ${transfer})`,
    profile: given,
    weight: (p, spec) => tikiTakaWeight(p, spec, mapping, { every, rate, buffered }),
  };
}

function tikiTakaWeight(p: Program, spec: WeightSpec, mapping: Mapped, transferred: Transferred): Weight {
  const { device } = mapping;
  const { name, trained } = spec;
  const reading = readingOf(device);
  const slow = arrayOf(p, spec, mapping);
  const { rows, columns, values, scale, operands } = slow;
  const lasting = { role: 'state', layout: 'panels', life: 'persistent', element: reading.element } as const;
  const { initializer } = spec;
  const { every, rate, buffered } = transferred;
  const update = buffered ? buffering(mapping.scaleOf(initializer, rows), device) : summing;
  const buffer = new OptimizerState(values);
  /** What is made when an update is first recorded. */
  let taught: Taught | null = null;
  const transfer = (recorder: Program, { fast, row, counts }: Taught): void =>
    recorder.when(view(recorder.step), { every }, () => {
      const from = { update, hyper: null, advance() {} };
      const { weight: read } = reader(fast, mapping).read?.(recorder) ?? fast.operands();
      recorder.call(g16_transfer({ device, update }), {
        ...operands(),
        ...buffer.views(recorder, from, times(0, rows)),
        ...recorder.draws(`${name}/transfer`, recorder.step),
        ...deviceSource(recorder, name),
        fast: read,
        fastScale: view(scale),
        row: view(row),
        rate,
        wear: view(counts[0]),
        rows,
        columns,
        first: 0,
      });
    });

  return {
    name,
    storage: 'tikiTaka',
    rows,
    columns,
    trained,
    reading,
    converters: mapping.converters,
    get parts() {
      const { state, fast, counts = [] } = taught ?? {};
      const beside = fast === undefined ? [] : [{ buffer: fast.values, is: 'optimizer' } as const];
      const counted = counts.map((words) => ({ buffer: words, is: 'health' }) as const);
      const kept = [...(state?.parts ?? []), ...buffer.parts];
      return [{ buffer: values, is: 'value' }, { buffer: scale, is: 'scale' }, ...counted, ...beside, ...kept] as const;
    },
    operands,
    ...reader(slow, mapping),
    initialize: (recorder) => program(recorder, slow, mapping, initializer),
    learn(recorder, site, optimizer) {
      taught ??= teaching(recorder, slow, () =>
        recorder.buffer({ name: `${name}/fast`, shape: spec.shape, unit: values.unit, ...lasting }),
      );
      const { fast, state, counts } = taught;
      pulse(recorder, fast, { mapping, site, optimizer, state, wear: counts[1] });
    },
    shift: (recorder, steps) => shiftPulses(recorder, slow, device, steps),
    maintain(recorder) {
      if (taught !== null) transfer(recorder, taught);
      for (const array of taught === null ? [slow] : [slow, taught.fast]) drift(recorder, array, mapping);
    },
  };
}

interface Taught {
  readonly fast: ScaledColumns;
  readonly state: OptimizerState;
  /** The row that is transferred next. */
  readonly row: Buffer;
  /** Of the slow array, and of the fast one. */
  readonly counts: readonly [slow: Buffer, fast: Buffer];
}

function teaching(p: Program, slow: ScaledColumns, make: () => Buffer): Taught {
  const values = make();
  const fast: ScaledColumns = {
    ...slow,
    name: values.name,
    values,
    operands: (first = 0) => ({ weight: view(values, times(first, slow.rows)), scale: view(slow.scale, first) }),
  };
  const counts = [countsOf(p, slow, 'wear', WEAR_WORDS), countsOf(p, fast, 'wear', WEAR_WORDS)] as const;
  return { fast, state: new OptimizerState(values), row: countsOf(p, fast, 'row', 1), counts };
}

const made = new Map<number, Update>();

/** Adds up what is read, and gives whole pulses of it. */
function buffering(scale: number, device: Device): Update {
  const pulse = Math.fround(scale * deviceModels[device.model].step(device.constants).up);
  const update = made.get(pulse) ?? wholePulses(pulse);
  made.set(pulse, update);
  return update;
}

function wholePulses(pulse: number): Update {
  return {
    name: `buffered_${pulse}`,
    state: ['buffer'],
    hyper: [],
    change(k, { gradient, state }) {
      const held = k.let(state.buffer.add(gradient));
      const whole = k.let(held.abs().div(pulse).floor().mul(pulse));
      const change = k.let(held.lt(0).select(whole.neg(), whole));
      state.buffer.set(held.sub(change));
      return change;
    },
  };
}
