// Orders in which samples are taken: f(seed, epoch), the same on every engine.

import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';

/**
 * A permutation of 0 .. n-1: Fisher-Yates on the stream 'shuffle' of the seed, with the epoch as its step.
 *
 * @param n at most 2^32
 */
export function shuffled(n: number, seed: number, epoch = 0): Uint32Array {
  return permutation(n, wordReader(seed, streamKey('shuffle'), epoch));
}

/** A permutation of 0 .. n-1 drawn from `next`. */
export function permutation(n: number, next: () => number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let last = n - 1; last > 0; last--) {
    const chosen = randomBelow(next, last + 1);
    const moved = order[last];
    order[last] = order[chosen];
    order[chosen] = moved;
  }
  return order;
}

/**
 * Takes of every class its share of `held` rows, in the order in which they are asked for, and at least one of two or
 * more; undefined where no class has any to give.
 */
export function heldByClass(
  labels: Int32Array | Uint8Array,
  classes: number,
  held: number,
): ((row: number) => boolean) | undefined {
  const sizes = new Array<number>(classes).fill(0);
  for (const label of labels) sizes[label]++;
  const exact = sizes.map((size) => (size * held) / labels.length);
  const shares = exact.map((share, label) => Math.max(Math.floor(share), Math.min(1, Math.max(0, sizes[label] - 1))));
  const byRest = [...exact.keys()].sort((a, b) => exact[b] - shares[b] - (exact[a] - shares[a]));
  let left = held - shares.reduce((sum, share) => sum + share, 0);
  for (const label of byRest) if (shares[label] < sizes[label] - 1 && left-- > 0) shares[label]++;
  return shares.some((share) => share > 0) ? (row) => shares[labels[row]]-- > 0 : undefined;
}

/** The rows 0, 1, ... in their order. */
export function countTo(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}
