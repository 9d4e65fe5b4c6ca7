// i8_matmul: out = f(x W + b) of int8 activations and int8 or int4 weights, summed in integers; W in panels
// (panels.ts).
//
// Four rows of x at a time are widened into scratch, then go through all panels, the whole depth in registers
// (parts/integer-tile.ts). A single row takes four panels at once, to keep eight sums in flight.

import type { I32 } from '../../wasm/values.ts';
import { family, i16, i8, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { accumulatePairs, openIntegerTile } from '../parts/integer-tile.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import {
  integerProductKey,
  integerProductVariants,
  productColumns,
  quantizedOutput,
  quantizedFloats,
  quantizedSizes,
  sumStore,
  type IntegerProduct,
} from '../parts/requantize.ts';
import { forTiles, TILE_ROWS } from '../parts/tile.ts';
import { rowBytes } from '../parts/reading.ts';
import { widener } from '../parts/widen.ts';
import { requantizeReference } from '../twins/requantize.ts';
import { wholeNumbers } from '../twins/rounding.ts';

const parameters = (product: IntegerProduct) => ({
  ...quantizedOutput(product.output, 'batch', 'outputs'),
  x: i8.in('batch', 'inputs'),
  weight: pointers(product.element).in('inputs', padded('outputs')),
  ...productColumns(product, 'outputs'),
  /** One behind the last, which an odd number of inputs reads. */
  factors: i16.scratch(({ batch, inputs }) => (batch < TILE_ROWS ? 1 : TILE_ROWS) * inputs + 1),
  batch: size,
  inputs: size,
  outputs: size,
});

export const i8_matmul = family('i8_matmul', integerProductKey, (product: IntegerProduct, name) =>
  kernel(name, parameters(product), (k, args) => {
    const { out, x, weight, factors, batch, inputs, outputs, xZero } = args;
    const { store, finish } = sumStore(k, product, args);
    const widen = widener(k, xZero);
    const panelBytes = k.let(inputs.mul(rowBytes(product)));
    forTiles(k, batch, (row, rows) => {
      widen(x.plus(row.mul(inputs)), factors, k.let(inputs.mul(rows)));
      const panels = rows === 1 ? TILE_ROWS : 1;
      const strip = (column: I32, count: number): void => {
        const sums = openIntegerTile(k, Math.max(rows, count));
        const a = Array.from({ length: rows }, (_, r) => k.var(factors.plus(inputs.mul(r)).address));
        const first = k.let(weight.plus(inputs.mul(column)).address);
        const b = Array.from({ length: count }, (_, p) => k.var(first.add(panelBytes.mul(p))));
        accumulatePairs(k, sums, { a, b, element: product.element }, inputs);
        // only the last panel, which comes alone, may be cut
        const width = count === 1 ? k.let(outputs.sub(column)) : null;
        const stores = b.map((_, p) => store(column.add(p * PANEL), width));
        sums.forEach((sum, i) => {
          const [r, p] = rows === 1 ? [0, i] : [i, 0];
          stores[p](
            out.plus(
              row
                .add(r)
                .mul(outputs)
                .add(column.add(p * PANEL)),
            ),
            sum,
          );
        });
      };
      const whole = panels === 1 ? 0 : k.let(outputs.and(-PANEL * panels));
      if (whole !== 0) k.for(0, whole, PANEL * panels, (column) => strip(column, panels));
      k.for(whole, outputs, PANEL, (column) => strip(column, 1));
    });
    finish();
  }),
);

export const variants = integerProductVariants;
export const trials = (): Trials => ({
  floats: quantizedFloats,
  cases: [
    [1, 1, 1],
    [1, 7, 45],
    [3, 8, 16],
    [4, 9, 8],
    [6, 33, 13],
    [9, 64, 40],
  ].map(([batch, inputs, outputs]) => ({ batch, inputs, outputs, ...quantizedSizes })),
});

export const reference =
  (product: IntegerProduct) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, x, weight, batch, inputs, outputs, xZero } = args;
    const whole = wholeNumbers(product.element, weight);
    const requantize = requantizeReference(product, args);
    for (let b = 0; b < batch; b++) {
      for (let o = 0; o < outputs; o++) {
        let sum = 0;
        for (let i = 0; i < inputs; i++) {
          sum += (x[b * inputs + i] - xZero) * whole.at(panelIndex(inputs, i, o));
        }
        out[b * outputs + o] = requantize(sum, o);
      }
    }
  };
