// f32_depthwise_conv2d: a convolution of every channel by itself (multiplier 1), NHWC; weight (ky, kx) x c in panels.
//
//   out[b, y, x, c] = f(bias[c] + sum over ky, kx of
//                       x[b, y strideHeight + ky - padTop, x strideWidth + kx - padLeft, c] W[(ky, kx)][c])
//
// Four output pixels at a time, lanes over channels. With padding one sample at a time is copied into a zero-bordered
// scratch image.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes } from '../../wasm/pointer.ts';
import type { F32 } from '../../wasm/values.ts';
import { beginSum, endSum, productKey, productVariants, withBias, type Product } from '../parts/product.ts';
import { rowBytes, weightParameters, type Reading } from '../parts/reading.ts';
import { borderedImage, imageSizes, paddedBorder, paddedElements, windowSizes } from '../parts/image.ts';
import { forPixels, forTaps, pixelReader } from '../twins/image.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Trials } from '../kernel.ts';
import { padded, panelIndex } from '../parts/panels.ts';
import { windowCases } from '../cases/window.ts';
import { multiplyWindowsByChannel } from '../parts/window-product.ts';
import { beginSumReference, endSumReference } from '../twins/product.ts';
import { asFloatReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  out: f32.out('batch', 'outHeight', 'outWidth', 'channels'),
  x: f32.in('batch', 'height', 'width', 'channels'),
  ...weightParameters(reading, 'channels', 'kernelHeight', 'kernelWidth'),
  bias: f32.in(padded('channels')),
  scratch: f32.scratch(paddedElements),
  batch: size,
  ...imageSizes,
  ...windowSizes,
});

export const f32_depthwise_conv2d = family('f32_depthwise_conv2d', productKey, (product: Product, name) =>
  kernel(name, withBias(parameters(product.reading), product), (k, args) => emit(k, args, product)),
);

export const variants = (): Product[] => productVariants();
export const trials = (): Trials => ({ cases: windowCases });

function emit(k: Emitter, args: Emitted<ReturnType<typeof parameters>>, product: Product): void {
  const { reading } = product;
  const { out, x, weight, bias, scratch, batch, height, width, channels, outHeight, outWidth } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const { pitch, load } = borderedImage(k, scratch, args, paddedBorder(args));
  const pixelBytes = k.let(channels.shl(2));
  const windowSteps = { columnStep: k.let(strideWidth.mul(pixelBytes)), rowStep: k.let(pitch.mul(strideHeight)) };
  const resultSteps = { columnStep: pixelBytes, rowStep: k.let(outWidth.mul(pixelBytes)) };
  const tapSteps = { columnStep: k.i32(rowBytes(reading)), rowStep: k.let(kernelWidth.mul(rowBytes(reading))) };
  const count = k.let(kernelHeight.mul(kernelWidth));
  const taps = { first: weight.address, ...tapSteps, count, reading };
  k.for(0, batch, 1, (b) => {
    const window = { first: load(x.plus(b.mul(height).mul(width).mul(channels)).address), ...windowSteps };
    const result = { first: out.plus(b.mul(outHeight).mul(outWidth).mul(channels)).address, ...resultSteps };
    multiplyWindowsByChannel(
      k,
      { rows: outHeight, columns: outWidth, window, result, kernelHeight, kernelWidth, channels, pitch },
      taps,
      (channel) => beginSum(product, bias, (values) => values.at(channel), zeros(k, channel)),
      (to, channel, sum) => to.at(channel).set(endSum(k, product, args, (values) => values.at(channel), sum)),
    );
  });
}

const zeros = (k: Emitter, { width }: Lanes): F32 => (width === 4 ? k.f32x4(0) : k.f32(0));

export const reference =
  (product: Product) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { out, x: image, weight, channels } = args;
    const taps = args.kernelHeight * args.kernelWidth;
    const pixel = pixelReader(image, args);
    forPixels(args, (b, y, x, index) => {
      for (let c = 0; c < channels; c++) {
        let sum = beginSumReference(product, args, c);
        forTaps(args, y, x, (inY, inX, tap) => {
          sum = Math.fround(
            sum +
              Math.fround(pixel(b, inY, inX, c) * asFloatReference(product.reading, weight, panelIndex(taps, tap, c))),
          );
        });
        out[index * channels + c] = endSumReference(product, args, c, sum);
      }
    });
  };
