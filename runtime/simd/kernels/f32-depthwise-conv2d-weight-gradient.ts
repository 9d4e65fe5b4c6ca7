// f32_depthwise_conv2d_weight_gradient: adds a batch's gradient to that of a depthwise convolution's weight.
//
//   gradient[(ky, kx)][c] += sum over b, y, x of
//       x[b, y strideHeight + ky - padTop, x strideWidth + kx - padLeft, c] dz[b, y, x, c]
//
// The gradient is in panels. Row by row of dz, four taps at a time, lanes over channels. With padding one sample at
// a time is copied into a zero-bordered scratch image.

import type { F32 } from '../../wasm/values.ts';
import { borderedImage, imageSizes, paddedBorder, paddedElements, walk, windowSizes } from '../parts/image.ts';
import { forPixels, forTaps, pixelReader } from '../twins/image.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { PANEL, padded, panelIndex } from '../parts/panels.ts';
import { forTiles } from '../parts/tile.ts';
import { windowCases } from '../cases/window.ts';
import { columnStart } from '../parts/window-product.ts';

const parameters = {
  gradient: f32.inOut('kernelHeight', 'kernelWidth', padded('channels')),
  x: f32.in('batch', 'height', 'width', 'channels'),
  dz: f32.in('batch', 'outHeight', 'outWidth', 'channels'),
  scratch: f32.scratch(paddedElements),
  batch: size,
  ...imageSizes,
  ...windowSizes,
};

const name = 'f32_depthwise_conv2d_weight_gradient';

export const f32_depthwise_conv2d_weight_gradient = kernel(name, parameters, (k, args) => {
  const { gradient, x, dz, scratch, batch, height, width, channels, outHeight, outWidth } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const { pitch, load } = borderedImage(k, scratch, args, paddedBorder(args));
  const pixelBytes = k.let(channels.shl(2));
  const rowStep = k.let(pitch.mul(strideHeight));
  const columnStep = k.let(strideWidth.mul(channels));
  const tapCount = k.let(kernelHeight.mul(kernelWidth));
  const deltaRow = k.var(dz.address);
  k.for(0, batch, 1, (b) => {
    const row = k.var(load(x.plus(b.mul(height).mul(width).mul(channels)).address));
    k.for(0, outHeight, 1, () => {
      const tap = walk(k, { first: row, columnStep: pixelBytes, rowStep: pitch }, kernelWidth);
      forTiles(k, tapCount, (first, taps) => {
        const inputs = Array.from({ length: taps }, () => k.pointer('f32', tap()));
        k.lanes(channels, (channel) => {
          const start = k.let(columnStart(tapCount, channel.index).add(first.mul(PANEL)));
          const targets = inputs.map((_, t) => gradient.plus(t * PANEL).at({ ...channel, index: start }));
          const sums = targets.map((target) => k.var<F32>(target));
          const [from, to] = [k.var(channel.index), k.var(channel.index)];
          k.for(0, outWidth, 1, () => {
            const right = k.let(k.pointer('f32', deltaRow).at({ ...channel, index: to }));
            for (let t = taps - 1; t >= 0; t--) {
              sums[t].set(sums[t].multiplyAdd(inputs[t].at({ ...channel, index: from }), right));
            }
            from.set(from.add(columnStep));
            to.set(to.add(channels));
          });
          for (const [t, sum] of sums.entries()) targets[t].set(sum);
        });
      });
      row.set(row.add(rowStep));
      deltaRow.set(deltaRow.add(outWidth.mul(pixelBytes)));
    });
  });
});

export const trials = (): Trials => ({ cases: windowCases });

export function reference(args: Referenced<typeof parameters>): void {
  const { gradient, x: image, dz, channels } = args;
  const taps = args.kernelHeight * args.kernelWidth;
  const pixel = pixelReader(image, args);
  forPixels(args, (b, y, x, index) => {
    forTaps(args, y, x, (inY, inX, tap) => {
      for (let c = 0; c < channels; c++) {
        gradient[panelIndex(taps, tap, c)] += Math.fround(pixel(b, inY, inX, c) * dz[index * channels + c]);
      }
    });
  });
}
