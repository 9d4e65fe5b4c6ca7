// f32_conv2d: the forward pass of a convolution layer, NHWC; W in panels (panels.ts) with rows (ky, kx, ci), as its
// reading has it.
//
//   out[b, y, x, o] = f(bias[o] + sum over ky, kx, ci of
//                       x[b, y strideHeight + ky - padTop, x strideWidth + kx - padLeft, ci] W[(ky, kx, ci)][o])
//
// Sample by sample, panel by panel, four output pixels at a time, the whole depth in registers. There is no im2col: the
// windows are read where they lie. With padding one sample at a time is copied into a zero-bordered scratch image.

import type { Emitter } from '../../wasm/emitter.ts';
import { beginSum, endSum, productKey, productVariants, withBias, type Product } from '../parts/product.ts';
import { weightParameters, type Reading } from '../parts/reading.ts';
import { borderedImage, imageSizes, paddedBorder, paddedElements, windowSizes } from '../parts/image.ts';
import { forPixels, forTaps, pixelReader } from '../twins/image.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import { storeRow } from '../parts/tile.ts';
import { filterCases } from '../cases/window.ts';
import { multiplyWindows, weightRows } from '../parts/window-product.ts';
import { beginSumReference, endSumReference } from '../twins/product.ts';
import { asFloatReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  out: f32.out('batch', 'outHeight', 'outWidth', 'filters'),
  x: f32.in('batch', 'height', 'width', 'channels'),
  ...weightParameters(reading, 'filters', weightRows),
  bias: f32.in(padded('filters')),
  scratch: f32.scratch(paddedElements),
  batch: size,
  ...imageSizes,
  filters: size,
  ...windowSizes,
});

export const f32_conv2d = family('f32_conv2d', productKey, (product: Product, name) =>
  kernel(name, withBias(parameters(product.reading), product), (k, args) => emit(k, args, product)),
);

export const variants = (): Product[] => productVariants();
export const trials = (): Trials => ({ cases: filterCases });

function emit(k: Emitter, args: Emitted<ReturnType<typeof parameters>>, product: Product): void {
  const { out, x, weight, bias, scratch, batch, height, width, channels, outHeight, outWidth, filters } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const { pitch, load } = borderedImage(k, scratch, args, paddedBorder(args));
  const windowSteps = { columnStep: k.let(strideWidth.mul(channels).shl(2)), rowStep: k.let(pitch.mul(strideHeight)) };
  const resultSteps = { columnStep: k.let(filters.shl(2)), rowStep: k.let(outWidth.mul(filters).shl(2)) };
  const rows = k.let(kernelHeight.mul(kernelWidth).mul(channels));
  const outputs = k.let(outHeight.mul(outWidth).mul(filters));
  k.for(0, batch, 1, (b) => {
    const first = load(x.plus(b.mul(height).mul(width).mul(channels)).address);
    const sample = k.let(out.plus(b.mul(outputs)).address);
    k.for(0, filters, PANEL, (column) => {
      const columns = k.let(filters.sub(column));
      const window = { first, ...windowSteps };
      const result = { first: column.shl(2).add(sample), ...resultSteps };
      multiplyWindows(
        k,
        { rows: outHeight, columns: outWidth, window, result, kernelHeight, kernelWidth, channels, pitch },
        { address: k.let(weight.plus(rows.mul(column)).address), reading: product.reading },
        (half) => beginSum(product, bias, (values) => values.plus(column).vector(half * 4), k.f32x4(0)),
        (to, sums) => {
          const [low, high] = sums.map((sum, half) =>
            endSum(k, product, args, (values) => values.plus(column).vector(half * 4), sum),
          );
          storeRow(k, to, columns, [low, high]);
        },
      );
    });
  });
}

export const reference =
  (product: Product) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, x: image, weight, channels, filters } = args;
    const rows = args.kernelHeight * args.kernelWidth * channels;
    const pixel = pixelReader(image, args);
    forPixels(args, (b, y, x, index) => {
      for (let o = 0; o < filters; o++) {
        let sum = beginSumReference(product, args, o);
        forTaps(args, y, x, (inY, inX, tap) => {
          for (let c = 0; c < channels; c++) {
            const value = asFloatReference(product.reading, weight, panelIndex(rows, tap * channels + c, o));
            sum = Math.fround(sum + Math.fround(pixel(b, inY, inX, c) * value));
          }
        });
        out[index * filters + o] = endSumReference(product, args, o, sum);
      }
    });
  };
