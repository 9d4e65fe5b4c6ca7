// Products of windows band by band (quantization/bands.ts), where an image is too large to be copied.

import type { Program } from '../../../runtime/program/program.ts';
import type { Kernel } from '../../../runtime/simd/kernel.ts';
import { forBands, placeOf, rowsOfBand, type WindowSizes } from '../../quantization/bands.ts';
import type { ProductOperands } from './product.ts';

/** Records a product of windows; where these reach over the border, of a band at a time, so that no image is copied. */
export function multiplyBands(
  p: Program,
  kernel: Kernel,
  { out, x, ...operands }: ProductOperands,
  sizes: WindowSizes,
): void {
  const through = { x, y: out, columns: 0 };
  if (rowsOfBand(sizes, through) === sizes.outHeight) return p.call(kernel, { out, x, ...operands });
  forBands(p, sizes, through, ({ sample, input, output, sizes: own }) => {
    const [from, to] = [placeOf(x, sample, input), placeOf(out, sample, output)];
    p.call(kernel, { ...operands, out: to, x: from, batch: 1, ...own });
  });
}
