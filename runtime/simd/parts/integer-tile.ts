// The tile of integer products: R rows of 8 sums in 32 bits, of factors a in 16 bits and weights b in 8 or 4, two steps
// at a time (wasm/pairs.ts). Two rows of a panel are zipped once and serve all rows of the tile; in V8 it takes 28
// instructions where the float tile takes 44.

import type { Emitter, Variable } from '../../wasm/emitter.ts';
import { dotPairs, pairsAt, zipPairs } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';
import { PANEL } from './panels.ts';
import type { Whole } from './rounding.ts';

/** Bytes of a factor a. */
export const FACTOR = 2;

/** One row of the tile: columns 0..3 and 4..7. */
export type IntegerRow = readonly [Variable<I32>, Variable<I32>];

/** What four columns each have of two steps. */
type Halves = readonly [low: I32, high: I32];

export const openIntegerTile = (k: Emitter, rows: number): IntegerRow[] =>
  Array.from({ length: rows }, () => [k.var(k.i32x4(0)), k.var(k.i32x4(0))] as const);

export interface PairFactors {
  /**
   * An address for each row or one for all, of two factors side by side, or `byColumn` of eight neighbours, one for
   * each column; `aPitch` from a step to the next.
   */
  readonly a: readonly Variable<I32>[];
  readonly aPitch?: number | I32;
  readonly byColumn?: boolean;
  /** Of eight neighbours, one for all rows or one for each; `bPitch` from a step to the next, default a panel's. */
  readonly b: readonly Variable<I32>[];
  readonly bPitch?: number | I32;
  readonly element: Whole;
}

/**
 * Adds `steps` products to rows of sums. All addresses are left behind the last factor used; of an odd number of steps
 * the second of two factors side by side is read too, and counts nothing.
 */
export function accumulatePairs(
  k: Emitter,
  sums: readonly IntegerRow[],
  { a, aPitch = 1, byColumn = false, b, bPitch = PANEL, element }: PairFactors,
  steps: I32,
): void {
  const neighbours = (address: I32): Pointer<Whole> => k.pointer(element, address);
  const add = (count: 1 | 2): void => {
    const zipped = (from: Pointer<Whole | 'i16'>, pitch: number | I32): Halves => {
      const first = k.let(pairsAt(from));
      const second = count === 2 ? k.let(pairsAt(from.plus(pitch))) : k.i32x4(0);
      return [k.let(zipPairs(first, second, 'low')), k.let(zipPairs(first, second, 'high'))];
    };
    const splat = (address: I32): Halves => {
      const pair = k.let(k.pointer('i32', address).splat());
      return [pair, pair];
    };
    const rightOf = (address: I32): Halves => zipped(neighbours(address), bPitch);
    const leftOf = (address: I32): Halves => (byColumn ? zipped(k.pointer('i16', address), aPitch) : splat(address));
    const right = b.length === 1 ? rightOf(b[0]) : null;
    const left = a.length === 1 ? leftOf(a[0]) : null;
    for (let row = sums.length - 1; row >= 0; row--) {
      const [low, high] = right ?? rightOf(b[row]);
      const [lowFactor, highFactor] = left ?? leftOf(a[row]);
      const [first, second] = sums[row];
      second.set(second.add(dotPairs(highFactor, high)));
      first.set(first.add(dotPairs(lowFactor, low)));
    }
    const along = (pitch: number | I32): number | I32 => (typeof pitch === 'number' ? count * pitch : pitch.mul(count));
    for (const address of a) address.set(k.pointer('i16', address).plus(along(aPitch)).address);
    for (const address of b) address.set(neighbours(address).plus(along(bPitch)).address);
  };
  const end = k.let(neighbours(b[0]).plus(steps.and(-2).mul(bPitch)).address);
  k.while(
    () => b[0].lt(end),
    () => add(2),
  );
  k.if(steps.and(1).ne(0), () => add(1));
}
