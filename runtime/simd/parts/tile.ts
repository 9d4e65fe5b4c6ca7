// The register tile under every matrix product and convolution: R rows of 8 sums, `sums[r] += a[r][k] * b[k]` over k.
// Rows are worked last to first: V8 11.3 keeps the sums in registers only in that order (rows first to last measured 16
// instead of 37 GFLOP/s on a 5 x 8 tile); newer engines do not mind.

import type { Emitter, Variable } from '../../wasm/emitter.ts';
import type { ElementType, Pointer, Register } from '../../wasm/pointer.ts';
import type { F32, I32, Value } from '../../wasm/values.ts';
import { PANEL } from './panels.ts';
import { asFloat, PLAIN, rowBytes, type Reading } from './reading.ts';

/** Rows of the tile: 4 x 8 sums, 2 vectors of b, 1 of a and 1 spare fill the 16 registers of x86. */
export const TILE_ROWS = 4;

/** One row of the tile: columns 0..3 and 4..7. */
export type TileRow = readonly [Variable<F32>, Variable<F32>];

/** `rows` rows of sums that begin at what `start` gives for (row, half). */
export function openTile(k: Emitter, rows: number, start: (row: number, half: 0 | 1) => F32): TileRow[] {
  return Array.from({ length: rows }, (_, row) => [k.var(start(row, 0)), k.var(start(row, 1))] as const);
}

export interface TileFactors {
  /** One address for each row of the tile, moved on by `aStep` bytes a step. */
  readonly a: readonly Variable<I32>[];
  readonly aStep: I32 | number;
  /** Eight neighbours a step, moved on by `bStep` bytes; default: those of a panel's next row. */
  readonly b: Variable<I32>;
  readonly bStep?: I32 | number;
  /** Of the neighbours; default: plain values. */
  readonly reading?: Reading;
}

/** Adds `steps` products to the tile. The addresses are left behind the last factor used. */
export function accumulate(k: Emitter, sums: readonly TileRow[], factors: TileFactors, steps: I32): void {
  const { a, aStep, b, reading = PLAIN, bStep = rowBytes(reading) } = factors;
  const end = k.let(b.add(steps.mul(bStep)));
  k.while(
    () => b.lt(end),
    () => {
      const right = k.pointer(reading.element, b);
      const [low, high] = [k.let(asFloat(right.vector(0), reading)), k.let(asFloat(right.vector(4), reading))];
      for (let row = sums.length - 1; row >= 0; row--) {
        const left = k.let(k.pointer('f32', a[row]).splat());
        const [first, second] = sums[row];
        second.set(second.multiplyAdd(left, high));
        first.set(first.multiplyAdd(left, low));
      }
      for (const address of a) address.set(address.add(aStep));
      b.set(b.add(bStep));
    },
  );
}

/**
 * Stores one row of eight values, `whole` of them by what the element has for it; of the last panel only the first
 * `width` columns exist (null: all of them).
 */
export function storeRow<E extends ElementType>(
  k: Emitter,
  out: Pointer<E>,
  width: I32 | null,
  [low, high]: readonly [Register<E>, Register<E>],
  whole = (): void => {
    out.vector(0).set(low);
    out.vector(4).set(high);
  },
): void {
  const first = (count: I32): void => {
    const [rest, address] = [k.var<F32 | I32>(low), k.var(out.address)];
    const here = k.pointer(out.element, address);
    k.if(count.ge(4), () => {
      here.vector(0).set(rest as Value as Register<E>);
      rest.set(high);
      address.set(here.plus(4).address);
    });
    const left = k.let(count.and(3));
    for (let column = 0; column < 3; column++) {
      k.if(left.gt(column), () => here.at(column).set(rest.lane(column) as Value as Register<E>));
    }
  };
  if (width === null) whole();
  else k.if(width.ge(PANEL), whole, () => first(width));
}

/** `body(row, rows)` over 0..count-1 in tiles of TILE_ROWS, then the remaining rows one at a time. */
export function forTiles(k: Emitter, count: I32, body: (row: I32, rows: number) => void): void {
  const whole = k.let(count.and(-TILE_ROWS));
  k.for(0, whole, TILE_ROWS, (row) => body(row, TILE_ROWS));
  k.for(whole, count, 1, (row) => body(row, 1));
}
