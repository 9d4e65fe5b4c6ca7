// f32_matmul_update: W <- W + change(W, x^T dz), the weight gradient of a dense layer and the optimiser in one: each
// tile of 4 x 8 gradients is summed over the batch in registers and spent at once, so the gradient is never a buffer.
//
// `columns` of W are updated, from the panel on that `weight` points to; the columns of `dz` that fill up the last
// panel must exist and be zero. W and the update's state are in panels (panels.ts).

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { PANEL, padded, panelCount, panelIndex } from '../parts/panels.ts';
import { accumulate, forTiles, openTile, type TileRow } from '../parts/tile.ts';
import { referenceOfUpdate, spending, updateParameters, type Spend, type Update } from '../parts/update.ts';
import { sampleUpdates } from '../cases/updates.ts';

/**
 * Columns of x copied together before they are used: one cache line each. Read in place, the rows of an x whose width
 * is a power of two fall into one set of the cache: 1,024 inputs at batch 64 measured 30 instead of 55 GFLOP/s.
 */
const STRIP = 16;

const shape = ['inputs', padded('columns')] as const;
const parameters = {
  weight: f32.inOut(...shape),
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

type Args = Emitted<typeof parameters>;

export const f32_matmul_update = family(
  'f32_matmul_update',
  (update: Update) => update.name,
  (update, name) => {
    const all = { ...parameters, ...updateParameters(update, shape) };
    return kernel(name, all, (k, args) => {
      const spend = spending(k, update, args.weight, args as unknown as Readonly<Record<string, Pointer<'f32'>>>);
      k.if(
        args.batch.eq(1),
        () => emitOuterProduct(k, args, spend),
        () => emitTiles(k, args, spend),
      );
    });
  },
);

export const variants = (): Update[] => sampleUpdates;
export const trials = (): Trials => ({
  cases: [
    [1, 3, 8],
    [1, 9, 20],
    [5, 4, 8],
    [7, 13, 11],
    [32, 21, 16],
  ].map(([batch, inputs, columns]) => ({ batch, inputs, columns, dzStride: panelCount(columns) * PANEL })),
  zeroFrom: { dz: 'columns' },
});

function emitTiles(k: Emitter, args: Args, spend: Spend): void {
  const { x, dz, strip, batch, inputs, columns, dzStride } = args;
  const bStep = k.let(dzStride.shl(2));
  const pitch = k.let(inputs.lt(STRIP).selectInt(inputs, STRIP));
  const aStep = k.let(pitch.shl(2));
  k.for(0, inputs, STRIP, (block) => {
    const rowsLeft = k.let(inputs.sub(block));
    const blockRows = k.let(rowsLeft.lt(STRIP).selectInt(rowsLeft, STRIP));
    k.for(0, batch, 1, (b) => {
      const [to, from] = [k.let(strip.plus(b.mul(pitch)).address), k.let(x.plus(b.mul(inputs).add(block)).address)];
      k.lanes(blockRows, (i) => k.pointer('f32', to).at(i).set(k.pointer('f32', from).at(i)));
    });
    k.for(0, columns, PANEL, (column) => {
      const panel = k.let(column.mul(inputs));
      forTiles(k, blockRows, (row, rows) => {
        const sums: TileRow[] = openTile(k, rows, () => k.f32x4(0));
        const a = Array.from({ length: rows }, (_, r) => k.var(strip.plus(row).plus(r).address));
        accumulate(k, sums, { a, aStep, b: k.var(dz.plus(column).address), bStep }, batch);
        const index = k.let(block.add(row).shl(3).add(panel));
        sums.forEach((halves, r) => halves.forEach((sum, half) => spend(4, index.add(r * PANEL + half * 4), sum)));
      });
    });
  });
}

/** One sample: every gradient is a single product, and the work is reading and writing W. */
function emitOuterProduct(k: Emitter, { x, dz, inputs, columns }: Args, spend: Spend): void {
  k.for(0, columns, PANEL, (column) => {
    const [low, high] = [k.let(dz.vector(column)), k.let(dz.vector(column.add(4)))];
    const panel = k.let(column.mul(inputs));
    k.for(0, inputs, 1, (row) => {
      const left = k.let(x.plus(row).splat());
      const index = k.let(panel.add(row.shl(3)));
      spend(4, index, left.mul(low));
      spend(4, index.add(4), left.mul(high));
    });
  });
}

export const reference = (update: Update) => {
  const apply = referenceOfUpdate(update);
  return (args: Referenced<typeof parameters> & Record<string, Float32Array>): void => {
    const { weight, x, dz, batch, inputs, columns, dzStride } = args;
    const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, args.hyper[index]]));
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < Math.ceil(columns / PANEL) * PANEL; o++) {
        let gradient = 0;
        for (let b = 0; b < batch; b++) {
          const product = Math.fround(x[b * inputs + i] * dz[b * dzStride + o]);
          gradient = batch === 1 ? product : Math.fround(gradient + product);
        }
        const at = panelIndex(inputs, i, o);
        const state = Object.fromEntries(update.state.map((name) => [name, args[name][at]]));
        weight[at] = Math.fround(weight[at] + apply({ weight: weight[at], gradient, state, hyper }));
        for (const name of update.state) args[name][at] = state[name];
      }
    }
  };
};
