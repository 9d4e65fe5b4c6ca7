// The weight gradient of a product, x^T dz, in tiles of four rows by eight columns that are summed over the batch in
// registers and spent at once, so the gradient is never a buffer. What spends them is an optimiser and a storage.
//
// `columns` of the weight, from a panel on; the columns of `dz` that fill up the last panel must exist and be zero.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, size, type Emitted, type Sizes, type Trials } from '../kernel.ts';
import { PANEL, panelCount } from './panels.ts';
import { accumulate, forTiles, openTile, type TileRow } from './tile.ts';

/**
 * Columns of x copied together before they are used: one cache line each. Read in place, the rows of an x whose width
 * is a power of two fall into one set of the cache: 1,024 inputs at batch 64 measured 30 instead of 55 GFLOP/s.
 */
export const STRIP = 16;

export const factors = {
  x: f32.in('batch', 'inputs'),
  dz: f32.in('batch', 'dzStride'),
  strip: f32.scratch(
    ({ batch }) => (batch === 1 ? 0 : batch),
    ({ inputs }) => Math.min(inputs, STRIP),
  ),
  batch: size,
  inputs: size,
  columns: size,
  dzStride: size,
};

/** What the generic test must know of a kernel with these factors, and `more` numbers of its own. */
export const factorTrials = (more: Sizes = {}): Trials => ({
  cases: [
    [1, 3, 8],
    [1, 9, 20],
    [5, 4, 8],
    [7, 13, 11],
    [32, 21, 16],
  ].map(([batch, inputs, columns]) => ({ batch, inputs, columns, dzStride: panelCount(columns) * PANEL, ...more })),
  zeroFrom: { dz: 'columns' },
});

/** Gradients of one or four rows in the eight columns from `column` on. */
export interface GradientTile {
  readonly column: I32;
  /** The element of the panels at which its first row begins. */
  readonly index: I32;
  readonly rows: readonly (readonly [low: F32, high: F32])[];
}

/** Hands on the gradients of a tile four at a time, with where they stand in the panels. */
export const inVectors =
  (spend: (index: Lanes, gradient: F32) => void) =>
  ({ index, rows }: GradientTile): void =>
    rows.forEach((halves, r) =>
      halves.forEach((gradient, half) => spend({ width: 4, index: index.add(r * PANEL + half * 4) }, gradient)),
    );

/** `body(row, rows)` for inputs that follow one another, one or four at a time. */
export type ForRows = (body: (row: I32, rows: number) => void) => void;

/** `rowsOfOne`, made once, says which inputs of a single sample are gone through; default: all. */
export function forGradientTiles(
  k: Emitter,
  args: Emitted<typeof factors>,
  spend: (tile: GradientTile) => void,
  rowsOfOne = (): ForRows => (body) => forTiles(k, args.inputs, body),
): void {
  k.if(
    args.batch.eq(1),
    () => outerProduct(k, args, spend, rowsOfOne()),
    () => sums(k, args, spend),
  );
}

interface GradientPanels {
  readonly gradient: Pointer<'f32'>;
  readonly rows: I32;
  readonly columns: I32;
}

/** The same tiles of a gradient that is a buffer, in panels. */
export function forGradientPanels(
  k: Emitter,
  { gradient, rows, columns }: GradientPanels,
  spend: (tile: GradientTile) => void,
): void {
  k.for(0, columns, PANEL, (column) => {
    const panel = k.let(column.mul(rows));
    forTiles(k, rows, (row, count) => {
      const index = k.let(panel.add(row.shl(3)));
      const here = gradient.plus(index);
      const halves = (r: number) => [here.vector(r * PANEL), here.vector(r * PANEL + 4)] as const;
      spend({ column, index, rows: Array.from({ length: count }, (_, r) => halves(r)) });
    });
  });
}

function sums(k: Emitter, args: Emitted<typeof factors>, spend: (tile: GradientTile) => void): void {
  const { x, dz, strip, batch, inputs, dzStride } = args;
  const bStep = k.let(dzStride.shl(2));
  const pitch = stripWidth(k, inputs);
  const aStep = k.let(pitch.shl(2));
  const copy = (block: I32, width: I32): void =>
    k.for(0, batch, 1, (b) => {
      const [to, from] = [k.let(strip.plus(b.mul(pitch)).address), k.let(x.plus(b.mul(inputs).add(block)).address)];
      k.lanes(width, (i) => k.pointer('f32', to).at(i).set(k.pointer('f32', from).at(i)));
    });
  const sumsOf: TileSums = (column, row, rows) => {
    const tile: TileRow[] = openTile(k, rows, () => k.f32x4(0));
    const a = Array.from({ length: rows }, (_, r) => k.var(strip.plus(row).plus(r).address));
    accumulate(k, tile, { a, aStep, b: k.var(dz.plus(column).address), bStep }, batch);
    return tile;
  };
  forStrips(k, args, copy, sumsOf, spend);
}

/** How many of these columns stand in a strip. */
export const stripWidth = (k: Emitter, columns: I32): I32 => k.let(columns.lt(STRIP).selectInt(columns, STRIP));

/** Sums the tile whose rows begin with `row` of the strip, in eight columns of dz. */
export type TileSums = (column: I32, row: I32, rows: number) => GradientTile['rows'];

/** Strip by strip: copies the columns of x from `block` on, then sums and spends them tile by tile. */
export function forStrips(
  k: Emitter,
  { inputs, columns }: Readonly<Record<'inputs' | 'columns', I32>>,
  copy: (block: I32, width: I32) => void,
  sumsOf: TileSums,
  spend: (tile: GradientTile) => void,
): void {
  k.for(0, inputs, STRIP, (block) => {
    const width = stripWidth(k, k.let(inputs.sub(block)));
    copy(block, width);
    k.for(0, columns, PANEL, (column) => {
      const panel = k.let(column.mul(inputs));
      forTiles(k, width, (row, count) => {
        const rows = sumsOf(column, row, count);
        spend({ column, index: k.let(block.add(row).shl(3).add(panel)), rows });
      });
    });
  });
}

/** One sample: every gradient is a single product, and the work is reading and writing the weight. */
function outerProduct(
  k: Emitter,
  args: Emitted<typeof factors>,
  spend: (tile: GradientTile) => void,
  forRows: ForRows,
): void {
  const { x, dz, inputs, columns } = args;
  k.for(0, columns, PANEL, (column) => {
    const [low, high] = [k.let(dz.vector(column)), k.let(dz.vector(column.add(4)))];
    const panel = k.let(column.mul(inputs));
    forRows((row, count) => {
      const rows = Array.from({ length: count }, (_, r) => {
        const left = k.let(x.plus(row.add(r)).splat());
        return [left.mul(low), left.mul(high)] as const;
      });
      spend({ column, index: k.let(panel.add(row.shl(3))), rows });
    });
  });
}
