// i8_conv2d: the forward pass of a convolution layer on int8 activations and int8 or int4 weights, summed in integers,
// NHWC; W in panels (panels.ts) with rows (ky, kx, ci). The equation is f32_conv2d's, the end that of
// parts/requantize.ts.
//
// Output row by output row, panel by panel, four output pixels at a time (parts/integer-tile.ts); the rows under the
// windows stand widened in a ring (parts/ring.ts), so no image is copied.

import { filterCases } from '../cases/window.ts';
import { family, i16, i8, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { accumulatePairs, openIntegerTile } from '../parts/integer-tile.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import {
  integerProductKey,
  integerProductVariants,
  productColumns,
  quantizedFloats,
  quantizedOutput,
  quantizedSizes,
  sumStore,
  type IntegerProduct,
} from '../parts/requantize.ts';
import { ring, ringElements, windowStep } from '../parts/ring.ts';
import { forTiles } from '../parts/tile.ts';
import { weightRows } from '../parts/window-product.ts';
import { forPixels, forTaps, integerReader } from '../twins/image.ts';
import { requantizeReference } from '../twins/requantize.ts';
import { wholeNumbers } from '../twins/rounding.ts';

const parameters = (product: IntegerProduct) => ({
  ...quantizedOutput(product.output, 'batch', 'outHeight', 'outWidth', 'filters'),
  x: i8.in('batch', 'height', 'width', 'channels'),
  weight: pointers(product.element).in(weightRows, padded('filters')),
  ...productColumns(product, 'filters'),
  factors: i16.scratch(ringElements),
  batch: size,
  ...imageSizes,
  filters: size,
  ...windowSizes,
});

export const i8_conv2d = family('i8_conv2d', integerProductKey, (product: IntegerProduct, name) =>
  kernel(name, parameters(product), (k, args) => {
    const { out, x, weight, factors, xZero, batch, height, width, channels } = args;
    const { outHeight, outWidth, filters, kernelHeight, kernelWidth } = args;
    const { store, finish } = sumStore(k, product, args);
    const { begin, load, next } = ring(k, factors, args, xZero);
    const step = k.let(windowStep(args));
    const run = k.let(kernelWidth.mul(channels));
    const rows = k.let(kernelHeight.mul(run));
    k.for(0, batch, 1, (b) => {
      begin(x.plus(b.mul(height).mul(width).mul(channels)));
      k.for(0, outHeight, 1, (outY) => {
        const top = load(outY);
        const pixel = k.let(b.mul(outHeight).add(outY).mul(outWidth));
        k.for(0, filters, PANEL, (column) => {
          const storeSums = store(column, k.let(filters.sub(column)));
          const panel = k.let(weight.plus(rows.mul(column)).address);
          forTiles(k, outWidth, (outX, count) => {
            const sums = openIntegerTile(k, count);
            const right = k.var(panel);
            const first = k.let(outX.mul(step));
            const row = k.var(top);
            k.for(0, kernelHeight, 1, () => {
              const left = k.let(row.add(first));
              const a = Array.from({ length: count }, (_, i) => k.var(left.add(step.mul(i))));
              accumulatePairs(k, sums, { a, b: [right], element: product.element }, run);
              row.set(next(row));
            });
            sums.forEach((sum, i) => storeSums(out.plus(pixel.add(outX).add(i).mul(filters).add(column)), sum));
          });
        });
      });
    });
    finish();
  }),
);

export const variants = integerProductVariants;
export const trials = (): Trials => ({
  floats: quantizedFloats,
  cases: filterCases.map((sizes) => ({ ...sizes, ...quantizedSizes })),
});

export const reference =
  (product: IntegerProduct) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, weight, channels, filters } = args;
    const rows = args.kernelHeight * args.kernelWidth * channels;
    const pixel = integerReader(args);
    const whole = wholeNumbers(product.element, weight);
    const requantize = requantizeReference(product, args);
    forPixels(args, (b, y, x, index) => {
      for (let o = 0; o < filters; o++) {
        let sum = 0;
        forTaps(args, y, x, (inY, inX, tap) => {
          for (let c = 0; c < channels; c++) {
            sum += pixel(b, inY, inX, c) * whole.at(panelIndex(rows, tap * channels + c, o));
          }
        });
        out[index * filters + o] = requantize(sum, o);
      }
    });
  };
