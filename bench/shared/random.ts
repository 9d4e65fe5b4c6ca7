// Seeded numbers for the benchmark's weights and data: Mulberry32 (Tommy Ettinger, public domain).
// Not the library's generator: the contenders must not depend on what they are compared with.

/** A generator of numbers in [0, 1). */
export function uniform(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
