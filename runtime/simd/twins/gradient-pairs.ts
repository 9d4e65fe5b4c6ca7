// parts/gradient-pairs.ts in plain TypeScript: every gradient one after the other.

import type { Referenced } from '../kernel.ts';
import type { wholeFactors } from '../parts/gradient-pairs.ts';
import { PANEL, panelCount, panelIndex } from '../parts/panels.ts';

/** Calls `spend` with each gradient, its element of the panels and its column. */
export function forWholeGradients(
  { x, xScale, xZero, dz, dzScale, batch, inputs, columns, dzStride }: Omit<Referenced<typeof wholeFactors>, 'strip'>,
  spend: (gradient: number, at: number, column: number) => void,
): void {
  const factor = Math.fround(xScale * dzScale);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < panelCount(columns) * PANEL; o++) {
      let sum = 0;
      for (let b = 0; b < batch; b++) sum += (x[b * inputs + i] - xZero) * dz[b * dzStride + o];
      spend(Math.fround(Math.fround(sum) * factor), panelIndex(inputs, i, o), o);
    }
  }
}
