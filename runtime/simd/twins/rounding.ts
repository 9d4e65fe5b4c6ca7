// parts/rounding.ts in plain TypeScript, weight by weight, bit for bit.

import type { Referenced } from '../kernel.ts';
import { philox4x32 } from '../parts/philox.ts';
import { HEALTH, LIMIT, type roundedWeight } from '../parts/rounding.ts';
import type { Update } from '../parts/update.ts';
import { changingReference } from './update.ts';

type Rounded = Referenced<ReturnType<typeof roundedWeight>>;

/** u of the weight at an element. */
export function drawReference(
  { first, seed, stream, step, turn }: Pick<Rounded, 'first' | 'seed' | 'stream' | 'step' | 'turn'>,
  at: number,
): number {
  const element = first + at;
  const word = philox4x32([element >>> 3, step, turn, 0], [seed, stream])[element & 3];
  const half = element & 4 ? word >>> 16 : word & 0xffff;
  return (half + 0.5) * 2 ** -16;
}

/** Spends the gradient of the weight at an element of a column. */
export function roundingReference(
  update: Update,
  args: Rounded,
): (gradient: number, at: number, column: number) => void {
  const { weight, scale, health } = args;
  const change = changingReference(update, args);
  return (gradient, at, column) => {
    const meant = Math.fround(weight[at] * scale[column]);
    const move = Math.fround(change(at, meant, gradient) / scale[column]);
    if (!Number.isFinite(move)) {
      health[HEALTH.nonFinite]++;
      return;
    }
    const after = weight[at] + Math.floor(Math.fround(move + drawReference(args, at)));
    if (Math.abs(after) > LIMIT) health[HEALTH.clipped]++;
    weight[at] = Math.max(-LIMIT, Math.min(LIMIT, after));
  };
}
