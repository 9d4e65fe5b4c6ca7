// Half bytes: two signed integers of four bits in a byte, the first one in its lower half, as ONNX' int4 has them. In
// registers they are integers of 32 bits; on the host they come apart into bytes.

import { I32 } from './values.ts';

const BITS = 4;
const TOP = 32 - BITS;
const MASK = 15;

/** Four neighbours from the 16 bits in which they stand: each is moved to the top, and back with its sign. */
export function fourNibbles(bits: I32): I32 {
  const toTop = [0, 1, 2, 3].map((lane) => 2 ** (TOP - BITS * lane));
  return bits.mul(I32.lanes(bits.target, toTop)).shrSigned(TOP);
}

/** One, by its number, from the byte in which it stands. */
export const nibbleOf = (byte: I32, index: I32): I32 =>
  byte
    .mul(
      index
        .and(1)
        .ne(0)
        .selectInt(2 ** (TOP - BITS), 2 ** TOP),
    )
    .shrSigned(TOP);

/** The 16 bits of four. */
export function joinedNibbles(four: I32): I32 {
  const values = four.target.let(four);
  return [0, 1, 2, 3]
    .map((lane) =>
      values
        .lane(lane)
        .and(MASK)
        .shl(BITS * lane),
    )
    .reduce((bits, nibble) => bits.or(nibble));
}

/** Eight neighbours as pairs (pairs.ts), from their four bytes, one in each lane. */
export function pairedNibbles(bytes: I32): I32 {
  const lanes = bytes.target.let(bytes);
  const first = lanes.shl(TOP).shrSigned(TOP).and(0xffff);
  return first.or(
    lanes
      .shl(TOP - BITS)
      .shrSigned(TOP)
      .shl(16),
  );
}

/** The four bytes of eight neighbours that are pairs, one in each lane. */
export const nibblePairs = (pairs: I32): I32 => pairs.and(MASK).or(pairs.shrUnsigned(16 - BITS).and(MASK << BITS));

/** The number at an index. */
export const nibbleAt = (bytes: ArrayLike<number>, index: number): number =>
  (bytes[index >> 1] << (index & 1 ? TOP - BITS : TOP)) >> TOP;

export function setNibble(bytes: { [index: number]: number }, index: number, value: number): void {
  const shift = index & 1 ? BITS : 0;
  bytes[index >> 1] = (bytes[index >> 1] & ~(MASK << shift)) | ((value & MASK) << shift);
}

/** So many of them, a byte each. */
export const unpackedNibbles = (bytes: ArrayLike<number>, length = 2 * bytes.length): Int8Array =>
  Int8Array.from({ length }, (_, index) => nibbleAt(bytes, index));

/** And back; where they are odd in number, beside a zero. */
export const packedNibbles = (values: ArrayLike<number>): Uint8Array =>
  Uint8Array.from(
    { length: Math.ceil(values.length / 2) },
    (_, at) => (values[2 * at + 1] << BITS) | (values[2 * at] & MASK),
  );
