// Cells of an image: a grid of at most so many a side, and the mean of each channel in each cell. A local target for
// these asks of a filter what it finds in a region, where one for each pixel asks the same filter for as many unlike
// answers as there are pixels, of which the mean is all it can learn.

import { constant } from '../../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import { Cells } from '../../../runtime/program/leaves.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { f32_average_pool } from '../../../runtime/simd/kernels/f32-average-pool.ts';
import { slide } from '../../layers/parts/sliding.ts';

export interface CellMeans {
  /** [batch, cells down, cells across, channels]. */
  readonly means: Tensor;
  /** dL/d(image) from dL/d(mean) of each cell, where a cell counts by the share of it that lies in the image. */
  spread(delta: Expression): Expression;
}

/** Records the means of `image`, [batch, height, width, channels], in a grid of at most `most` cells a side. */
export function cellMeans(p: Program, name: string, image: Tensor, most: number): CellMeans {
  const [height, width, channels] = image.shape.slice(1).map(({ offset }) => offset);
  const window = [Math.ceil(height / most), Math.ceil(width / most)] as const;
  const { outputSize, sizes } = slide([height, width, channels], { name, window, stride: window, padding: 'same' });
  const shape = [image.batch, ...outputSize.map(constant), constant(channels)];
  const means = p.tensor({ name: `${name}/cells`, role: 'scratch', shape });
  const x = p.materialize(`${name}/image`, image);
  p.call(f32_average_pool, { out: means, x, batch: image.batch, ...sizes });
  const [cellHeight, cellWidth] = window;
  const grid = { height, width, cellHeight, cellWidth, top: sizes.padTop, left: sizes.padLeft };
  return {
    means,
    spread(delta) {
      p.write(means, delta.over(cellHeight * cellWidth));
      return new Cells(means, grid);
    },
  };
}
