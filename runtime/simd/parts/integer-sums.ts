// Gradients of convolutions from factors that are int8: sums over the windows of an image in integers
// (integer-tile.ts), added to floats that go on from image to image.

import type { Emitter } from '../../wasm/emitter.ts';
import { pairOf } from '../../wasm/pairs.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { I32 } from '../../wasm/values.ts';
import { walk, type Grid } from './image.ts';
import { accumulatePairs, FACTOR, openIntegerTile, type IntegerRow } from './integer-tile.ts';
import { PANEL } from './panels.ts';
import { forTiles } from './tile.ts';

interface Sums {
  /** In panels. */
  readonly gradient: Pointer<'f32'>;
  /** Of dz, column by column: the bias's. */
  readonly total: Pointer<'f32'>;
  /** Of whole panels. */
  readonly dz: Pointer<'i8'>;
  readonly columns: I32;
  readonly outHeight: I32;
  readonly outWidth: I32;
  readonly strideHeight: I32;
}

/** What the windows see. */
interface Seen {
  readonly scratch: Pointer<'i16' | 'i32'>;
  /** Fills the scratch, where that is of eight channels of the image, each for its own column. */
  readonly load?: (column: I32) => void;
  /** The rows of the weight under the first window, so many in a row. */
  readonly grid: Omit<Grid, 'first'>;
  readonly across: I32;
  readonly rows: I32;
  /** Factors from a window to the next. */
  readonly step: I32;
}

/** Adds an image's: four rows of the weight at a time, two neighbouring windows at a time. */
export function addWindows(k: Emitter, sums: Sums, { scratch, load, grid, across, rows, step }: Seen): void {
  const { gradient, total, dz, columns, outHeight, outWidth } = sums;
  const pitch = k.let(columns.add(PANEL - 1).and(-PANEL));
  const skip = k.let(grid.rowStep.mul(sums.strideHeight).sub(outWidth.mul(step).mul(FACTOR)));
  k.for(0, columns, PANEL, (column) => {
    load?.(column);
    const right = k.let(dz.plus(column).address);
    const panel = k.let(gradient.plus(rows.mul(column)).address);
    const next = walk(k, { first: scratch.address, ...grid }, across);
    forTiles(k, rows, (row, count) => {
      const tile = openIntegerTile(k, count);
      const a = Array.from({ length: count }, next);
      const b = [k.var(right)];
      k.for(0, outHeight, 1, () => {
        const byColumn = load !== undefined;
        accumulatePairs(k, tile, { a, aPitch: step, byColumn, b, bPitch: pitch, element: 'i8' }, outWidth);
        for (const address of a) address.set(address.add(skip));
      });
      addTile(k.pointer('f32', k.let(k.pointer('f32', panel).plus(row.mul(PANEL)).address)), tile);
    });
  });
  const ones = scratch.as('i32');
  ones.at(0).set(pairOf(k.i32(1)));
  k.for(0, columns, PANEL, (column) => {
    const tile = openIntegerTile(k, 1);
    const [a, b] = [ones, dz.plus(column)].map(({ address }) => [k.var(address)]);
    accumulatePairs(k, tile, { a, aPitch: 0, b, bPitch: pitch, element: 'i8' }, k.let(outHeight.mul(outWidth)));
    addTile(total.plus(column), tile);
  });
}

function addTile(to: Pointer<'f32'>, tile: readonly IntegerRow[]): void {
  tile.forEach((halves, row) =>
    halves.forEach((sum, half) => {
      const place = to.vector(row * PANEL + half * 4);
      place.set(place.add(sum.toFloat()));
    }),
  );
}
