// f32_matmul: out = f(x W + b), the forward product of a dense layer; W in panels (panels.ts).
//
// Panel by panel, four rows of x at a time, the whole depth in registers. A single row (learning one sample) is bound
// by reading W, so it takes four panels at once to keep eight sums in flight.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { activateInTile, activateStored } from '../parts/activate.ts';
import { unaryReference } from '../twins/elementwise.ts';
import { f32, family, kernel, size, type Emitted, type Referenced } from '../kernel.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import { productKey, productVariants, withBias, type ProductEpilogue } from '../parts/product.ts';
import { accumulate, forTiles, openTile, storeRow, TILE_ROWS, type TileRow } from '../parts/tile.ts';

const parameters = {
  out: f32.out('batch', 'outputs'),
  x: f32.in('batch', 'inputs'),
  weight: f32.in('inputs', padded('outputs')),
  bias: f32.in(padded('outputs')),
  batch: size,
  inputs: size,
  outputs: size,
};

type Args = Emitted<typeof parameters>;

export const f32_matmul = family('f32_matmul', productKey, (epilogue: ProductEpilogue, name) => {
  return kernel(name, withBias(parameters, epilogue), (k, args) => {
    k.if(
      args.batch.eq(1),
      () => emitRow(k, args, epilogue),
      () => emitTiles(k, args, epilogue),
    );
    activateStored(k, epilogue.activation, args.out, args.batch.mul(args.outputs));
  });
});

export const variants = (): ProductEpilogue[] => productVariants();

/** Stores one row of sums, activated. */
function store(k: Emitter, epilogue: ProductEpilogue, out: Pointer<'f32'>, width: I32, [low, high]: TileRow): void {
  const activate = (x: F32): F32 => activateInTile(k, epilogue.activation, x);
  storeRow(k, out, width, [activate(low), activate(high)]);
}

const startOf = (k: Emitter, { start }: ProductEpilogue, bias: Pointer<'f32'>, column: I32, half: number): F32 =>
  start === 'bias' ? bias.plus(column).vector(half * 4) : k.f32x4(0);

function emitTiles(
  k: Emitter,
  { out, x, weight, bias, batch, inputs, outputs }: Args,
  epilogue: ProductEpilogue,
): void {
  const rowBytes = k.let(inputs.shl(2));
  k.for(0, outputs, PANEL, (column) => {
    const width = k.let(outputs.sub(column));
    const panel = k.let(weight.plus(inputs.mul(column)).address);
    forTiles(k, batch, (row, rows) => {
      const sums = openTile(k, rows, (_, half) => startOf(k, epilogue, bias, column, half));
      const first = k.let(x.plus(row.mul(inputs)).address);
      const a = Array.from({ length: rows }, (_, r) => k.var(r === 0 ? first : rowBytes.mul(r).add(first)));
      accumulate(k, sums, { a, aStep: 4, b: k.var(panel), bStep: PANEL * 4 }, inputs);
      sums.forEach((sum, r) => store(k, epilogue, out.plus(row.add(r).mul(outputs).add(column)), width, sum));
    });
  });
}

function emitRow(k: Emitter, { out, x, weight, bias, inputs, outputs }: Args, epilogue: ProductEpilogue): void {
  const panelBytes = k.let(inputs.shl(5));
  const strip = (column: I32, panels: number): void => {
    const sums = openTile(k, panels, (panel, half) => startOf(k, epilogue, bias, column.add(panel * PANEL), half));
    const address = k.var(x.address);
    const end = k.let(address.add(inputs.shl(2)));
    const first = k.let(weight.plus(inputs.mul(column)).address);
    const b = Array.from({ length: panels }, (_, p) => k.var(p === 0 ? first : panelBytes.mul(p).add(first)));
    k.while(
      () => address.lt(end),
      () => {
        const left = k.let(k.pointer('f32', address).splat());
        for (let p = panels - 1; p >= 0; p--) {
          const right = k.pointer('f32', b[p]);
          const [low, high] = sums[p];
          high.set(high.multiplyAdd(left, right.vector(4)));
          low.set(low.multiplyAdd(left, right.vector(0)));
        }
        for (const panel of b) panel.set(panel.add(PANEL * 4));
        address.set(address.add(4));
      },
    );
    const width = k.let(outputs.sub(column));
    sums.forEach((sum, p) => store(k, epilogue, out.plus(column.add(p * PANEL)), width.sub(p * PANEL), sum));
  };
  const whole = k.let(outputs.and(-PANEL * TILE_ROWS));
  k.for(0, whole, PANEL * TILE_ROWS, (column) => strip(column, TILE_ROWS));
  k.for(whole, outputs, PANEL, (column) => strip(column, 1));
}

export const reference =
  ({ activation, start }: ProductEpilogue) =>
  ({ out, x, weight, bias, batch, inputs, outputs }: Referenced<typeof parameters>): void => {
    for (let b = 0; b < batch; b++) {
      for (let o = 0; o < outputs; o++) {
        let sum = start === 'bias' ? bias[o] : 0;
        for (let i = 0; i < inputs; i++) {
          const product = Math.fround(x[b * inputs + i] * weight[panelIndex(inputs, i, o)]);
          sum = Math.fround(sum + product);
        }
        out[b * outputs + o] = unaryReference[activation](sum);
      }
    }
  };
