// Bands of an image: output rows that learn together, and the input rows under their windows. Of a sample no more than
// a band stands in scratch memory: as floats, where the image is of bytes or is yet to be evaluated, and with a border.
// A gradient goes on from band to band in the order of the positions, so its bits are those of the whole image.

import { along, plus, times, view, type Affine, type LoopIndex, type View } from '../../../runtime/program/buffer.ts';
import { constant, toDim } from '../../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { PANEL } from '../../../runtime/simd/parts/panels.ts';
import type { ColumnRange } from '../../quantization/storage.ts';
import type { Sliding } from './sliding.ts';

/** Floats of scratch for a band of several rows: 32 KiB, a first-level cache. */
const BAND = 8192;

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

/** Records the bands of `x` and `dz`, of which `columns` are seen at a time; those of one size are a loop. */
export function forBands(
  p: Program,
  sizes: Sizes,
  { x, dz, columns }: { readonly x: Expression | null; readonly dz: Expression; readonly columns: number },
  record: (band: Band) => void,
): void {
  const { height, width, channels, outHeight, outWidth, kernelWidth, strideHeight, strideWidth } = sizes;
  const reach = (outWidth - 1) * strideWidth + kernelWidth;
  const hasBorder = sizes.padTop > 0 || sizes.padLeft > 0 || reach > width;
  const floats = (is: boolean, elements: number): number => (is ? elements : 0);
  const perRow =
    floats(isEvaluated(dz), outWidth * columns) +
    (x === null ? 0 : floats(isEvaluated(x), width * channels) + floats(hasBorder, reach * channels)) * strideHeight;
  const rows = perRow === 0 ? outHeight : Math.min(outHeight, Math.max(1, Math.floor(BAND / perRow)));

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
  const [all, width, channels] = (images.shape ?? []).slice(1).map(({ offset }) => offset);
  const { first: column, columns } = range ?? { first: 0, columns: channels };
  const first = plus(times(row, width * channels), column);
  if (images instanceof Tensor && images.isPlain && (range === undefined || channels % PANEL === 0)) {
    return [images.at(plus(along(sample, all * width * channels), first)), channels];
  }
  const stride = range === undefined ? channels : PANEL;
  const part = view(p.buffer({ name, role: 'scratch', shape: [height * width * stride] }));
  const place = { index: sample, channels, corner: { row, column } };
  const window = { rows: constant(height * width), columns: toDim(columns), first, sample: place };
  p.evaluate(images, part, window, stride, stride);
  return [part, stride];
}
