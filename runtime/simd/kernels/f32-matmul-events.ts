// f32_matmul_events: f32_matmul where x mostly is 0, as spikes are: of each row the inputs that are not 0 are listed,
// and their rows of W alone are read and added. Of several rows only where less than a sixth of x is events: beyond,
// tiles are as fast, which read W once for four rows.
//
// What is left out are products with 0. A sum that begins with +0 never is -0, so the bits are those of f32_matmul, but
// for weights that are not finite, where it makes NaN, and a bias of -0 that nothing is added to.

import type { Emitter } from '../../wasm/emitter.ts';
import type { I32 } from '../../wasm/values.ts';
import { f32, family, i32, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { forEvents, listEvents } from '../parts/events.ts';
import { padded, panelIndex } from '../parts/panels.ts';
import { addRow, forStrips, tileProduct } from '../parts/product-columns.ts';
import { productKey, productVariants, withBias, type Product } from '../parts/product.ts';
import { rowBytes, weightParameters, type Reading } from '../parts/reading.ts';
import { beginSumReference, endSumReference } from '../twins/product.ts';
import { asFloatReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  out: f32.out('batch', 'outputs'),
  x: f32.in('batch', 'inputs'),
  ...weightParameters(reading, 'outputs', 'inputs'),
  bias: f32.in(padded('outputs')),
  events: i32.scratch('inputs'),
  batch: size,
  inputs: size,
  outputs: size,
});

type Args = Emitted<ReturnType<typeof parameters>>;

/** Tiles are faster where events are more than one of so many elements. */
const FEW = 6;

export const f32_matmul_events = family('f32_matmul_events', productKey, (product: Product, name) =>
  kernel(name, withBias(parameters(product.reading), product), (k, args) => {
    const { x, events, batch, inputs } = args;
    const byEvents = k.var(batch.eq(1).selectInt(1, 0));
    k.if(batch.gt(1), () => {
      // what is planned is touched, by events or not
      k.for(0, inputs, 1, (input) => events.at(input).set(k.i32(0)));
      const elements = k.let(batch.mul(inputs));
      const sum = k.sum(elements, (i) => x.at(i).ne(0).select(1, 0));
      byEvents.set(sum.mul(FEW).lt(elements.toFloat()).selectInt(1, 0));
    });
    k.if(
      byEvents.eq(1),
      () => k.for(0, batch, 1, (row) => emitRow(k, args, product, row)),
      () => tileProduct(k, args, product),
    );
  }),
);

export const variants = (): Product[] => productVariants();
export const trials = (): Trials => ({ sparse: ['x'] });

function emitRow(k: Emitter, { out, x, events, ...args }: Args, product: Product, row: I32): void {
  const from = k.pointer('f32', k.let(x.plus(row.mul(args.inputs)).address));
  const to = k.pointer('f32', k.let(out.plus(row.mul(args.outputs)).address));
  const count = listEvents(k, from, args.inputs, events);
  forStrips(k, args, product, to, (sums, panels) =>
    forEvents(k, events, count, (input) => {
      const offset = k.let(input.mul(rowBytes(product.reading)));
      const rows = panels.map((panel) => panel.add(offset));
      addRow(k, product, sums, k.let(from.plus(input).splat()), rows);
    }),
  );
}

export const reference =
  (product: Product) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, x, weight, batch, inputs, outputs } = args;
    const byEvents = batch === 1 || x.filter((value) => value !== 0).length * FEW < x.length;
    for (let b = 0; b < batch; b++) {
      for (let o = 0; o < outputs; o++) {
        let sum = beginSumReference(product, args, o);
        for (let i = 0; i < inputs; i++) {
          const left = x[b * inputs + i];
          if (byEvents && left === 0) continue;
          sum = Math.fround(
            sum + Math.fround(left * asFloatReference(product.reading, weight, panelIndex(inputs, i, o))),
          );
        }
        out[b * outputs + o] = endSumReference(product, args, o, sum);
      }
    }
  };
