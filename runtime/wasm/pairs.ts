// Pairs: two signed 16-bit integers in each 32-bit lane, the first one in the lower half. With them a vector multiplies
// eight numbers at a time and adds them up two by two (`dotPairs`), which is what products of bytes are made of.
// A pair in memory is an i32, and can be splat as one.

import { nibblePairs, pairedNibbles } from './nibbles.ts';
import type { Pointer } from './pointer.ts';
import * as v128 from './v128.ts';
import { I32, simdOp } from './values.ts';

const joined = (low: I32, high: I32): I32 => low.and(0xffff).or(high.shl(16));

/** What loads eight neighbours as 16-bit integers. */
const LOADS = { i16: v128.load, i8: v128.load8x8Signed, u8: v128.load8x8Unsigned } as const;

/** Eight neighbours as pairs. */
export function pairsAt(pointer: Pointer<keyof typeof LOADS | 'i4'>): I32 {
  const { element, address } = pointer;
  const { target } = address;
  if (element === 'i4') return pairedNibbles(pointer.as('u8').vector(0));
  return new I32(target, 4, (lane) => {
    if (target.simd) return pointer.vectorOp(LOADS[element]);
    const [low, high] = [2 * lane, 2 * lane + 1].map((index): I32 => pointer.at(index));
    joined(low, high).push(0);
  });
}

/** A vector from two: by one instruction, or lane by lane. */
const lanewise =
  (opcode: number, lanes: (a: I32, b: I32) => I32) =>
  (a: I32, b: I32): I32 => {
    const { target } = a;
    if (!target.simd) return lanes(target.let(a), target.let(b));
    return new I32(target, 4, () => {
      a.pushAs(4, 0);
      b.pushAs(4, 0);
      simdOp(target.code, opcode);
    });
  };

const first = (pair: I32): I32 => pair.shl(16).shrSigned(16);
const second = (pair: I32): I32 => pair.shrSigned(16);

/** a0 b0 + a1 b1 in each lane, as a 32-bit integer. */
export const dotPairs = lanewise(v128.dotI16, (a, b) =>
  first(a)
    .mul(first(b))
    .add(second(a).mul(second(b))),
);

/** The larger one in each lane, as 32-bit integers. */
export const maxWords = lanewise(v128.maxI32, (a, b) => a.gt(b).selectInt(a, b));

/** Number by number. */
const numberwise = (opcode: number, of: (a: I32, b: I32) => I32) =>
  lanewise(opcode, (a, b) => joined(of(first(a), first(b)), of(second(a), second(b))));

/** Each number and the other's; within 16 bits. */
export const addPairs = numberwise(v128.addI16, (a, b) => a.add(b));
/** Each number less the other's; within 16 bits. */
export const subPairs = numberwise(v128.subI16, (a, b) => a.sub(b));
export const minPairs = numberwise(v128.minI16, (a, b) => a.lt(b).selectInt(a, b));
export const maxPairs = numberwise(v128.maxI16, (a, b) => a.gt(b).selectInt(a, b));
/** -1 where they are the same, else 0. */
export const eqPairs = numberwise(v128.eqI16, (a, b) => a.eq(b).selectInt(-1, 0));

/** A number of 16 bits, twice. */
export const pairOf = (value: I32): I32 => joined(value, value);

const [FIRST_BYTES, SECOND_BYTES] = [0, 16];
/** Where each half begins: the first four numbers of the vectors, or the last four. */
const HALVES = { low: 0, high: 4 } as const;

/**
 * Numbers of two vectors side by side, (a0, b0), (a1, b1), ...: of each the first four or the last four.
 */
export function zipPairs(a: I32, b: I32, half: keyof typeof HALVES): I32 {
  const { target } = a;
  return new I32(target, 4, (lane) => {
    const start = HALVES[half];
    if (!target.simd) {
      const at = start + lane;
      const number = at & 1 ? second : first;
      const [x, y] = [a, b].map((vector) => number(new I32(target, 1, () => vector.push(at >> 1))));
      return joined(x, y).push(0);
    }
    a.pushAs(4, 0);
    b.pushAs(4, 0);
    simdOp(target.code, v128.shuffle);
    for (let number = start; number < start + 4; number++) {
      for (const from of [FIRST_BYTES, SECOND_BYTES]) {
        target.code.byte(from + 2 * number);
        target.code.byte(from + 2 * number + 1);
      }
    }
  });
}

/** Eight numbers of two vectors, within 16 bits, as pairs. */
export function narrowPairs(low: I32, high: I32): I32 {
  const { target } = low;
  return new I32(target, 4, (lane) => {
    const of = (at: number): I32 => new I32(target, 1, () => (at < 4 ? low : high).pushAs(4, at & 3));
    if (!target.simd) return joined(of(2 * lane), of(2 * lane + 1)).push(0);
    low.pushAs(4, 0);
    high.pushAs(4, 0);
    simdOp(target.code, v128.narrowToI16);
  });
}

/** Sets eight neighbours of i8 or i4, to what such an element holds. */
export function setPairs(to: Pointer<'i8' | 'i4'>, pairs: I32): void {
  const { target } = pairs;
  if (to.element === 'i4') return to.as('u8').vector(0).set(nibblePairs(pairs));
  if (!target.simd) {
    for (let lane = 0; lane < 4; lane++) {
      const pair = new I32(target, 1, () => pairs.push(lane));
      [first(pair), second(pair)].forEach((number, at) => to.at(2 * lane + at).set(number));
    }
    return;
  }
  to.vectorOp(v128.store64Lane, () => {
    pairs.push(0);
    pairs.push(0);
    simdOp(target.code, v128.narrowToI8);
  });
  target.code.byte(0); // the lane
}
