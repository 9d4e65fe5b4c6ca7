// parts/gradient-tiles.ts in plain TypeScript: every gradient, of x^T dz or of a buffer, one after the other.

import type { Referenced } from '../kernel.ts';
import type { factors } from '../parts/gradient-tiles.ts';
import { PANEL, panelCount, panelElements, panelIndex } from '../parts/panels.ts';

/** Calls `spend` with each gradient, its element of the panels and its column. */
export function forGradients(
  { x, dz, batch, inputs, columns, dzStride }: Omit<Referenced<typeof factors>, 'strip'>,
  spend: (gradient: number, at: number, column: number) => void,
): void {
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < panelCount(columns) * PANEL; o++) {
      let gradient = 0;
      for (let b = 0; b < batch; b++) {
        const product = Math.fround(x[b * inputs + i] * dz[b * dzStride + o]);
        gradient = batch === 1 ? product : Math.fround(gradient + product);
      }
      spend(gradient, panelIndex(inputs, i, o), o);
    }
  }
}

interface GradientPanels {
  readonly gradient: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** The same of a gradient that is a buffer, in panels. */
export function forPanelGradients(
  { gradient, rows, columns }: GradientPanels,
  spend: (gradient: number, at: number, column: number) => void,
): void {
  for (let at = 0; at < panelElements(rows, columns); at++) {
    spend(gradient[at], at, Math.floor(at / (rows * PANEL)) * PANEL + (at % PANEL));
  }
}
