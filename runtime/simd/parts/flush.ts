// Denormal numbers become zero. What decays and is kept (moments, membranes) would sink into them and stay, where some
// processors compute many times slower; WebAssembly has no mode for it.

import type { Arithmetic, Real } from './real.ts';

/** The smallest float32 of full precision. */
const SMALLEST = 2 ** -126;

/** x, or 0 where it is denormal. */
export function flush<T extends Real<T>>(k: Arithmetic<T>, value: T): T {
  const x = k.let(value);
  return x.abs().lt(SMALLEST).select(0, x);
}

/** The same in plain TypeScript. */
export const flushed = (x: number): number => (Math.abs(x) < SMALLEST ? 0 : x);
