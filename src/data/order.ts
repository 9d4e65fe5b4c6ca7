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
