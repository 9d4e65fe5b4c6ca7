// g16_program: floats become codes of devices, code = x / scale rounded to the nearest, ties to even, and kept among
// the codes there are: of a pair the positive part in the plus device, the negative part in the minus device. What is
// stuck stands where it is stuck.

import type { Emitter } from '../../wasm/emitter.ts';
import { toInt, type F32, type I32 } from '../../wasm/values.ts';
import { sampleDevices } from '../cases/devices.ts';
import { deviceKey, largestCode, readingOf, smallestCode, type Device } from '../devices/device.ts';
import { f32, family, kernel, pointers, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { stuckOf } from '../parts/device-draws.ts';
import { PANEL } from '../parts/panels.ts';
import { nearestEven } from '../twins/math.ts';
import { stuckReference } from '../twins/pulses.ts';

const parameters = (device: Device) => ({
  out: pointers(readingOf(device).element).out('rows', PANEL),
  x: f32.in('rows', PANEL),
  scale: f32.in(PANEL),
  rows: size,
  first: size,
  seed: size,
  devices: size,
});

type Args = Emitted<ReturnType<typeof parameters>>;

export const g16_program = family('g16_program', deviceKey, (device: Device, name) =>
  kernel(name, parameters(device), (k, args) => {
    const { out, x, scale, rows } = args;
    const scales = [0, 4].map((half) => k.let(scale.vector(half)));
    k.for(0, rows, 1, (row) => {
      scales.forEach((divisor, half) => {
        const at = k.let(row.shl(3).add(half * 4));
        const code = k.let(x.vector(at).div(divisor).nearest());
        out.vector(at).set(programmed(k, device, args, at, code));
      });
    });
  }),
);

function programmed(k: Emitter, device: Device, args: Args, at: I32, code: F32): I32 {
  const [low, high] = [smallestCode(device), largestCode(device)];
  const within = (value: F32): I32 => toInt(value.pmin(high).pmax(low));
  const stand = device.arrangement === 'pair' ? within(code).or(within(code.neg()).shl(16)) : within(code);
  if (device.stuck === 0) return stand;
  const { isStuck, place } = stuckOf(k, device, args, k.let(k.iota().add(at.add(args.first))));
  const fixed = k.let(
    toInt(
      place
        .mul(high - low)
        .add(low)
        .nearest(),
    ),
  );
  return isStuck.selectInt(device.arrangement === 'pair' ? fixed.or(fixed.shl(16)) : fixed, k.let(stand));
}

export const variants = (): readonly Device[] => sampleDevices.slice(0, 3);
export const trials = (): Trials => ({
  cases: [1, 4, 9].map((rows) => ({ rows, first: 24, seed: -2, devices: 0xdec1 })),
});

export const reference =
  (device: Device) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, x, scale, rows, first } = args;
    const [low, high] = [smallestCode(device), largestCode(device)];
    const isPair = device.arrangement === 'pair';
    const within = (value: number): number => Math.max(low, Math.min(high, value));
    for (let at = 0; at < rows * PANEL; at++) {
      const code = nearestEven(Math.fround(x[at] / scale[at & 7]));
      const { isStuck, place } = stuckReference(device, args, first + at);
      const fixed = nearestEven(Math.fround(Math.fround(place * (high - low)) + low));
      const [plus, minus] = isStuck ? [fixed, fixed] : [within(code), within(-code)];
      out[at] = isPair ? plus | (minus << 16) : plus;
    }
  };
