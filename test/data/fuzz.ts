// Damaged files for the parsers: seeded truncations, flipped bits, extreme integers and moved bytes of a valid file.

import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import { DataError } from '../../src/data/index.ts';

const EXTREMES = [0x00, 0x01, 0x7f, 0x80, 0xff];
/** No parser may take more memory for a damaged file of a few kilobytes. */
const MAX_EXTRA_BYTES = 2 ** 26;

function damage(valid: Uint8Array, next: () => number): Uint8Array {
  const bytes = Uint8Array.from(valid);
  const place = () => randomBelow(next, bytes.length);
  switch (randomBelow(next, 4)) {
    case 0:
      return bytes.subarray(0, place());
    case 1:
      for (let flips = 1 + randomBelow(next, 8); flips > 0; flips--) bytes[place()] ^= 1 << randomBelow(next, 8);
      return bytes;
    case 2: {
      const start = randomBelow(next, Math.min(bytes.length, 160));
      return bytes.fill(EXTREMES[randomBelow(next, EXTREMES.length)], start, start + 1 + randomBelow(next, 8));
    }
    default:
      return bytes.copyWithin(place(), place(), place());
  }
}

/** Reads `count` damaged copies; returns how many were refused. Anything but a DataError, or great memory, fails. */
export async function fuzz(
  valid: Uint8Array,
  count: number,
  seed: number,
  read: (bytes: Uint8Array) => unknown,
): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const bytes = damage(valid, wordReader(seed, streamKey('fuzz'), i));
    try {
      await read(bytes);
    } catch (error) {
      if (!(error instanceof DataError)) throw new Error(`case ${i} threw ${String(error)}`);
      refused++;
    }
    const extra = process.memoryUsage().arrayBuffers - before;
    if (extra > MAX_EXTRA_BYTES) throw new Error(`case ${i} took ${extra} bytes`);
  }
  return refused;
}
