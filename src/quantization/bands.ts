// Bands of an image: output rows that learn together, and the input rows under their windows. Of a sample no more than
// a band stands in scratch memory: as floats, where the image is of bytes or is yet to be evaluated, and with a border.
// A gradient goes on from band to band in the order of the positions, so its bits are those of the whole image.

import { along, plus, times, view, type Affine, type LoopIndex, type View } from '../../runtime/program/buffer.ts';
import { capacity, constant, toDim, type Dim } from '../../runtime/program/dim.ts';
import { Tensor, type Expression, type Window, type WindowInSample } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import type { imageSizes, windowSizes } from '../../runtime/simd/parts/image.ts';
import type { ColumnRange } from './storage.ts';

/**
 * Floats of scratch for a band of several rows: 8 KiB, and less for what their windows reach beyond. Where a step is of
 * many samples, an image is little beside what these leave, so it is one band.
 */
const BAND = 2048;

/** An image and the windows over it, as kernels ask for them. */
export type WindowSizes = Readonly<Record<keyof typeof imageSizes | keyof typeof windowSizes, number>>;

/** Rows of an image, from `row` on. */
export interface Rows {
  readonly row: Affine | number;
  readonly height: number;
}

export interface Band {
  readonly sample: LoopIndex;
  readonly input: Rows;
  readonly output: Rows;
  /** What kernels ask for: the sizes of the band, as if it were an image. */
  readonly sizes: WindowSizes;
}

const isEvaluated = (image: Expression): boolean => !(image instanceof Tensor && image.isPlain);

/** What of an image is gone through: what comes in (null: nothing of it), and what stands at the output's positions. */
interface Through {
  readonly x: Expression | null;
  readonly y: Expression;
  /** Of y, seen at a time. */
  readonly columns: number;
}

const batchOf = ({ shape }: Expression): Dim => (shape ?? [])[0];

/** Output rows of a band: all, where nothing is copied, or there are many images. */
export function rowsOfBand(sizes: WindowSizes, { x, y, columns }: Through): number {
  const { width, channels, outHeight, outWidth, strideHeight } = sizes;
  const reach = (outWidth - 1) * sizes.strideWidth + sizes.kernelWidth;
  const isHigher = (outHeight - 1) * strideHeight + sizes.kernelHeight > sizes.height;
  const hasBorder = sizes.padTop > 0 || sizes.padLeft > 0 || isHigher || reach > width;
  const evaluated = (image: Expression, rowElements: number): number => (isEvaluated(image) ? rowElements : 0);
  const above = x === null ? 0 : evaluated(x, width * channels) + (hasBorder ? reach * channels : 0);
  const perRow = evaluated(y, outWidth * columns) + strideHeight * above;
  return capacity(batchOf(y)) > 1 ? outHeight : Math.min(outHeight, Math.max(1, Math.floor(BAND / perRow)));
}

/** Records sample by sample and band by band; those of one size are a loop. */
export function forBands(p: Program, sizes: WindowSizes, through: Through, record: (band: Band) => void): void {
  const { height, outHeight, strideHeight } = sizes;
  const rows = rowsOfBand(sizes, through);
  const isAlike = (a: Band, b: Band): boolean =>
    (['height', 'outHeight', 'padTop'] as const).every((size) => a.sizes[size] === b.sizes[size]);
  p.loop(batchOf(through.y), (sample) => {
    const bandAt = (row: number): Band => {
      const count = Math.min(rows, outHeight - row);
      const top = row * strideHeight - sizes.padTop;
      const first = Math.max(0, top);
      const last = Math.min(height, top + (count - 1) * strideHeight + sizes.kernelHeight);
      const input = { row: first, height: last - first };
      const own = { height: input.height, outHeight: count, padTop: first - top };
      return { sample, input, output: { row, height: count }, sizes: { ...sizes, ...own } };
    };
    for (let row = 0, count = 1; row < outHeight; row += count * rows, count = 1) {
      const first = bandAt(row);
      while (row + count * rows < outHeight && isAlike(first, bandAt(row + count * rows))) count++;
      if (count === 1) record(first);
      else {
        const moved = ({ row: from, height: of }: Rows, by: Affine): Rows => ({ row: plus(from, by), height: of });
        p.loop(count, (index) => {
          const input = moved(first.input, along(index, rows * strideHeight));
          record({ ...first, input, output: moved(first.output, along(index, rows)) });
        });
      }
    }
  });
}

/** Rows of a sample of [batch, height, width, channels], in a range of columns or in all. */
export function windowOf(
  images: Expression,
  index: LoopIndex,
  { row, height }: Rows,
  range?: ColumnRange,
): Window & { readonly sample: WindowInSample } {
  const [width, channels] = (images.shape ?? []).slice(2).map(({ offset }) => offset);
  const { first: column, columns } = range ?? { first: 0, columns: channels };
  return {
    rows: constant(height * width),
    columns: toDim(columns),
    first: plus(times(row, width * channels), column),
    sample: { index, channels, corner: { row, column } },
  };
}

/** Where they lie. */
export const placeOf = (image: Tensor, sample: LoopIndex, rows: Rows, range?: ColumnRange): View =>
  image.at(plus(along(sample, image.features.offset), windowOf(image, sample, rows, range).first));

/**
 * The same as floats, where they lie or evaluated into `name`, and floats from a pixel to the next; of a range of at
 * most eight columns, filled up with zeros, or of all.
 */
export function rowsOf(
  p: Program,
  name: string,
  images: Expression,
  sample: LoopIndex,
  rows: Rows,
  range?: ColumnRange,
): readonly [rows: View, stride: number] {
  const window = windowOf(images, sample, rows, range);
  const { channels } = window.sample;
  if (images instanceof Tensor && images.isPlain && !(range && channels % PANEL)) {
    return [placeOf(images, sample, rows, range), channels];
  }
  const stride = range ? PANEL : channels;
  const part = view(p.buffer({ name, role: 'scratch', shape: [window.rows.offset * stride] }));
  p.evaluate(images, part, window, stride, stride);
  return [part, stride];
}

/** Floats of scratch that begin as zeros. */
export function zeros(p: Program, name: string, elements: number): View {
  const sum = view(p.buffer({ name, role: 'scratch', shape: [elements] }));
  p.fill(sum, elements, 0);
  return sum;
}

/** dL/dz of a band, as `rowsOf` gives it; what it has over the positions is added to `sum`, the bias's gradient. */
export function deltaOf(
  p: Program,
  name: string,
  dz: Expression,
  { sample, output, sizes }: Band,
  sum: View | null,
  range?: ColumnRange,
): readonly [rows: View, stride: number] {
  const [part, stride] = rowsOf(p, `${name}/dz`, dz, sample, output, range);
  if (sum !== null) {
    const rows = output.height * sizes.outWidth;
    p.call(f32_sum_rows({ accumulate: true }), {
      out: sum,
      x: part,
      scale: 1,
      rows,
      columns: range ? PANEL : stride,
      stride,
    });
  }
  return [part, stride];
}
