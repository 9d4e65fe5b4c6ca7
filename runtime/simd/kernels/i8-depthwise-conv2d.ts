// i8_depthwise_conv2d: a convolution of every channel by itself on int8 activations and int8 or int4 weights,
// summed in integers, NHWC; weight (ky, kx) x c in panels. The equation is f32_depthwise_conv2d's, the end that of
// parts/requantize.ts.
//
// Output row by output row, eight channels of four output pixels at a time, two taps of a row at a time: those of the
// weight are zipped once, those of the pixels each time. The rows stand widened in a ring (parts/ring.ts).

import { windowCases } from '../cases/window.ts';
import { family, i16, i8, kernel, pointers, size, type Referenced, type Trials } from '../kernel.ts';
import { imageSizes, windowSizes } from '../parts/image.ts';
import { accumulatePairs, FACTOR, openIntegerTile } from '../parts/integer-tile.ts';
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
import { forPixels, forTaps, integerReader } from '../twins/image.ts';
import { requantizeReference } from '../twins/requantize.ts';
import { wholeNumbers } from '../twins/rounding.ts';

const parameters = (product: IntegerProduct) => ({
  ...quantizedOutput(product.output, 'batch', 'outHeight', 'outWidth', 'channels'),
  x: i8.in('batch', 'height', 'width', 'channels'),
  weight: pointers(product.element).in('kernelHeight', 'kernelWidth', padded('channels')),
  ...productColumns(product, 'channels'),
  factors: i16.scratch(ringElements),
  batch: size,
  ...imageSizes,
  ...windowSizes,
});

export const i8_depthwise_conv2d = family('i8_depthwise_conv2d', integerProductKey, (product: IntegerProduct, name) =>
  kernel(name, parameters(product), (k, args) => {
    const { out, x, weight, factors, xZero, batch, height, width, channels } = args;
    const { outHeight, outWidth, kernelHeight, kernelWidth } = args;
    const { store, finish } = sumStore(k, product, args);
    const { begin, load, next } = ring(k, factors, args, xZero);
    const step = k.let(windowStep(args));
    const taps = k.let(kernelHeight.mul(kernelWidth));
    k.for(0, batch, 1, (b) => {
      begin(x.plus(b.mul(height).mul(width).mul(channels)));
      k.for(0, outHeight, 1, (outY) => {
        const top = load(outY);
        const pixel = k.let(b.mul(outHeight).add(outY).mul(outWidth));
        k.for(0, channels, PANEL, (column) => {
          const storeSums = store(column, k.let(channels.sub(column)));
          const panel = k.let(weight.plus(taps.mul(column)).address);
          forTiles(k, outWidth, (outX, count) => {
            const sums = openIntegerTile(k, count);
            const b = [k.var(panel)];
            const first = k.let(outX.mul(step).add(column.mul(FACTOR)));
            const row = k.var(top);
            k.for(0, kernelHeight, 1, () => {
              const left = k.let(row.add(first));
              const a = Array.from({ length: count }, (_, i) => k.var(left.add(step.mul(i))));
              accumulatePairs(
                k,
                sums,
                { a, aPitch: channels, byColumn: true, b, element: product.element },
                kernelWidth,
              );
              row.set(next(row));
            });
            sums.forEach((sum, i) => storeSums(out.plus(pixel.add(outX).add(i).mul(channels).add(column)), sum));
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
  cases: windowCases.map((sizes) => ({ ...sizes, ...quantizedSizes })),
});

export const reference =
  (product: IntegerProduct) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, weight, channels } = args;
    const taps = args.kernelHeight * args.kernelWidth;
    const pixel = integerReader(args);
    const whole = wholeNumbers(product.element, weight);
    const requantize = requantizeReference(product, args);
    forPixels(args, (b, y, x, index) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        forTaps(args, y, x, (inY, inX, tap) => {
          sum += pixel(b, inY, inX, c) * whole.at(panelIndex(taps, tap, c));
        });
        out[index * channels + c] = requantize(sum, c);
      }
    });
  };
