// Weights as what a chip is given: the conductance of every device, and the pulses that take it there from the erased
// state. Programmes are those of the mean device of the profile: a device of its own bounds may stand where that one
// never does, and one that is stuck stands where it is.

import type { Device } from '../../runtime/simd/devices/device.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { streamKey } from '../../runtime/simd/parts/philox.ts';
import { stuckReference } from '../../runtime/simd/twins/pulses.ts';
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
  /** Whether the mean device can stand there. */
  readonly reachable: boolean;
  /** Whether it never moves. */
  readonly stuck: boolean;
  /** Up, from the lowest state; null where none lead there. */
  readonly pulses: number | null;
}

/** Every device of the weights that are devices. */
export function* devicesOf(
  weights: Readonly<Record<string, StoredWeight>>,
  device: Device,
  profile: Profile,
  seed: number,
): Generator<DeviceRow> {
  const [pulsesTo, siemens] = [pulseCounter(profile), conductanceOf(profile)];
  for (const [weight, { values, shape, scales, isPair }] of Object.entries(weights)) {
    if (scales === null) continue;
    const columns = shape[shape.length - 1];
    const rows = values.length / columns;
    const source = { seed, devices: streamKey(`${weight}/devices`) | 0 };
    for (let at = 0; at < values.length; at++) {
      const place = { weight, row: Math.floor(at / columns), column: at % columns };
      // devices are numbered as they are kept, in panels of columns
      const panel = Math.floor(place.column / PANEL);
      const element = (panel * rows + place.row) * PANEL + (place.column % PANEL);
      const stuck = stuckReference(device, source, element).isStuck;
      const codes = isPair ? [values[at] & 0xffff, values[at] >>> 16] : [values[at]];
      for (const [which, code] of codes.entries()) {
        const state = device.zero + code * device.unit;
        const { pulses, off } = pulsesTo(state);
        const reachable = off <= device.unit;
        yield {
          ...place,
          device: isPair ? (['plus', 'minus'] as const)[which] : 'single',
          state,
          conductance: siemens?.(state) ?? null,
          reachable,
          stuck,
          pulses: reachable && !stuck ? pulses : null,
        };
      }
    }
  }
}

/** The most pulses of a programme: who needs more has no device for it. */
const MOST = 100_000;

/** How many pulses up take the mean device, erased, nearest to a state, and how far that is from all it moves over. */
function pulseCounter(profile: Profile): (state: number) => { pulses: number; off: number } {
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
    const pulses = Math.abs(reached[to] - state) < Math.abs(reached[from] - state) ? to : from;
    return { pulses, off: Math.max(reached[0] - state, state - reached[reached.length - 1]) };
  };
}
