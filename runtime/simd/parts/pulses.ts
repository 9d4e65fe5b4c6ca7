// Pulses: how a change reaches weights that are conductances of synapse devices (devices/device.ts). The change, in
// pulses of the mean device, is rounded to whole pulses; the model says where they take the state; and the state is
// rounded to a code by chance, so that its mean is kept. There is no float copy.
//
// What a pulse draws is f(seed, stream, step, turn, element, pulse): a Philox block for each device and pulse, whose
// words 0 and 1 are the cycle's normal number, and word 2 rounds the code.

import type { Emitter } from '../../wasm/emitter.ts';
import { toInt, type F32, type I32, type Mask } from '../../wasm/values.ts';
import {
  codesOfPulse,
  deviceKey,
  fullCodes,
  largestCode,
  readingOf,
  smallestCode,
  type Device,
} from '../devices/device.ts';
import { deviceModels } from '../devices/index.ts';
import { emitted } from '../devices/real.ts';
import { f32, i32, pointers, size, type Axis, type Emitted } from '../kernel.ts';
import { drawRows, ownOf, stuckOf } from './device-draws.ts';
import { thrown, thrownSizes } from './dice.ts';
import { normalPair } from './distribution.ts';
import type { GradientTile } from './gradient-tiles.ts';
import { padded, PANEL } from './panels.ts';
import { emitPhilox, emitUniform } from './philox.ts';
import { asFloat, lowerHalf, upperHalf } from './reading.ts';
import { TILE_ROWS } from './tile.ts';
import { changing, updateParameters, type Update } from './update.ts';

/** The words of `wear`: what a device's life is counted by. Pulses are counted in two words, of 30 bits and above. */
export const WEAR = { nonFinite: 0, full: 1, rises: 2, risesAbove: 3, falls: 4, fallsAbove: 5 } as const;
export const WEAR_WORDS = Object.keys(WEAR).length;
const COUNT_BITS = 30;

export interface Pulsed {
  readonly device: Device;
  readonly update: Update;
}

export const pulsedKey = ({ device, update }: Pulsed): string => `${deviceKey(device)}_${update.name}`;

/** The parameters of an array. */
export const arrayParameters = (device: Device, ...shape: Axis[]) => ({
  weight: pointers(readingOf(device).element).inOut(...shape, padded('columns')),
  scale: f32.in(padded('columns')),
  wear: i32.inOut(WEAR_WORDS),
  columns: size,
  ...thrown,
  devices: size,
});

/** The parameters of what pulses by a gradient. */
export const pulsedParameters = ({ device, update }: Pulsed, ...shape: Axis[]) => ({
  ...arrayParameters(device, ...shape),
  pulses: f32.scratch(TILE_ROWS * PANEL),
  ...updateParameters(update, [...shape, padded('columns')]),
});

/** Some of them, for the generic test. */
export const pulsedSizes = { ...thrownSizes, devices: 0xdec1 } as const;

export type ArrayArgs = Emitted<ReturnType<typeof arrayParameters>>;
type Args = Emitted<ReturnType<typeof pulsedParameters>>;

export interface Pulser {
  /** Counts the lanes that hold: changes that are no numbers. */
  refuse(nonFinite: Mask): void;
  /** Gives the four devices from `at` on n pulses each, which are numbered from `from` on (default 0); +-0: none. */
  pulse(at: I32, n: F32, from?: I32): void;
}

/** Hands `body` what pulses devices, and adds up what it counted. */
export function wearing(k: Emitter, device: Device, args: ArrayArgs, body: (pulser: Pulser) => void): void {
  const { wear } = args;
  const counts = { nonFinite: k.var(k.i32x4(0)), full: k.var(k.i32x4(0)) };
  const pulsed = { rises: k.var(k.i32x4(0)), falls: k.var(k.i32x4(0)) };

  body({
    refuse: (nonFinite) => counts.nonFinite.set(counts.nonFinite.add(nonFinite.selectInt(1, 0))),
    pulse(at, n, from = k.i32(0)) {
      pulsed.rises.set(pulsed.rises.add(toInt(n.pmax(0))));
      pulsed.falls.set(pulsed.falls.sub(toInt(n.pmin(0))));
      movePulses(k, device, args, { at, n, from, full: counts.full });
    },
  });

  for (const [name, lanes] of Object.entries(counts)) {
    const word = wear.at(WEAR[name as keyof typeof counts]);
    word.set(word.add(across(lanes)));
  }
  for (const [name, lanes] of Object.entries(pulsed)) {
    const [low, high] = [WEAR[name as keyof typeof pulsed], WEAR[`${name as keyof typeof pulsed}Above`]];
    const sum = k.let(wear.at(low).add(across(lanes)));
    wear.at(high).set(wear.at(high).add(sum.shrUnsigned(COUNT_BITS)));
    wear.at(low).set(sum.and(2 ** COUNT_BITS - 1));
  }
}

/** Hands `body` what spends gradients. */
export function pulsing(
  k: Emitter,
  { device, update }: Pulsed,
  args: Args,
  body: (spend: (tile: GradientTile) => void) => void,
): void {
  const { weight, scale, pulses } = args;
  const change = changing(k, update, args);
  const reading = readingOf(device);
  const codes = codesOfPulse(device);
  // what is planned is touched, by tiles of four rows or of one
  k.for(0, k.i32(TILE_ROWS * PANEL), 4, (at) => pulses.vector(at).set(k.f32x4(0)));

  wearing(k, device, args, ({ refuse, pulse }) =>
    body(({ column, index, rows }) => {
      const scales = [0, 4].map((half) => k.let(scale.plus(column).vector(half)));
      const wanted = rows.map((halves, row) =>
        halves.map((gradient, half) => {
          const place = { width: 4, index: index.add(row * PANEL + half * 4) } as const;
          const value = asFloat(weight.at(place), reading).mul(scales[half]);
          const inCodes = k.let(change(place, value, gradient).div(scales[half]));
          return k.let(inCodes.div(inCodes.gt(0).select(k.f32x4(codes.up), k.f32x4(codes.down))));
        }),
      );
      const some = wanted.flat().map((n) => n.ne(0));
      k.if(some.reduce((all, other) => all.or(other)).any(), () => {
        const draws = device.pulses === 'stochastic' ? drawRows(k, args, index, rows.length) : null;
        wanted.forEach((halves, row) =>
          halves.forEach((n, half) => {
            const isNumber = n.sub(n).eq(0);
            const whole = k.let(wholePulses(k, device, n, draws?.[row][half]));
            refuse(isNumber.not());
            pulses.vector(row * PANEL + half * 4).set(isNumber.select(whole, k.f32x4(0)));
          }),
        );
        k.for(0, k.i32(rows.length * PANEL), 4, (at) => {
          const n = k.let(pulses.vector(at));
          k.if(n.ne(0).any(), () => pulse(k.let(index.add(at)), n));
        });
      });
    }),
  );
}

const across = (lanes: I32): I32 => [1, 2, 3].reduce((sum: I32, lane) => sum.add(lanes.lane(lane)), lanes.lane(0));

function wholePulses(k: Emitter, { pulses, threshold, most }: Device, wanted: F32, u: F32 | undefined): F32 {
  const none = k.f32x4(0);
  const rounded = (): F32 => {
    if (u !== undefined) return wanted.add(u).floor();
    if (pulses === 'nearest') return wanted.nearest();
    return wanted.gt(0).select(k.f32x4(1), wanted.lt(0).select(k.f32x4(-1), none));
  };
  const whole = k.let(rounded());
  const bounded = whole.pmin(most).pmax(-most);
  return threshold === 0 ? bounded : wanted.abs().lt(threshold).select(none, bounded);
}

interface Pulses {
  readonly at: I32;
  readonly n: F32;
  readonly from: I32;
  /** Counts what runs full. */
  readonly full: ReturnType<Emitter['var']> & I32;
}

/** Carries the pulses of four devices out. */
function movePulses(k: Emitter, device: Device, args: ArrayArgs, { at, n, from, full }: Pulses): void {
  const { weight, first } = args;
  const { zero, unit, arrangement } = device;
  const stored = k.let(weight.vector(at) as I32);
  const isPair = arrangement === 'pair';
  const rises = n.gt(0);
  const [lower, upper] = isPair ? [k.let(lowerHalf(stored)), k.let(upperHalf(stored))] : [stored, stored];
  const code = isPair ? k.let(rises.selectInt(lower, upper)) : stored;
  const element = k.let(k.iota().add(at.add(first)));
  const state = k.let(code.toFloat().mul(unit).add(zero));
  const moved = pulsedState(k, device, args, { element, state, from, pulses: isPair ? k.let(n.abs()) : n });
  const wanted = moved.state
    .sub(zero)
    .mul(1 / unit)
    .add(moved.u)
    .floor();
  const after = k.let(toInt(wanted.pmin(largestCode(device)).pmax(smallestCode(device))));
  const moves = device.stuck === 0 ? n.ne(0) : n.ne(0).and(stuckOf(k, device, args, element).isStuck.not());
  if (!isPair) return weight.vector(at).set(moves.selectInt(after, stored));
  const [plus, minus] = [moves.and(rises), moves.and(rises.not())].map((m, half) =>
    k.let(m.selectInt(after, half === 0 ? lower : upper)),
  );
  const isFull = fullPair(k, device, k.let(plus.toFloat()), k.let(minus.toFloat()));
  full.set(full.add(n.ne(0).and(isFull).selectInt(1, 0)));
  weight.vector(at).set(plus.or(minus.shl(16)));
}

/** Which of four pairs are to be refreshed. */
export function fullPair(k: Emitter, device: Device, plus: F32, minus: F32): Mask {
  const [upper, lower] = fullCodes(device).map((code) => k.f32x4(code));
  const [larger, smaller] = [plus.pmax(minus), plus.pmin(minus)];
  return larger.gt(upper).and(smaller.gt(lower));
}

interface Before {
  readonly element: I32;
  readonly state: F32;
  readonly from: I32;
  readonly pulses: F32;
}

/** The state after so many pulses, and what rounds its code. */
function pulsedState(
  k: Emitter,
  device: Device,
  args: ArrayArgs,
  { element, state, from, pulses }: Before,
): Record<'state' | 'u', F32> {
  const { seed, stream, step, turn } = args;
  const { jumps, move } = deviceModels[device.model];
  const own = ownOf(k, device, args, element);
  const drawn = (pulse: I32): Record<'normal' | 'u', F32> => {
    const words = emitPhilox(k, [element, step, turn, pulse], [seed, stream]);
    return { normal: k.let(normalPair(k, words)[0]), u: k.let(emitUniform(words[2])) };
  };
  const once = (before: F32, n: F32, normal: F32): F32 =>
    k.let(move(emitted(k), { state: before, pulses: n, normal, own }, device.constants));
  if (jumps) {
    const { normal, u } = drawn(from);
    return { state: once(state, pulses, normal), u };
  }
  const [now, left, u, pulse] = [k.var(state), k.var(pulses.abs()), k.var(k.f32x4(0)), k.var(from)];
  const sign = k.let(pulses.gt(0).select(k.f32x4(1), k.f32x4(-1)));
  k.while(
    () => left.gt(0).any(),
    () => {
      const draw = drawn(pulse);
      now.set(left.gt(0).select(once(now, sign, draw.normal), now));
      u.set(left.gt(0).select(draw.u, u));
      left.set(left.sub(1));
      pulse.set(pulse.add(1));
    },
  );
  return { state: now, u };
}
