// The goodness of a unit on each sample: the sum of the squares of its outputs, or their mean.

import { fixed } from '../../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../../runtime/program/expression.ts';
import type { PerSample } from '../../../runtime/program/leaves.ts';
import type { Program } from '../../../runtime/program/program.ts';

export type Goodness = 'sum' | 'mean';

/** How many outputs a sample has. */
export const unitsOf = (y: Tensor): number => fixed(y.features, `what makes '${y.buffer.name}' good`);

export const goodnessOf = (p: Program, name: string, y: Tensor, goodness: Goodness): PerSample =>
  p.rowSum(`${name}/goodness`, goodness === 'sum' ? y.map('square') : y.map('square').over(unitsOf(y)));

/** dL/dy from dL/dG. */
export const throughGoodness = (y: Tensor, slope: Expression, goodness: Goodness): Expression =>
  y.times(slope.times(goodness === 'sum' ? 2 : 2 / unitsOf(y)));
