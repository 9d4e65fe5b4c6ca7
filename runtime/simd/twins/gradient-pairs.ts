// parts/gradient-pairs.ts in plain TypeScript: every gradient one after the other.

import type { Referenced } from '../kernel.ts';
import type { wholeFactors } from '../parts/gradient-pairs.ts';
import { forElements } from './gradient-tiles.ts';

/** Calls `spend` with each gradient, its element of the panels and its column. */
export function forWholeGradients(
  args: Omit<Referenced<typeof wholeFactors>, 'strip'>,
  spend: (gradient: number, at: number, column: number) => void,
): void {
  const { x, xZero, dz, batch, inputs, dzStride } = args;
  const factor = Math.fround(args.xScale * args.dzScale);
  const gradientOf = (i: number, o: number): number => {
    let sum = 0;
    for (let b = 0; b < batch; b++) sum += (x[b * inputs + i] - xZero) * dz[b * dzStride + o];
    return Math.fround(Math.fround(sum) * factor);
  };
  forElements(args, gradientOf, spend);
}
