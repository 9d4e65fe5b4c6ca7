// parts/rounding.ts in plain TypeScript, weight by weight, bit for bit.

import { nibbleAt, setNibble } from '../../wasm/nibbles.ts';
import type { Referenced } from '../kernel.ts';
import { DICE } from '../parts/dice.ts';
import { HEALTH, LIMITS, STEPS, type roundedWeight, type Whole, type WholeUpdate } from '../parts/rounding.ts';
import { diceReference } from './dice.ts';
import { changingReference } from './update.ts';

const { fround } = Math;
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

/** Whole steps of q, to the nearest, of a move and a die, both times `DICE`. */
export const nearestReference = (move: number, u: number): number => (fround(fround(move + u) + STEPS) - STEPS) / DICE;

/** Spends the gradient of the weight at an element of a column. */
export function roundingReference(
  { update, element }: WholeUpdate,
  args: Rounded,
): (gradient: number, at: number, column: number) => void {
  const { scale, health } = args;
  const weight = wholeNumbers(element, args.weight);
  const change = changingReference(update, args);
  const dice = diceReference(args);
  return (gradient, at, column) => {
    const meant = fround(weight.at(at) * scale[column]);
    const move = fround(change(at, meant, gradient) * fround(DICE / scale[column]));
    if (!Number.isFinite(move)) {
      health[HEALTH.nonFinite]++;
      return;
    }
    const after = weight.at(at) + nearestReference(move, dice(at));
    if (Math.abs(after) > LIMITS[element]) health[HEALTH.clipped]++;
    weight.set(at, after);
  };
}
