// The sums of a forward product, x W, in panels of eight columns: of many rows in tiles, and of one row, which takes
// four panels at once to keep eight sums in flight, since it is bound by reading the weight.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { PANEL } from './panels.ts';
import { beginSum, endSum, type Product } from './product.ts';
import { asFloat, rowBytes } from './reading.ts';
import { accumulate, forTiles, openTile, storeRow, TILE_ROWS, type TileRow } from './tile.ts';

/** What stands at each column. */
type PerColumn = Readonly<Record<'bias' | 'scale', Pointer<'f32'>>>;

/** The sums of eight columns from `column` on. */
interface Columns {
  readonly column: I32;
  /** How many of them exist; null: all. */
  readonly width: I32 | null;
}

const beginColumns = (k: Emitter, product: Product, { bias }: PerColumn, column: I32, half: number): F32 =>
  beginSum(product, bias, (values) => values.plus(column).vector(half * 4), k.f32x4(0));

/** Stores one row of finished sums. */
function storeColumns(
  k: Emitter,
  product: Product,
  args: PerColumn,
  out: Pointer<'f32'>,
  at: Columns,
  sums: TileRow,
): void {
  const [low, high] = sums.map((sum, half) =>
    endSum(k, product, args, (values) => values.plus(at.column).vector(half * 4), sum),
  );
  storeRow(k, out, at.width, [low, high]);
}

interface RowArgs extends PerColumn {
  readonly weight: Pointer;
  readonly inputs: I32;
  readonly outputs: I32;
}

interface TileArgs {
  readonly out: Pointer<'f32'>;
  readonly x: Pointer<'f32'>;
  readonly batch: I32;
  /** Rows of a panel in memory; default: `inputs`. */
  readonly pitch?: I32;
}

/** The whole product, panel by panel, four rows at a time, the whole depth in registers. */
export function tileProduct(k: Emitter, args: RowArgs & TileArgs, product: Product): void {
  const { out, x, weight, batch, inputs, outputs, pitch = inputs } = args;
  const { reading } = product;
  const xBytes = k.let(inputs.shl(2));
  k.for(0, outputs, PANEL, (column) => {
    const width = k.let(outputs.sub(column));
    const panel = k.let(weight.plus(pitch.mul(column)).address);
    forTiles(k, batch, (row, rows) => {
      const sums = openTile(k, rows, (_, half) => beginColumns(k, product, args, column, half));
      const first = k.let(x.plus(row.mul(inputs)).address);
      const a = Array.from({ length: rows }, (_, r) => k.var(r === 0 ? first : xBytes.mul(r).add(first)));
      accumulate(k, sums, { a, aStep: 4, b: k.var(panel), reading }, inputs);
      sums.forEach((sum, r) =>
        storeColumns(k, product, args, out.plus(row.add(r).mul(outputs).add(column)), { column, width }, sum),
      );
    });
  });
}

/** All columns of one row, four panels at a time: `add` adds to their sums, given the address of each panel. */
export function forStrips(
  k: Emitter,
  args: RowArgs,
  product: Product,
  out: Pointer<'f32'>,
  add: (sums: readonly TileRow[], panels: readonly I32[]) => void,
): void {
  const { weight, inputs, outputs } = args;
  const panelBytes = k.let(inputs.mul(rowBytes(product.reading)));
  const strip = (column: I32, panels: number): void => {
    const sums = openTile(k, panels, (panel, half) =>
      beginColumns(k, product, args, column.add(panel * PANEL), half as 0 | 1),
    );
    const first = k.let(weight.plus(inputs.mul(column)).address);
    add(
      sums,
      Array.from({ length: panels }, (_, p) => (p === 0 ? first : k.let(panelBytes.mul(p).add(first)))),
    );
    // only the last panel, which comes alone, may be cut
    const width = panels === 1 ? k.let(outputs.sub(column)) : null;
    sums.forEach((sum, p) => {
      const from = column.add(p * PANEL);
      storeColumns(k, product, args, out.plus(from), { column: from, width }, sum);
    });
  };
  const whole = k.let(outputs.and(-PANEL * TILE_ROWS));
  k.for(0, whole, PANEL * TILE_ROWS, (column) => strip(column, TILE_ROWS));
  k.for(whole, outputs, PANEL, (column) => strip(column, 1));
}

/** Adds an input times the row of weights that stands at these addresses, one for each panel. */
export function addRow(
  k: Emitter,
  { reading }: Product,
  sums: readonly TileRow[],
  left: F32,
  rows: readonly I32[],
): void {
  for (let p = rows.length - 1; p >= 0; p--) {
    const right = k.pointer(reading.element, rows[p]);
    const [low, high] = sums[p];
    high.set(high.multiplyAdd(left, asFloat(right.vector(4), reading)));
    low.set(low.multiplyAdd(left, asFloat(right.vector(0), reading)));
  }
}
