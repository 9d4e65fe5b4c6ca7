// f32_matmul_rows: out = f(x W + b) by some rows of a weight that follow one another: what a tile of an array adds to a
// product. `weight` stands at the first of them in the first panel; a panel has `pitch` rows.

import { f32, family, kernel, pointers, size, type Referenced, type Sizes } from '../kernel.ts';
import { padded, PANEL, panelCount } from '../parts/panels.ts';
import { tileProduct } from '../parts/product-columns.ts';
import { productKey, productVariants, withBias, type Product } from '../parts/product.ts';
import { weightParameters, type Reading } from '../parts/reading.ts';
import { matmulReference } from '../twins/product.ts';

const reach = ({ pitch, inputs, outputs }: Sizes): number => ((panelCount(outputs) - 1) * pitch + inputs) * PANEL;

const parameters = (reading: Reading) => ({
  out: f32.out('batch', 'outputs'),
  x: f32.in('batch', 'inputs'),
  ...weightParameters(reading, 'outputs'),
  weight: pointers(reading.element).in(reach),
  bias: f32.in(padded('outputs')),
  batch: size,
  inputs: size,
  outputs: size,
  pitch: size,
});

export const f32_matmul_rows = family('f32_matmul_rows', productKey, (product: Product, name) =>
  kernel(name, withBias(parameters(product.reading), product), (k, args) => tileProduct(k, args, product)),
);

export const variants = (): Product[] => productVariants().slice(-2);

export const reference =
  (product: Product) =>
  (args: Referenced<ReturnType<typeof parameters>>): void =>
    matmulReference(product, args, args.pitch);
