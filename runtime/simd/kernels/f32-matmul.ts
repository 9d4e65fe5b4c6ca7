// f32_matmul: out = f(x W + b), the forward product of a dense layer; W in panels (panels.ts), as its reading has it.
//
// Panel by panel, four rows of x at a time, the whole depth in registers. A single row (learning one sample) is bound
// by reading W, so it takes four panels at once to keep eight sums in flight.

import type { Emitter } from '../../wasm/emitter.ts';
import { f32, family, kernel, size, type Emitted, type Referenced } from '../kernel.ts';
import { padded } from '../parts/panels.ts';
import { addRow, forStrips, tileProduct } from '../parts/product-columns.ts';
import { productKey, productVariants, withBias, type Product } from '../parts/product.ts';
import { rowBytes, weightParameters, type Reading } from '../parts/reading.ts';
import { matmulReference } from '../twins/product.ts';

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
      () => tileProduct(k, args, product),
    );
  });
});

export const variants = (): Product[] => productVariants();

function emitRow(k: Emitter, { x, inputs, ...args }: Args, product: Product): void {
  const { reading } = product;
  forStrips(k, { ...args, inputs }, product, args.out, (sums, panels) => {
    const address = k.var(x.address);
    const end = k.let(address.add(inputs.shl(2)));
    const b = panels.map((panel) => k.var(panel));
    k.while(
      () => address.lt(end),
      () => {
        addRow(k, product, sums, k.let(k.pointer('f32', address).splat()), b);
        for (const panel of b) panel.set(panel.add(rowBytes(reading)));
        address.set(address.add(4));
      },
    );
  });
}

export const reference =
  (product: Product) =>
  (args: Referenced<ReturnType<typeof parameters>>): void =>
    matmulReference(product, args);
