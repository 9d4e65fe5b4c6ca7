// What tells the devices of a weight apart, drawn again wherever it is needed, so that it takes no byte: f(seed, a
// stream of the weight's own, element, block). Blocks 0, 1, ... hold four normal numbers each, for what the model
// spreads; the block STUCK says with its first word whether a device never moves, and with its second where it stands;
// of the block WRITTEN, which the code is a part of, come what a write leaves.
//
// And what rounds a change to whole pulses, of each step: a Philox block for eight weights. Dice
// (dice.ts) would be quicker, but a device draws a block for each pulse anyway.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32, I32, Mask } from '../../wasm/values.ts';
import type { Device } from '../devices/device.ts';
import { deviceModels } from '../devices/index.ts';
import { emitted } from '../devices/real.ts';
import type { thrown } from './dice.ts';
import { normalPair } from './distribution.ts';
import { transpose } from './draw.ts';
import { emitPhilox, emitUniform } from './philox.ts';

/** The block that stuck devices are drawn from. */
export const STUCK = 255;
/** The block that the noise of a write is drawn from. */
export const WRITTEN = 254;

export interface DeviceSource {
  readonly seed: I32;
  /** The stream of the weight's devices. */
  readonly devices: I32;
}

/** The model's numbers of the devices with these numbers. */
export function ownOf(k: Emitter, { model, constants }: Device, { seed, devices }: DeviceSource, element: I32) {
  const { draws, own } = deviceModels[model];
  const count = draws(constants);
  const normals = Array.from({ length: Math.ceil(count / 4) }, (_, block) => {
    const [a, b, c, d] = emitPhilox(k, [element, k.i32(block), k.i32(0), k.i32(0)], [seed, devices]);
    return [...normalPair(k, [a, b]), ...normalPair(k, [c, d])].map((normal) => k.let(normal));
  });
  return own(emitted(k), constants, normals.flat().slice(0, count));
}

/** Which devices are stuck, and the share of the codes below the one each stands at. */
export function stuckOf(
  k: Emitter,
  { stuck }: Device,
  { seed, devices }: DeviceSource,
  element: I32,
): { readonly isStuck: Mask; readonly place: F32 } {
  const [first, second] = emitPhilox(k, [element, k.i32(STUCK), k.i32(0), k.i32(0)], [seed, devices]);
  return { isStuck: emitUniform(first).lt(stuck), place: emitUniform(second) };
}

export interface Written<T> {
  readonly element: T;
  readonly code: T;
  /** Of a pair: 0 the plus device, 1 the minus device. */
  readonly side: 0 | 1;
}

/** What is read of devices that stand at these codes is off by so many deviations. */
export const writeNoiseOf = (k: Emitter, { seed, devices }: DeviceSource, { element, code, side }: Written<I32>): F32 =>
  k.let(normalPair(k, emitPhilox(k, [element, k.i32(WRITTEN), code, k.i32(side)], [seed, devices]))[0]);

/**
 * u in (0, 1) of up to four rows of a panel, the first of which begins at element `index` from the first weight on:
 * (half + 1/2) / 65536 of word e & 3 of block e >>> 3, its lower half in columns 0..3, its upper half in 4..7.
 */
export function drawRows(
  k: Emitter,
  { first, seed, stream, step, turn }: Record<keyof typeof thrown, I32>,
  index: I32,
  rows: number,
): (readonly [low: F32, high: F32])[] {
  const block = k.let(index.add(first).shrUnsigned(3));
  const words = emitPhilox(k, [k.iota().add(block), step, turn, k.i32(0)], [seed, stream]);
  const uniform = (half: I32): F32 =>
    half
      .toFloat()
      .add(0.5)
      .mul(2 ** -16);
  return transpose(
    k,
    words.map((word) => word.asFloat()),
  )
    .slice(0, rows)
    .map((row) => {
      const bits = row.bits();
      return [uniform(bits.and(0xffff)), uniform(bits.shrUnsigned(16))];
    });
}
