// g16_refresh: pairs of devices that run full are erased, and their difference is written anew, into the one it belongs
// to; the others stay as they are (Lim et al. 2017). What was counted as full begins anew.
//
//   where max(plus, minus) > upper and min(plus, minus) > lower (devices/device.ts):
//     plus <- max(plus - minus, 0),   minus <- max(minus - plus, 0)

import { toInt } from '../../wasm/values.ts';
import { sampleDevices } from '../cases/devices.ts';
import { deviceKey, fullCodes, type Device } from '../devices/device.ts';
import { family, i32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { stuckOf } from '../parts/device-draws.ts';
import { padded, panelElements } from '../parts/panels.ts';
import { fullPair, WEAR, WEAR_WORDS } from '../parts/pulses.ts';
import { lowerHalf, upperHalf } from '../parts/reading.ts';
import { stuckReference } from '../twins/pulses.ts';

const parameters = {
  weight: i32.inOut('rows', padded('columns')),
  wear: i32.inOut(WEAR_WORDS),
  rows: size,
  columns: size,
  first: size,
  seed: size,
  devices: size,
};

export const g16_refresh = family('g16_refresh', deviceKey, (device: Device, name) =>
  kernel(name, parameters, (k, args) => {
    const { weight, wear, rows, columns, first } = args;
    const elements = k.let(columns.add(7).and(-8).mul(rows));
    k.for(0, elements, 4, (at) => {
      const stored = k.let(weight.vector(at));
      const [plus, minus] = [k.let(lowerHalf(stored).toFloat()), k.let(upperHalf(stored).toFloat())];
      const isFull = fullPair(k, device, plus, minus);
      k.if(isFull.any(), () => {
        const [up, down] = [plus.sub(minus), minus.sub(plus)].map((d) => k.let(toInt(k.let(d).pmax(0))));
        const element = k.let(k.iota().add(at.add(first)));
        const moves = device.stuck === 0 ? isFull : isFull.and(stuckOf(k, device, args, element).isStuck.not());
        weight.vector(at).set(moves.selectInt(up.or(down.shl(16)), stored));
      });
    });
    wear.at(WEAR.full).set(k.i32(0));
  }),
);

export const variants = (): Device[] => sampleDevices.filter(({ arrangement }) => arrangement === 'pair').slice(0, 2);
export const trials = (): Trials => ({
  cases: [
    [1, 1],
    [4, 8],
    [7, 20],
  ].map(([rows, columns]) => ({ rows, columns, first: 24, seed: -2, devices: 0xdec1 })),
});

export const reference =
  (device: Device) =>
  (args: Referenced<typeof parameters>): void => {
    const { weight, wear, rows, columns, first } = args;
    const [upper, lower] = fullCodes(device);
    for (let at = 0; at < panelElements(rows, columns); at++) {
      const [plus, minus] = [weight[at] & 0xffff, weight[at] >>> 16];
      if (Math.max(plus, minus) <= upper || Math.min(plus, minus) <= lower) continue;
      if (stuckReference(device, args, first + at).isStuck) continue;
      weight[at] = Math.max(plus - minus, 0) | (Math.max(minus - plus, 0) << 16);
    }
    wear[WEAR.full] = 0;
  };
