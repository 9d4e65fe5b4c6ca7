// parts/pulses.ts and parts/device-draws.ts in plain TypeScript, device by device, bit for bit.

import { codesOfPulse, fullCodes, largestCode, readingOf, smallestCode, type Device } from '../devices/device.ts';
import { deviceModels } from '../devices/index.ts';
import { single } from '../devices/real.ts';
import type { Plain } from './real.ts';
import type { Referenced } from '../kernel.ts';
import { STUCK, WRITTEN, type Written } from '../parts/device-draws.ts';
import type { thrown } from '../parts/dice.ts';
import { philox4x32, uniformFromWord, type Words4 } from '../parts/philox.ts';
import { type arrayParameters, WEAR, type Pulsed, type pulsedParameters } from '../parts/pulses.ts';
import { distributionReferences } from './distribution.ts';
import { nearestEven } from './math.ts';
import { asFloatReference } from './reading.ts';
import { changingReference } from './update.ts';

const { fround } = Math;
type Args = Omit<Referenced<ReturnType<typeof pulsedParameters>>, 'pulses'>;
export type ArrayArgs = Referenced<ReturnType<typeof arrayParameters>>;
type DeviceSource = Pick<Args, 'seed' | 'devices'>;

const normal = distributionReferences.normal({ scale: 1 });
const plain = (value: number): Plain => single.constant(value);

/** The model's numbers of the device with this number. */
function ownReference({ model, constants }: Device, { seed, devices }: DeviceSource, element: number) {
  const { draws, own } = deviceModels[model];
  const normals = Array.from({ length: draws(constants) }, (_, draw) =>
    plain(normal(philox4x32([element, draw >> 2, 0, 0], [seed, devices]), draw & 3)),
  );
  return own(single, constants, normals);
}

export function stuckReference({ stuck }: Device, { seed, devices }: DeviceSource, element: number) {
  const [first, second] = philox4x32([element, STUCK, 0, 0], [seed, devices]);
  return { isStuck: uniformFromWord(first) < fround(stuck), place: uniformFromWord(second) };
}

export const writeNoiseReference = (
  { seed, devices }: DeviceSource,
  { element, code, side }: Written<number>,
): number => normal(philox4x32([element, WRITTEN, code, side], [seed, devices]), 0);

/** u of the weight at an element, in (0, 1). */
function drawReference({ first, seed, stream, step, turn }: Referenced<typeof thrown>, at: number): number {
  const element = first + at;
  const word = philox4x32([element >>> 3, step, turn, 0], [seed, stream])[element & 3];
  const half = element & 4 ? word >>> 16 : word & 0xffff;
  return (half + 0.5) * 2 ** -16;
}

/** Spends the gradient of the weight at an element of a column. */
export function pulsingReference(
  { device, update }: Pulsed,
  args: Args,
): (gradient: number, at: number, column: number) => void {
  const { weight, scale, wear } = args;
  const change = changingReference(update, args);
  const [reading, codes] = [readingOf(device), codesOfPulse(device)];
  const pulse = pulserReference(device, args);
  return (gradient, at, column) => {
    const value = fround(asFloatReference(reading, weight, at) * scale[column]);
    const inCodes = fround(change(at, value, gradient) / scale[column]);
    const wanted = fround(inCodes / fround(inCodes > 0 ? codes.up : codes.down));
    if (Number.isFinite(wanted)) pulse(at, wholePulses(device, wanted, args, at));
    else wear[WEAR.nonFinite]++;
  };
}

/** Gives a device n pulses, which are numbered from `from` on. */
export function pulserReference(device: Device, args: ArrayArgs): (at: number, n: number, from?: number) => void {
  const { weight, wear, first } = args;
  const [upper, lower] = fullCodes(device);
  return (at, n, from = 0) => {
    if (n === 0) return;
    count(wear, n);
    const { isStuck } = stuckReference(device, args, first + at);
    const after = movedCode(device, args, { stored: weight[at], element: first + at, n, from });
    if (!isStuck) weight[at] = after;
    if (device.arrangement === 'pair') {
      const [plus, minus] = [weight[at] & 0xffff, weight[at] >>> 16];
      if (Math.max(plus, minus) > upper && Math.min(plus, minus) > lower) wear[WEAR.full]++;
    }
  };
}

function wholePulses({ pulses, threshold, most }: Device, wanted: number, args: Args, at: number): number {
  const rounded = {
    nearest: () => nearestEven(wanted),
    stochastic: () => Math.floor(fround(wanted + drawReference(args, at))),
    sign: () => Math.sign(wanted),
  }[pulses]();
  return Math.abs(wanted) < fround(threshold) ? 0 : Math.max(-most, Math.min(most, rounded));
}

function count(wear: Args['wear'], n: number): void {
  const [low, high] = n > 0 ? [WEAR.rises, WEAR.risesAbove] : [WEAR.falls, WEAR.fallsAbove];
  wear[low] += Math.abs(n);
  if (wear[low] >= 2 ** 30) {
    wear[low] -= 2 ** 30;
    wear[high]++;
  }
}

interface Before {
  readonly element: number;
  readonly n: number;
  readonly from: number;
}

/** The stored word after so many pulses on the device that they reach. */
function movedCode(
  device: Device,
  args: ArrayArgs,
  { stored, ...given }: Before & { readonly stored: number },
): number {
  const isPair = device.arrangement === 'pair';
  if (!isPair) return pulsedCode(device, args, { code: stored, ...given });
  const [plus, minus] = [stored & 0xffff, stored >>> 16];
  const { n } = given;
  const code = pulsedCode(device, args, { ...given, code: n > 0 ? plus : minus, n: Math.abs(n) });
  return n > 0 ? code | (minus << 16) : plus | (code << 16);
}

function pulsedCode(
  device: Device,
  args: ArrayArgs,
  { code, element, n, from }: Before & { readonly code: number },
): number {
  const { model, constants, zero, unit } = device;
  const { jumps, move } = deviceModels[model];
  const own = ownReference(device, args, element);
  let state = plain(fround(fround(code * fround(unit)) + fround(zero)));
  let words: Words4 = [0, 0, 0, 0];
  for (let pulse = 0; pulse < (jumps ? 1 : Math.abs(n)); pulse++) {
    words = philox4x32([element, args.step, args.turn, from + pulse], [args.seed, args.stream]);
    const pulses = plain(jumps ? n : Math.sign(n));
    state = move(single, { state, pulses, normal: plain(normal(words, 0)), own }, constants);
  }
  const inCodes = fround(fround(state.value - fround(zero)) * fround(1 / unit));
  const rounded = Math.floor(fround(inCodes + uniformFromWord(words[2])));
  return Math.max(smallestCode(device), Math.min(largestCode(device), rounded));
}
