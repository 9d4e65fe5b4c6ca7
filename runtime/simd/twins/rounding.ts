// parts/rounding.ts in plain TypeScript, weight by weight, bit for bit.

import { nibbleAt, setNibble } from '../../wasm/nibbles.ts';
import type { Referenced } from '../kernel.ts';
import { philox4x32 } from '../parts/philox.ts';
import { HEALTH, LIMITS, type roundedWeight, type Whole, type WholeUpdate } from '../parts/rounding.ts';
import { changingReference } from './update.ts';

type Rounded = Referenced<ReturnType<typeof roundedWeight>>;

/** Whole numbers as they are kept. */
export interface WholeNumbers {
  at(index: number): number;
  /** What is beyond the largest becomes that. */
  set(index: number, value: number): void;
}

export function wholeNumbers(
  element: Whole,
  stored: { [index: number]: number; readonly length: number },
): WholeNumbers {
  const limit = LIMITS[element];
  const kept = (value: number): number => Math.max(-limit, Math.min(limit, value));
  const isHalf = element === 'i4';
  return {
    at: (index) => (isHalf ? nibbleAt(stored, index) : stored[index]),
    set(index, value) {
      if (isHalf) setNibble(stored, index, kept(value));
      else stored[index] = kept(value);
    },
  };
}

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
  { update, element }: WholeUpdate,
  args: Rounded,
): (gradient: number, at: number, column: number) => void {
  const { scale, health } = args;
  const weight = wholeNumbers(element, args.weight);
  const change = changingReference(update, args);
  return (gradient, at, column) => {
    const meant = Math.fround(weight.at(at) * scale[column]);
    const move = Math.fround(change(at, meant, gradient) / scale[column]);
    if (!Number.isFinite(move)) {
      health[HEALTH.nonFinite]++;
      return;
    }
    const after = weight.at(at) + Math.floor(Math.fround(move + drawReference(args, at)));
    if (Math.abs(after) > LIMITS[element]) health[HEALTH.clipped]++;
    weight.set(at, after);
  };
}
