// Dice: the uniform numbers by which whole numbers are rounded, 16 bits for each weight. What is rounded is
// nearest(x + u), u in (-1/2, 1/2), so that its mean is x, and what is whole stays.
//
// Thrown once for an update, by Philox; from there on elements are told apart by an avalanche, eight weights by four
// words of 32 bits, since the ten rounds of a block for each eight would take longer than the update itself:
//
//   [k0, k1] = words 0 and 1 of the Philox block of (seed, stream) at [0, step, turn, 0]
//   x = k0 + number * 0x9e3779b9,  number = (e >>> 3) * 4 + (e & 3)    element e, of a row of a panel
//   word = x, shifted and multiplied as MurmurHash3 ends, with k1 in between
//   u = (half - 32768 + 1/2) / 65536,  the lower half of the word in columns 0..3, the upper in 4..7
//
// So within an update no two words are the same, and what is 2^-17 and less is lost, up and down alike.
//
// Sources: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, for a sequence that is
// counted and mixed; Appleby, MurmurHash3, fmix32.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { size } from '../kernel.ts';
import { emitPhilox } from './philox.ts';

/** `first` is the element number of the first weight, a multiple of eight. */
export const thrown = { first: size, seed: size, stream: size, step: size, turn: size };

/** Some of them, for the generic test. */
export const thrownSizes = { first: 24, seed: -2, stream: 0x7ab1e, step: 3, turn: 1 } as const;

/** What u is counted in: dice are whole numbers. */
export const DICE = 2 ** 32;

export const WEYL = 0x9e3779b9; // golden ratio
export const M1 = 0x85ebca6b;
export const M2 = 0xc2b2ae35;

/** Dice, times `DICE`. */
export interface Dice {
  /** Of neighbouring rows of a panel, the first of which begins at element `index`. */
  rows(index: I32, rows: number): (readonly [low: F32, high: F32])[];
  /** Of one element. */
  at(index: I32): F32;
}

export function throwDice(
  k: Emitter,
  { first, seed, stream, step, turn }: Record<keyof typeof thrown, I32>,
  sample: I32 = k.i32(0),
): Dice {
  const [offset, key] = emitPhilox(k, [k.i32(0), step, turn, sample], [seed, stream]);
  const from = (number: I32): I32 => number.mul(WEYL).add(offset);
  const lanes = k.let(k.iota().mul(WEYL));
  return {
    rows(index, rows) {
      const start = k.let(lanes.add(from(first.add(index).shrUnsigned(1))));
      return Array.from({ length: rows }, (_, row) => {
        const word = mixed(k, start.add((row * 4 * WEYL) | 0), key);
        return [die(word.shl(16)), die(upper(word))] as const;
      });
    },
    at(index) {
      const element = k.let(first.add(index));
      const word = mixed(k, from(element.shrUnsigned(3).shl(2).add(element.and(3))), key);
      return die(element.and(4).ne(0).selectInt(upper(word), word.shl(16)));
    },
  };
}

const upper = (word: I32): I32 => word.and(~0xffff);
const die = (half: I32): F32 => half.or(0x8000).toFloat();

function mixed(k: Emitter, start: I32, key: I32): I32 {
  const x = k.let(start);
  const y = k.let(x.xor(x.shrUnsigned(16)).mul(M1).xor(key));
  const z = k.let(y.xor(y.shrUnsigned(13)).mul(M2));
  return k.let(z.xor(z.shrUnsigned(16)));
}
