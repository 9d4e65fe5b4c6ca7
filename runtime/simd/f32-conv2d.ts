// f32_conv2d
import type { Emitter } from '../wasm/emitter.ts';
import type { F32 } from '../wasm/values.ts';
import { unary, type UnaryName } from './elementwise.ts';
import { accumulateRuns, borderedImage, imageSizes, paddedBorder, paddedElements, walk, windowSizes } from './image.ts';
import { f32, family, kernel, size, type Emitted, type Sizes } from './kernel.ts';
import { PANEL, padded } from './panels.ts';
import { forTiles, openTile, storeRow } from './tile.ts';

const weightRows = (s: Sizes): number => s.kernelHeight * s.kernelWidth * s.channels;
const parameters = {
  out: f32.out('batch', 'outHeight', 'outWidth', 'filters'),
  x: f32.in('batch', 'height', 'width', 'channels'),
  weight: f32.in(weightRows, padded('filters')),
  bias: f32.in(padded('filters')),
  scratch: f32.scratch(paddedElements),
  batch: size, ...imageSizes, filters: size, ...windowSizes,
};

export const f32_conv2d = family('f32_conv2d', (a: UnaryName) => a, ['identity', 'relu', 'tanh'] as UnaryName[],
  (activation, name) => kernel(name, parameters, (k, args) => emit(k, args, activation)));

function emit(k: Emitter, args: Emitted<typeof parameters>, activation: UnaryName): void {
  const { out, x, weight, bias, scratch, batch, height, width, channels, outHeight, outWidth, filters } = args;
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = args;
  const bordered = borderedImage(k, scratch, args, paddedBorder(args));
  const run = k.let(kernelWidth.mul(channels));
  const rows = k.let(run.mul(kernelHeight));
  const skip = k.let(bordered.pitch.sub(run.shl(2)));
  const rowStep = k.let(bordered.pitch.mul(strideHeight));
  const columnStep = k.let(strideWidth.mul(channels).shl(2));
  const pixels = k.let(outHeight.mul(outWidth));
  const activate = (v: F32): F32 => unary[activation](k, v);
  k.for(0, batch, 1, (b) => {
    const first = bordered.load(x.plus(b.mul(height).mul(width).mul(channels)).address);
    const target = k.let(out.plus(b.mul(pixels).mul(filters)).address);
    k.for(0, filters, PANEL, (column) => {
      const columns = k.let(filters.sub(column));
      const panel = k.let(weight.plus(rows.mul(column)).address);
      const next = walk(k, { first, columnStep, rowStep }, outWidth);
      forTiles(k, pixels, (pixel, count) => {
        const sums = openTile(k, count, (_, half) => bias.plus(column).vector(half * 4));
        const a = Array.from({ length: count }, next);
        accumulateRuns(k, sums, { a, aStep: 4, b: k.var(panel), bStep: PANEL * 4 }, run, kernelHeight, skip);
        sums.forEach(([low, high], r) => {
          const to = k.pointer('f32', target).plus(pixel.add(r).mul(filters).add(column));
          storeRow(k, to, columns, [activate(low), activate(high)]);
        });
      });
    });
  });
}
