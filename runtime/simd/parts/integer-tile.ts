// The tile of integer products: R rows of 8 sums in 32 bits, of factors a in 16 bits and weights b in 8 or 4, two steps
// at a time (wasm/pairs.ts). Two rows of a panel are zipped once and serve all rows of the tile; in V8 it takes 28
// instructions where the float tile takes 44.

import type { Emitter, Variable } from '../../wasm/emitter.ts';
import { dotPairs, zipPairs } from '../../wasm/pairs.ts';
import type { I32 } from '../../wasm/values.ts';
import { PANEL } from './panels.ts';
import { rowBytes } from './reading.ts';
import type { Whole } from './rounding.ts';

/** Bytes of a factor a. */
export const FACTOR = 2;

/** One row of the tile: columns 0..3 and 4..7. */
export type IntegerRow = readonly [Variable<I32>, Variable<I32>];

export const openIntegerTile = (k: Emitter, rows: number): IntegerRow[] =>
  Array.from({ length: rows }, () => [k.var(k.i32x4(0)), k.var(k.i32x4(0))] as const);

/**
 * Adds `steps` products to rows of sums. `a` has an address for each row or one for all; `b` an address of weights for
 * `element` for all rows or one for each. All are left behind the last factor used; of an odd number of steps the
 * factor a behind the last is read too, and counts nothing.
 */
export function accumulatePairs(
  k: Emitter,
  sums: readonly IntegerRow[],
  a: readonly Variable<I32>[],
  b: readonly Variable<I32>[],
  steps: I32,
  element: Whole,
): void {
  const bytes = rowBytes({ element });
  const add = (count: 1 | 2): void => {
    const rightOf = (address: I32): readonly [low: I32, high: I32] => {
      const panel = k.pointer(element, address);
      const first = k.let(panel.pairs());
      const second = count === 2 ? k.let(panel.plus(PANEL).pairs()) : k.i32x4(0);
      return [k.let(zipPairs(first, second, 'low')), k.let(zipPairs(first, second, 'high'))];
    };
    const leftOf = (address: I32): I32 => k.let(k.pointer('i16', address).splatPair());
    const right = b.length === 1 ? rightOf(b[0]) : null;
    const left = a.length === 1 ? leftOf(a[0]) : null;
    for (let row = sums.length - 1; row >= 0; row--) {
      const [low, high] = right ?? rightOf(b[row]);
      const factor = left ?? leftOf(a[row]);
      const [first, second] = sums[row];
      second.set(second.add(dotPairs(factor, high)));
      first.set(first.add(dotPairs(factor, low)));
    }
    for (const address of a) address.set(address.add(count * FACTOR));
    for (const address of b) address.set(address.add(count * bytes));
  };
  const end = k.let(b[0].add(steps.and(-2).mul(bytes)));
  k.while(
    () => b[0].lt(end),
    () => add(2),
  );
  k.if(steps.and(1).ne(0), () => add(1));
}
