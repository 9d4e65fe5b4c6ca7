// Bands of an image: output rows that learn together, and the input rows under their windows. Of a sample no more than
// a band stands in scratch memory: as floats, where the image is of bytes or is yet to be evaluated, and with a border.
// A gradient goes on from band to band in the order of the positions, so its bits are those of the whole image.

import { along, plus, times, view, type Affine, type LoopIndex, type View } from '../../../runtime/program/buffer.ts';
import { capacity, constant, toDim } from '../../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { f32_sum_rows } from '../../../runtime/simd/kernels/f32-sum-rows.ts';
import type { Kernel } from '../../../runtime/simd/kernel.ts';
import { PANEL } from '../../../runtime/simd/parts/panels.ts';
import type { ColumnRange } from '../../quantization/storage.ts';
import type { ProductOperands } from './product.ts';
import type { Sliding } from './sliding.ts';

/**
 * Floats of scratch for a band of several rows: 8 KiB, and less for what their windows reach beyond. Where a step is of
 * many samples, an image is little beside what these leave, so it is one band.
 */
const BAND = 2048;

type Sizes = Sliding['sizes'];

/** Rows of an image, from `row` on. */
export interface Rows {
  readonly row: Affine | number;
  readonly height: number;
}

export interface Band {
  readonly input: Rows;
  readonly output: Rows;
  /** What kernels ask for: the sizes of the band, as if it were an image. */
  readonly sizes: Sizes;
}

const isEvaluated = (image: Expression): boolean => !(image instanceof Tensor && image.isPlain);

/** What of an image is gone through: what comes in (null: nothing of it), and what stands at the output's positions. */
interface Through {
  readonly x: Expression | null;
  readonly y: Expression;
  /** Of y, seen at a time. */
  readonly columns: number;
}

/** Output rows of a band: all, where nothing is copied, or there are many images. */
function rowsOfBand(sizes: Sizes, { x, y, columns }: Through): number {
  const { width, channels, outHeight, outWidth, strideHeight } = sizes;
  const reach = (outWidth - 1) * sizes.strideWidth + sizes.kernelWidth;
  const isHigher = (outHeight - 1) * strideHeight + sizes.kernelHeight > sizes.height;
  const hasBorder = sizes.padTop > 0 || sizes.padLeft > 0 || isHigher || reach > width;
  const evaluated = (image: Expression, rowElements: number): number => (isEvaluated(image) ? rowElements : 0);
  const above = x === null ? 0 : evaluated(x, width * channels) + (hasBorder ? reach * channels : 0);
  const perRow = evaluated(y, outWidth * columns) + strideHeight * above;
  const [batch] = y.shape ?? [];
  const isWhole = perRow === 0 || capacity(batch) > 1;
  return isWhole ? outHeight : Math.min(outHeight, Math.max(1, Math.floor(BAND / perRow)));
}

/** Records band by band; those of one size are a loop. */
export function forBands(p: Program, sizes: Sizes, through: Through, record: (band: Band) => void): void {
  const { height, outHeight, strideHeight } = sizes;
  const rows = rowsOfBand(sizes, through);
  const bandAt = (row: number): Band => {
    const count = Math.min(rows, outHeight - row);
    const top = row * strideHeight - sizes.padTop;
    const first = Math.max(0, top);
    const last = Math.min(height, top + (count - 1) * strideHeight + sizes.kernelHeight);
    const input = { row: first, height: last - first };
    const own = { height: input.height, outHeight: count, padTop: first - top };
    return { input, output: { row, height: count }, sizes: { ...sizes, ...own } };
  };
  const isAlike = (a: Band, b: Band): boolean =>
    (['height', 'outHeight', 'padTop'] as const).every((size) => a.sizes[size] === b.sizes[size]);
  for (let row = 0, count = 1; row < outHeight; row += count * rows, count = 1) {
    const first = bandAt(row);
    while (row + count * rows < outHeight && isAlike(first, bandAt(row + count * rows))) count++;
    if (count === 1) record(first);
    else {
      const moved = (part: Rows, stride: number, index: LoopIndex): Rows => ({
        ...part,
        row: plus(part.row, along(index, rows * stride)),
      });
      p.loop(count, (index) => {
        record({ ...first, input: moved(first.input, strideHeight, index), output: moved(first.output, 1, index) });
      });
    }
  }
}

/** Rows of a sample of [batch, height, width, channels], where they lie. */
function placeOf(image: Tensor, sample: LoopIndex, row: Affine | number): View {
  const [height, width, channels] = image.shape.slice(1).map(({ offset }) => offset);
  return image.at(plus(along(sample, height * width * channels), times(row, width * channels)));
}

/** Records a product of windows; where these reach over the border, of a band at a time, so that no image is copied. */
export function multiplyBands(
  p: Program,
  kernel: Kernel,
  { out, x, ...operands }: ProductOperands,
  sizes: Sizes,
): void {
  const through = { x, y: out, columns: 0 };
  if (rowsOfBand(sizes, through) === sizes.outHeight) return p.call(kernel, { out, x, ...operands });
  p.loop(x.batch, (sample) =>
    forBands(p, sizes, through, ({ input, output, sizes: own }) => {
      const [from, to] = [placeOf(x, sample, input.row), placeOf(out, sample, output.row)];
      p.call(kernel, { ...operands, out: to, x: from, batch: 1, ...own });
    }),
  );
}

/**
 * Rows of a sample of [batch, height, width, channels] as floats, where they lie or evaluated into `name`, and floats
 * from a pixel to the next; of a range of at most eight columns, filled up with zeros, or of all.
 */
export function rowsOf(
  p: Program,
  name: string,
  images: Expression,
  sample: LoopIndex,
  { row, height }: Rows,
  range?: ColumnRange,
): readonly [rows: View, stride: number] {
  const [, width, channels] = (images.shape ?? []).slice(1).map(({ offset }) => offset);
  const { first: column, columns } = range ?? { first: 0, columns: channels };
  if (images instanceof Tensor && images.isPlain && (range === undefined || channels % PANEL === 0)) {
    const { buffer, offset } = placeOf(images, sample, row);
    return [view(buffer, plus(offset, column)), channels];
  }
  const first = plus(times(row, width * channels), column);
  const stride = range === undefined ? channels : PANEL;
  const part = view(p.buffer({ name, role: 'scratch', shape: [height * width * stride] }));
  const place = { index: sample, channels, corner: { row, column } };
  const window = { rows: constant(height * width), columns: toDim(columns), first, sample: place };
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
  sample: LoopIndex,
  { output, sizes }: Band,
  sum: View | null,
  range?: ColumnRange,
): readonly [rows: View, stride: number] {
  const [part, stride] = rowsOf(p, `${name}/dz`, dz, sample, output, range);
  if (sum !== null) {
    const { offset: channels } = (dz.shape ?? [])[3];
    const columns = range === undefined ? channels : PANEL;
    const rows = output.height * sizes.outWidth;
    p.call(f32_sum_rows({ accumulate: true }), { out: sum, x: part, scale: 1, rows, columns, stride });
  }
  return [part, stride];
}
