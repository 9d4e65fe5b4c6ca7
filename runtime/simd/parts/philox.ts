// Philox4x32-10, the counter-based generator behind every random number of a run: plain reference and emitter.
//
// It is: value = f(seed, stream name, step, turn of time, sample, element), a pure function, so that splitting work,
// replaying a step or adding a layer changes no other draw. It is not: cryptographic, nor a generator with a state to
// save.
//
//   key = [seed, streamKey(name)],  counter = [element >>> 2, step, turn, sample],  word = element & 3
//   round:  [c0, c1, c2, c3] <- [hi(M1 c2) ^ c1 ^ k0,  lo(M1 c2),  hi(M0 c0) ^ c3 ^ k1,  lo(M0 c0)]
//   between two of the ten rounds:  k0 += W0, k1 += W1  (mod 2^32)
//
// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11, sections 3.2 and 4.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32, I32 } from '../../wasm/values.ts';

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9; // golden ratio
const W1 = 0xbb67ae85; // sqrt(3) - 1
const ROUNDS = 10;

/** Four 32-bit words, unsigned. */
export type Words4 = [number, number, number, number];

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers, from four exact 16-bit products. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * Ten rounds of Philox4x32 on one counter.
 *
 * @param counter four 32-bit integers, signed or unsigned
 * @param key two 32-bit integers, signed or unsigned
 * @returns four words in [0, 2^32)
 */
export function philox4x32(counter: readonly [number, number, number, number], key: readonly [number, number]): Words4 {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(M0, c0);
    const high1 = multiplyHigh(M1, c2);
    const low0 = Math.imul(M0, c0);
    const low1 = Math.imul(M1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + W0) | 0;
    k1 = (k1 + W1) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** Four words of every lane's block. */
export type Block = readonly [I32, I32, I32, I32];

/**
 * `philox4x32` as instructions: one block, or four of them in the lanes of a vector.
 *
 * @param counter the first word decides between one block and four; the others may be scalars
 */
export function emitPhilox(k: Emitter, counter: Block, key: readonly [I32, I32]): Block {
  const wide = (word: I32): I32 => (counter[0].width === 4 ? k.i32x4(word) : word);
  const [c0, c1, c2, c3] = counter.map((word) => k.var(wide(word)));
  const [k0, k1] = key.map((word) => k.var(word));
  k.for(0, ROUNDS, 1, () => {
    const high0 = k.let(c0.mulHigh(M0));
    const low0 = k.let(c0.mul(M0));
    c0.set(c2.mulHigh(M1).xor(c1).xor(k0));
    c1.set(c2.mul(M1));
    c2.set(high0.xor(c3).xor(k1));
    c3.set(low0);
    k0.set(k0.add(W0));
    k1.set(k1.add(W1));
  });
  return [c0, c1, c2, c3];
}

/**
 * 32-bit hash of a stream name: FNV-1a over its UTF-16 code units (low byte, high byte), then the avalanche of
 * MurmurHash3, because FNV alone leaves names that differ in their last letter close together.
 */
export function streamKey(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The upper 24 bits of a word as a number in [0, 1), exact in float32. */
export const uniformFromWord = (word: number): number => (word >>> 8) * 2 ** -24;

/** `uniformFromWord` as instructions. */
export const emitUniform = (word: I32): F32 =>
  word
    .shrUnsigned(8)
    .toFloat()
    .mul(2 ** -24);

/** The word of one element (below 2^32) of a stream at a step. */
export function randomWord(seed: number, stream: number, step: number, element: number): number {
  return philox4x32([element >>> 2, step, 0, 0], [seed, stream])[element & 3];
}

/**
 * The words of a stream at a step, read in element order: each call returns the next element's word.
 *
 * @param seed 32-bit seed of the run
 * @param stream key of the stream, from `streamKey`
 * @param step 32-bit step number
 */
export function wordReader(seed: number, stream: number, step: number): () => number {
  let element = 0;
  let words: Words4 = [0, 0, 0, 0];
  return () => {
    const word = element & 3;
    if (word === 0) words = philox4x32([element >>> 2, step, 0, 0], [seed, stream]);
    element++;
    return words[word];
  };
}

/**
 * An unbiased integer in [0, bound): words beyond the last whole multiple of `bound` are drawn again.
 *
 * @param next a `wordReader`
 * @param bound integer in [1, 2^32]
 */
export function randomBelow(next: () => number, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const word = next();
    if (word < limit) return word % bound;
  }
}
