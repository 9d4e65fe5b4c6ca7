// f32_matmul: out = f(x W + b), the forward product of a dense layer; W in panels (panels.ts), as its reading has it.
//
// Panel by panel, four rows of x at a time, the whole depth in registers. A single row (learning one sample) is bound
// by reading W, so it takes four panels at once to keep eight sums in flight.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, family, kernel, size, type Emitted, type Referenced } from '../kernel.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import { beginSum, endSum, productKey, productVariants, withBias, type Product } from '../parts/product.ts';
import { asFloat, rowBytes, weightParameters, type Reading } from '../parts/reading.ts';
import { accumulate, forTiles, openTile, storeRow, TILE_ROWS, type TileRow } from '../parts/tile.ts';
import { beginSumReference, endSumReference } from '../twins/product.ts';

const parameters = (reading: Reading) => ({
  out: f32.out('batch', 'outputs'),
  x: f32.in('batch', 'inputs'),
  ...weightParameters(reading, 'outputs', 'inputs'),
  bias: f32.in(padded('outputs')),
  batch: size,
  inputs: size,
  outputs: size,
});

type Args = Emitted<ReturnType<typeof parameters>>;

export const f32_matmul = family('f32_matmul', productKey, (product: Product, name) => {
  return kernel(name, withBias(parameters(product.reading), product), (k, args) => {
    k.if(
      args.batch.eq(1),
      () => emitRow(k, args, product),
      () => emitTiles(k, args, product),
    );
  });
});

export const variants = (): Product[] => productVariants();

/** The sums of eight columns from `column` on. */
interface Columns {
  readonly column: I32;
  /** How many of them exist; null: all. */
  readonly width: I32 | null;
}

/** Stores one row of finished sums. */
function store(k: Emitter, product: Product, args: Args, out: Pointer<'f32'>, at: Columns, sums: TileRow): void {
  const [low, high] = sums.map((sum, half) =>
    endSum(k, product, args, (values) => values.plus(at.column).vector(half * 4), sum),
  );
  storeRow(k, out, at.width, [low, high]);
}

const startOf = (k: Emitter, product: Product, { bias }: Args, column: I32, half: number): F32 =>
  beginSum(product, bias, (values) => values.plus(column).vector(half * 4), k.f32x4(0));

function emitTiles(k: Emitter, args: Args, product: Product): void {
  const { out, x, weight, batch, inputs, outputs } = args;
  const { element } = product.reading;
  const xBytes = k.let(inputs.shl(2));
  k.for(0, outputs, PANEL, (column) => {
    const width = k.let(outputs.sub(column));
    const panel = k.let(weight.plus(inputs.mul(column)).address);
    forTiles(k, batch, (row, rows) => {
      const sums = openTile(k, rows, (_, half) => startOf(k, product, args, column, half));
      const first = k.let(x.plus(row.mul(inputs)).address);
      const a = Array.from({ length: rows }, (_, r) => k.var(r === 0 ? first : xBytes.mul(r).add(first)));
      accumulate(k, sums, { a, aStep: 4, b: k.var(panel), element }, inputs);
      sums.forEach((sum, r) =>
        store(k, product, args, out.plus(row.add(r).mul(outputs).add(column)), { column, width }, sum),
      );
    });
  });
}

function emitRow(k: Emitter, args: Args, product: Product): void {
  const { out, x, weight, inputs, outputs } = args;
  const { reading } = product;
  const panelBytes = k.let(inputs.mul(rowBytes(reading)));
  const strip = (column: I32, panels: number): void => {
    const sums = openTile(k, panels, (panel, half) => startOf(k, product, args, column.add(panel * PANEL), half));
    const address = k.var(x.address);
    const end = k.let(address.add(inputs.shl(2)));
    const first = k.let(weight.plus(inputs.mul(column)).address);
    const b = Array.from({ length: panels }, (_, p) => k.var(p === 0 ? first : panelBytes.mul(p).add(first)));
    k.while(
      () => address.lt(end),
      () => {
        const left = k.let(k.pointer('f32', address).splat());
        for (let p = panels - 1; p >= 0; p--) {
          const right = k.pointer(reading.element, b[p]);
          const [low, high] = sums[p];
          high.set(high.multiplyAdd(left, asFloat(right.vector(4))));
          low.set(low.multiplyAdd(left, asFloat(right.vector(0))));
        }
        for (const panel of b) panel.set(panel.add(rowBytes(reading)));
        address.set(address.add(4));
      },
    );
    // only the last panel, which comes alone, may be cut
    const width = panels === 1 ? k.let(outputs.sub(column)) : null;
    sums.forEach((sum, p) => {
      const from = column.add(p * PANEL);
      store(k, product, args, out.plus(from), { column: from, width }, sum);
    });
  };
  const whole = k.let(outputs.and(-PANEL * TILE_ROWS));
  k.for(0, whole, PANEL * TILE_ROWS, (column) => strip(column, TILE_ROWS));
  k.for(whole, outputs, PANEL, (column) => strip(column, 1));
}

export const reference =
  (product: Product) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, x, weight, batch, inputs, outputs } = args;
    for (let b = 0; b < batch; b++) {
      for (let o = 0; o < outputs; o++) {
        let sum = beginSumReference(product, args, o);
        for (let i = 0; i < inputs; i++) {
          sum = Math.fround(sum + Math.fround(x[b * inputs + i] * weight[panelIndex(inputs, i, o)]));
        }
        out[b * outputs + o] = endSumReference(product, args, o, sum);
      }
    }
  };
