// f32_conv2d_input_gradient: what a convolution hands to the layer before it.
//
//   dx[b, y, x, ci] = sum over ky, kx, o of
//       dz[b, (y + padTop - ky) / strideHeight, (x + padLeft - kx) / strideWidth, o] W[(ky, kx, ci)][o]
//
// over the taps for which both quotients are whole (stride-residues.ts). Eight input channels at a time: their weights
// become a panel with rows (taps falling, o), by which the dz of every sample, in a zero-bordered scratch image, is
// multiplied as in the forward pass.

import type { Emitter } from '../../wasm/emitter.ts';
import type { I32 } from '../../wasm/values.ts';
import { borderedImage, imageSizes, windowSizes } from '../parts/image.ts';
import { forDeltas, forPixels, pixelReader } from '../twins/image.ts';
import { f32, family, kernel, size, type Emitted, type Referenced, type Sizes, type Trials } from '../kernel.ts';
import { PANEL, panelIndex } from '../parts/panels.ts';
import { meant, PLAIN, readingKey, weightParameters, type Reading } from '../parts/reading.ts';
import { deltaBorder, deltaElements, forResidues, type Residue } from '../parts/stride-residues.ts';
import { storeRow } from '../parts/tile.ts';
import { sampleReadings } from '../cases/readings.ts';
import { filterCases } from '../cases/window.ts';
import { multiplyWindows, weightRows } from '../parts/window-product.ts';
import { meantReference } from '../twins/reading.ts';

const parameters = (reading: Reading) => ({
  dx: f32.out('batch', 'height', 'width', 'channels'),
  dz: f32.in('batch', 'outHeight', 'outWidth', 'filters'),
  ...weightParameters(reading, 'filters', weightRows),
  scratch: f32.scratch((s: Sizes) => deltaElements(s, s.filters)),
  transposed: f32.scratch('kernelHeight', 'kernelWidth', 'filters', PANEL),
  batch: size,
  ...imageSizes,
  filters: size,
  ...windowSizes,
});

type Args = Emitted<ReturnType<typeof parameters>>;

export const f32_conv2d_input_gradient = family('f32_conv2d_input_gradient', readingKey, (reading: Reading, name) =>
  kernel(name, parameters(reading), (k, args) => emit(k, args, reading)),
);

export const variants = (): readonly Reading[] => sampleReadings;
export const trials = (): Trials => ({ cases: filterCases });

function emit(k: Emitter, args: Args, reading: Reading): void {
  const { dx, dz, scratch, transposed, batch, height, width, channels, outHeight, outWidth, filters } = args;
  const deltaImage = { height: outHeight, width: outWidth, channels: filters };
  const { pitch, load } = borderedImage(k, scratch, deltaImage, deltaBorder(args));
  const pixelBytes = k.let(filters.shl(2));
  const resultSteps = {
    columnStep: k.let(args.strideWidth.mul(channels).shl(2)),
    rowStep: k.let(args.strideHeight.mul(width).mul(channels).shl(2)),
  };
  k.for(0, channels, PANEL, (channel) => {
    const columns = k.let(channels.sub(channel));
    transposePanel(k, args, reading, channel);
    k.for(0, batch, 1, (b) => {
      const image = load(dz.plus(b.mul(outHeight).mul(outWidth).mul(filters)).address);
      const sample = k.let(dx.plus(b.mul(height).mul(width).mul(channels).add(channel)).address);
      const first = k.var(transposed.address);
      const panel = k.pointer('f32', first);
      forResidues(k, args, (vertical, horizontal) => {
        const window = vertical.dz.mul(pitch).add(horizontal.dz.mul(pixelBytes)).add(image);
        const result = vertical.first.mul(width).add(horizontal.first).mul(channels).shl(2).add(sample);
        const grid = {
          rows: vertical.count,
          columns: horizontal.count,
          window: { first: window, columnStep: pixelBytes, rowStep: pitch },
          result: { first: result, ...resultSteps },
          kernelHeight: vertical.taps,
          kernelWidth: horizontal.taps,
          channels: filters,
          pitch,
        };
        multiplyWindows(
          k,
          grid,
          { address: panel.address, reading: PLAIN },
          () => k.f32x4(0),
          (to, sums) => storeRow(k, to, columns, sums),
        );
        first.set(
          first.add(
            vertical.taps
              .mul(horizontal.taps)
              .mul(filters)
              .mul(PANEL * 4),
          ),
        );
      });
    });
  });
}

/**
 * Eight rows of every tap from `channel` on, as columns, residue by residue; the last row stands in for missing ones.
 */
function transposePanel(k: Emitter, args: Args, reading: Reading, channel: I32): void {
  const { element, scaled } = reading;
  const { weight, scale, transposed, channels, filters, kernelHeight, kernelWidth } = args;
  const last = k.let(channels.sub(channel).sub(1));
  const rows = Array.from({ length: PANEL }, (_, row) => k.let(last.lt(row).selectInt(last, row).mul(PANEL)));
  const panelRows = k.let(kernelHeight.mul(kernelWidth).mul(channels));
  const to = k.var(transposed.address);
  forResidues(k, args, (vertical, horizontal) => {
    forTapsFalling(k, vertical, args.strideHeight, (ky) => {
      forTapsFalling(k, horizontal, args.strideWidth, (kx) => {
        const first = k.let(ky.mul(kernelWidth).add(kx).mul(channels).add(channel).mul(PANEL));
        k.for(0, filters, 1, (o) => {
          const panel = o.and(-PANEL).mul(panelRows);
          const from = k.pointer(element, k.let(weight.plus(panel.add(first)).address));
          const [column, factor] = [k.let(o.and(PANEL - 1)), scaled ? k.let(scale.at(o)) : null];
          for (const [at, row] of rows.entries())
            k.pointer('f32', to)
              .at(at)
              .set(meant(from.at(row.add(column)), reading, factor));
          to.set(to.add(PANEL * 4));
        });
      });
    });
  });
}

function forTapsFalling(k: Emitter, { taps, lastTap }: Residue, stride: I32, body: (tap: I32) => void): void {
  const tap = k.var(lastTap);
  k.for(0, taps, 1, () => {
    body(tap);
    tap.set(tap.sub(stride));
  });
}

export const reference =
  (reading: Reading) =>
  (args: Referenced<ReturnType<typeof parameters>>): void => {
    const { dx, dz, weight, scale, batch, height, width, channels, outHeight, outWidth, filters } = args;
    const rows = args.kernelHeight * args.kernelWidth * channels;
    const pixel = pixelReader(dz, { height: outHeight, width: outWidth, channels: filters });
    forPixels({ batch, outHeight: height, outWidth: width }, (b, y, x, index) => {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        forDeltas(args, y, x, (outY, outX, tap) => {
          for (let o = 0; o < filters; o++) {
            const value = meantReference(reading, { weight, scale }, panelIndex(rows, tap * channels + c, o), o);
            sum = Math.fround(sum + Math.fround(pixel(b, outY, outX, o) * value));
          }
        });
        dx[index * channels + c] = sum;
      }
    });
  };
