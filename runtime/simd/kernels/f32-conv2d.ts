// f32_conv2d: the forward pass of a convolution layer, NHWC; W in panels (panels.ts) with rows (ky, kx, ci).
//
//   out[b, y, x, o] = f(bias[o] + sum over ky, kx, ci of
//                       x[b, y strideHeight + ky - padTop, x strideWidth + kx - padLeft, ci] W[(ky, kx, ci)][o])
//
// Sample by sample, panel by panel, four output pixels at a time, the whole depth in registers. There is no im2col: the
// windows are read where they lie. With padding one sample at a time is copied into a zero-bordered scratch image.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32 } from '../../wasm/values.ts';
import { activateInTile, activateStored } from '../parts/activate.ts';
import { productKey, productVariants, withBias, type ProductEpilogue } from '../parts/product.ts';
import { unaryReference } from '../twins/elementwise.ts';
import { borderedImage, imageSizes, paddedBorder, paddedElements, windowSizes } from '../parts/image.ts';
import { forPixels, forTaps, pixelReader } from '../twins/image.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import { storeRow } from '../parts/tile.ts';
import { filterCases } from '../cases/window.ts';
import { multiplyWindows, weightRows } from '../parts/window-product.ts';

const parameters = {
  out: f32.out('batch', 'outHeight', 'outWidth', 'filters'),
  x: f32.in('batch', 'height', 'width', 'channels'),
  weight: f32.in(weightRows, padded('filters')),
  bias: f32.in(padded('filters')),
  scratch: f32.scratch(paddedElements),
  batch: size,
  ...imageSizes,
  filters: size,
  ...windowSizes,
};

export const f32_conv2d = family('f32_conv2d', productKey, (epilogue: ProductEpilogue, name) =>
  kernel(name, withBias(parameters, epilogue), (k, args) => emit(k, args, epilogue)),
);

export const variants = (): ProductEpilogue[] => productVariants();
export const trials = (): Trials => ({ cases: filterCases });

function emit(k: Emitter, args: Emitted<typeof parameters>, { activation, start }: ProductEpilogue): void {
  const { out, x, weight, bias, scratch, batch, height, width, channels, outHeight, outWidth, filters } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const { pitch, load } = borderedImage(k, scratch, args, paddedBorder(args));
  const windowSteps = { columnStep: k.let(strideWidth.mul(channels).shl(2)), rowStep: k.let(pitch.mul(strideHeight)) };
  const resultSteps = { columnStep: k.let(filters.shl(2)), rowStep: k.let(outWidth.mul(filters).shl(2)) };
  const rows = k.let(kernelHeight.mul(kernelWidth).mul(channels));
  const outputs = k.let(outHeight.mul(outWidth).mul(filters));
  const activate = (sum: F32): F32 => activateInTile(k, activation, sum);
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
        k.let(weight.plus(rows.mul(column)).address),
        (half) => (start === 'bias' ? bias.plus(column).vector(half * 4) : k.f32x4(0)),
        (to, [low, high]) => storeRow(k, to, columns, [activate(low), activate(high)]),
      );
    });
    activateStored(k, activation, k.pointer('f32', sample), outputs);
  });
}

export const reference =
  ({ activation, start }: ProductEpilogue) =>
  (args: Referenced<typeof parameters>): void => {
    const { out, x: image, weight, bias, channels, filters } = args;
    const rows = args.kernelHeight * args.kernelWidth * channels;
    const pixel = pixelReader(image, args);
    forPixels(args, (b, y, x, index) => {
      for (let o = 0; o < filters; o++) {
        let sum = start === 'bias' ? bias[o] : 0;
        forTaps(args, y, x, (inY, inX, tap) => {
          for (let c = 0; c < channels; c++) {
            const product = Math.fround(pixel(b, inY, inX, c) * weight[panelIndex(rows, tap * channels + c, o)]);
            sum = Math.fround(sum + product);
          }
        });
        out[index * filters + o] = unaryReference[activation](sum);
      }
    });
  };
