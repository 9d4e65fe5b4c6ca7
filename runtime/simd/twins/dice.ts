// parts/dice.ts in plain TypeScript, bit for bit.

import type { Referenced } from '../kernel.ts';
import { M1, M2, WEYL, type thrown } from '../parts/dice.ts';
import { philox4x32 } from '../parts/philox.ts';

/** The die, times `DICE`, of the weight at an element. */
export function diceReference(
  { first, seed, stream, step, turn }: Referenced<typeof thrown>,
  sample = 0,
): (at: number) => number {
  const [offset, key] = philox4x32([0, step, turn, sample], [seed, stream]);
  return (at) => {
    const element = first + at;
    const word = mixed(Math.imul((element >>> 3) * 4 + (element & 3), WEYL) + offset, key);
    return (element & 4 ? word & ~0xffff : word << 16) | 0x8000;
  };
}

function mixed(start: number, key: number): number {
  const x = Math.imul(start ^ (start >>> 16), M1) ^ key;
  const y = Math.imul(x ^ (x >>> 13), M2);
  return y ^ (y >>> 16);
}
