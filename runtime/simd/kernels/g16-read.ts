// g16_read: what is read of devices whose state is not quite what was written, or not what the current tells, as codes:
//
//   out = throughSeries(code) + deviation N(0, 1),   to the nearest, kept among the codes there are
//
// The normal number is f(seed, devices, element, code) (parts/device-draws.ts): another one with every write, the same
// with every reading in between, and no byte for it.

import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import { sampleDevices } from '../cases/devices.ts';
import { codesOfNoise, deviceKey, largestCode, readingOf, smallestCode, type Device } from '../devices/device.ts';
import { emitted, single } from '../devices/real.ts';
import { throughSeries } from '../devices/series.ts';
import { family, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { writeNoiseOf } from '../parts/device-draws.ts';
import { padded, PANEL, panelElements } from '../parts/panels.ts';
import { lowerHalf, upperHalf } from '../parts/reading.ts';
import { nearestEven } from '../twins/math.ts';
import { writeNoiseReference } from '../twins/pulses.ts';

const parameters = (device: Device) => ({
  out: pointers(readingOf(device).element).out('rows', padded('columns')),
  weight: pointers(readingOf(device).element).in('rows', padded('columns')),
  rows: size,
  columns: size,
  first: size,
  seed: size,
  devices: size,
});

export const g16_read = family('g16_read', deviceKey, (device: Device, name) =>
  kernel(name, parameters(device), (k, args) => {
    const { out, weight, rows, columns, first } = args;
    const deviation = codesOfNoise(device);
    const elements = k.let(
      columns
        .add(PANEL - 1)
        .and(-PANEL)
        .mul(rows),
    );
    k.for(0, elements, 4, (at) => {
      const stored = k.let(weight.vector(at) as I32);
      const element = k.let(k.iota().add(at.add(first)));
      const read = (code: I32, side: 0 | 1): I32 => {
        const seen = throughSeries(emitted(k), k.let(code.toFloat()), device);
        const noisy = (): F32 => seen.add(writeNoiseOf(k, args, { element, code, side }).mul(deviation));
        const wanted = k.let((deviation === 0 ? seen : noisy()).nearest());
        return toInt(wanted.pmin(largestCode(device)).pmax(smallestCode(device)));
      };
      if (device.arrangement === 'single') return out.vector(at).set(read(stored, 0));
      const [plus, minus] = [k.let(lowerHalf(stored)), k.let(upperHalf(stored))];
      out.vector(at).set(k.let(read(plus, 0)).or(k.let(read(minus, 1)).shl(16)));
    });
  }),
);

export const variants = (): Device[] => [
  ...sampleDevices.slice(0, 2).map((device) => ({ ...device, writeNoise: 1.5 })),
  ...sampleDevices.slice(0, 2).map((device) => ({ ...device, series: 0.8 })),
];
export const trials = (): Trials => ({
  inPlace: [['out', 'weight']],
  cases: [
    [1, 1],
    [7, 20],
  ].map(([rows, columns]) => ({ rows, columns, first: 24, seed: -2, devices: 0xdec1 })),
});

export const reference =
  (device: Device) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, weight, rows, columns, first } = args;
    const { fround } = Math;
    const deviation = fround(codesOfNoise(device));
    for (let at = 0; at < panelElements(rows, columns); at++) {
      const read = (code: number, side: 0 | 1): number => {
        const seen = throughSeries(single, single.constant(code), device).value;
        const noise = writeNoiseReference(args, { element: first + at, code, side });
        const wanted = nearestEven(fround(seen + fround(noise * deviation)));
        return Math.max(smallestCode(device), Math.min(largestCode(device), wanted));
      };
      const stored = weight[at];
      const isPair = device.arrangement === 'pair';
      out[at] = isPair ? read(stored & 0xffff, 0) | (read(stored >>> 16, 1) << 16) : read(stored, 0);
    }
  };
