// f32_depthwise_conv2d_input_gradient: what a depthwise convolution hands to the layer before it.
//
//   dx[b, y, x, c] = sum over ky, kx of
//       dz[b, (y + padTop - ky) / strideHeight, (x + padLeft - kx) / strideWidth, c] W[(ky, kx)][c]
//
// over the taps for which both quotients are whole (stride-residues.ts): the forward product over dz, in a
// zero-bordered scratch image, with the weight read backwards.

import type { Emitter } from '../../wasm/emitter.ts';
import { borderedImage, imageSizes, windowSizes } from '../parts/image.ts';
import { forDeltas, forPixels, pixelReader } from '../twins/image.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { PANEL, panelIndex } from '../parts/panels.ts';
import { readingKey, rowBytes, weightParameters, type Reading } from '../parts/reading.ts';
import { deltaBorder, deltaElements, forResidues } from '../parts/stride-residues.ts';
import { sampleReadings } from '../cases/readings.ts';
import { windowCases } from '../cases/window.ts';
import { multiplyWindowsByChannel } from '../parts/window-product.ts';
import { asFloatReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  dx: f32.out('batch', 'height', 'width', 'channels'),
  dz: f32.in('batch', 'outHeight', 'outWidth', 'channels'),
  ...weightParameters(reading, 'channels', 'kernelHeight', 'kernelWidth'),
  scratch: f32.scratch((s: Sizes) => deltaElements(s, s.channels)),
  batch: size,
  ...imageSizes,
  ...windowSizes,
});

type Args = Emitted<ReturnType<typeof parameters>>;

export const f32_depthwise_conv2d_input_gradient = family(
  'f32_depthwise_conv2d_input_gradient',
  readingKey,
  (reading: Reading, name) => kernel(name, parameters(reading), (k, args) => emit(k, args, reading)),
);

export const variants = (): readonly Reading[] => sampleReadings;
export const trials = (): Trials => ({ cases: windowCases });

function emit(k: Emitter, args: Args, reading: Reading): void {
  const { dx, dz, weight, scale, scratch, batch, height, width, channels, outHeight, outWidth } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const deltaImage = { height: outHeight, width: outWidth, channels };
  const { pitch, load } = borderedImage(k, scratch, deltaImage, deltaBorder(args));
  const pixelBytes = k.let(channels.shl(2));
  const resultSteps = {
    columnStep: k.let(strideWidth.mul(pixelBytes)),
    rowStep: k.let(strideHeight.mul(width).mul(pixelBytes)),
  };
  const backwards = {
    columnStep: k.let(strideWidth.mul(-rowBytes(reading))),
    rowStep: k.let(strideHeight.mul(kernelWidth).mul(-rowBytes(reading))),
    count: k.let(kernelHeight.mul(kernelWidth)),
    reading,
  };
  k.for(0, batch, 1, (b) => {
    const image = load(dz.plus(b.mul(outHeight).mul(outWidth).mul(channels)).address);
    const sample = k.let(dx.plus(b.mul(height).mul(width).mul(channels)).address);
    forResidues(k, args, (vertical, horizontal) => {
      const window = vertical.dz.mul(pitch).add(horizontal.dz.mul(pixelBytes)).add(image);
      const result = vertical.first.mul(width).add(horizontal.first).mul(pixelBytes).add(sample);
      const tap = weight.plus(vertical.lastTap.mul(kernelWidth).add(horizontal.lastTap).mul(PANEL)).address;
      const grid = {
        rows: vertical.count,
        columns: horizontal.count,
        window: { first: window, columnStep: pixelBytes, rowStep: pitch },
        result: { first: result, ...resultSteps },
        kernelHeight: vertical.taps,
        kernelWidth: horizontal.taps,
        channels,
        pitch,
      };
      multiplyWindowsByChannel(
        k,
        grid,
        { first: k.let(tap), ...backwards },
        (channel) => (channel.width === 4 ? k.f32x4(0) : k.f32(0)),
        (to, channel, sum) => to.at(channel).set(reading.scaled ? sum.mul(scale.at(channel)) : sum),
      );
    });
  });
}

export const reference =
  (reading: Reading) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { dx, dz, weight, scale, batch, height, width, channels, outHeight, outWidth } = args;
    const taps = args.kernelHeight * args.kernelWidth;
    const pixel = pixelReader(dz, { height: outHeight, width: outWidth, channels });
    forPixels({ batch, outHeight: height, outWidth: width }, (b, y, x, index) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        forDeltas(args, y, x, (outY, outX, tap) => {
          sum = Math.fround(
            sum + Math.fround(pixel(b, outY, outX, c) * asFloatReference(reading, weight, panelIndex(taps, tap, c))),
          );
        });
        dx[index * channels + c] = reading.scaled ? Math.fround(sum * scale[c]) : sum;
      }
    });
  };
