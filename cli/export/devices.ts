// Weights as what a chip is given: the conductance of every device, and the pulses that take it there from the erased
// state, by the mean device of the profile.

import { deviceModels } from '../../runtime/simd/devices/index.ts';
import { double } from '../../runtime/simd/devices/real.ts';
import type { Device } from '../../runtime/simd/devices/device.ts';
import type { Profile, StoredWeight } from '../../src/index.ts';

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
  { conductance }: Profile,
): Generator<DeviceRow> {
  const [low, high] = deviceModels[device.model].bounds(device.constants);
  const pulsesTo = pulseCounter(device);
  for (const [weight, { values, shape, scales, isPair }] of Object.entries(weights)) {
    if (scales === null) continue;
    const columns = shape[shape.length - 1];
    for (let at = 0; at < values.length; at++) {
      const place = { weight, row: Math.floor(at / columns), column: at % columns };
      const codes = isPair ? [values[at] & 0xffff, values[at] >>> 16] : [values[at]];
      for (const [which, code] of codes.entries()) {
        const state = device.zero + code * device.unit;
        const share = (state - low) / (high - low);
        yield {
          ...place,
          device: isPair ? (['plus', 'minus'] as const)[which] : 'single',
          state,
          conductance:
            conductance === undefined ? null : conductance.low + share * (conductance.high - conductance.low),
          pulses: pulsesTo(state),
        };
      }
    }
  }
}

/** The most pulses of a programme: who needs more has no device for it. */
const MOST = 100_000;

/** How many pulses up take the mean device, erased, nearest to a state. */
function pulseCounter({ model, constants }: Device): (state: number) => number {
  const { bounds, own, move } = deviceModels[model];
  const device = own(double, constants, []);
  const mean = Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [name, name === 'cycle' ? 0 : value]),
  );
  const reached = [bounds(constants)[0] - (device.reference?.value ?? 0)];
  const next = (state: number): number =>
    move(
      double,
      { state: double.constant(state), pulses: double.constant(1), normal: double.constant(0), own: device },
      mean,
    ).value;
  for (let pulse = 0; pulse < MOST; pulse++) {
    const after = next(reached[pulse]);
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
