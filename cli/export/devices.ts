// Weights as what a chip is given: the conductance of every device, and the pulses that take it there from the erased
// state, by the mean device of the profile.

import type { Device } from '../../runtime/simd/devices/device.ts';
import type { Profile, StoredWeight } from '../../src/index.ts';
import { conductanceOf, Specimen } from '../profiles/response.ts';

export interface DeviceRow {
  readonly weight: string;
  readonly row: number;
  readonly column: number;
  readonly device: 'single' | 'plus' | 'minus';
  /** The model's own. */
  readonly state: number;
  /** In siemens; null where the profile knows none. */
  readonly conductance: number | null;
  /** Up, from the lowest state. */
  readonly pulses: number;
}

/** Every device of the weights that are devices. */
export function* devicesOf(
  weights: Readonly<Record<string, StoredWeight>>,
  device: Device,
  profile: Profile,
): Generator<DeviceRow> {
  const [pulsesTo, siemens] = [pulseCounter(profile), conductanceOf(profile)];
  for (const [weight, { values, shape, scales, isPair }] of Object.entries(weights)) {
    if (scales === null) continue;
    const columns = shape[shape.length - 1];
    for (let at = 0; at < values.length; at++) {
      const place = { weight, row: Math.floor(at / columns), column: at % columns };
      const codes = isPair ? [values[at] & 0xffff, values[at] >>> 16] : [values[at]];
      for (const [which, code] of codes.entries()) {
        const state = device.zero + code * device.unit;
        yield {
          ...place,
          device: isPair ? (['plus', 'minus'] as const)[which] : 'single',
          state,
          conductance: siemens?.(state) ?? null,
          pulses: pulsesTo(state),
        };
      }
    }
  }
}

/** The most pulses of a programme: who needs more has no device for it. */
const MOST = 100_000;

/** How many pulses up take the mean device, erased, nearest to a state. */
function pulseCounter(profile: Profile): (state: number) => number {
  const device = new Specimen(profile);
  const reached = [device.low];
  for (let pulse = 0; pulse < MOST; pulse++) {
    const after = device.pulse(reached[pulse], 1);
    if (!(after > reached[pulse] + 1e-9)) break;
    reached.push(after);
  }
  return (state) => {
    let [from, to] = [0, reached.length - 1];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (reached[middle] <= state) from = middle;
      else to = middle;
    }
    return Math.abs(reached[to] - state) < Math.abs(reached[from] - state) ? to : from;
  };
}
