// parts/gradient-tiles.ts in plain TypeScript: every gradient, of x^T dz or of a buffer, one after the other.

import type { Referenced } from '../kernel.ts';
import type { factors } from '../parts/gradient-tiles.ts';
import { PANEL, panelCount, panelElements, panelIndex } from '../parts/panels.ts';

/** With each gradient, its element of the panels and its column. */
type Spend = (gradient: number, at: number, column: number) => void;

/** Calls `spend` with the gradient of each input and each column of whole panels. */
export function forElements(
  { inputs, columns }: { readonly inputs: number; readonly columns: number },
  gradientOf: (input: number, column: number) => number,
  spend: Spend,
): void {
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < panelCount(columns) * PANEL; o++) spend(gradientOf(i, o), panelIndex(inputs, i, o), o);
  }
}

export function forGradients(args: Omit<Referenced<typeof factors>, 'strip'>, spend: Spend): void {
  const { x, dz, batch, inputs, dzStride } = args;
  const gradientOf = (i: number, o: number): number => {
    let gradient = 0;
    for (let b = 0; b < batch; b++) {
      const product = Math.fround(x[b * inputs + i] * dz[b * dzStride + o]);
      gradient = batch === 1 ? product : Math.fround(gradient + product);
    }
    return gradient;
  };
  forElements(args, gradientOf, spend);
}

interface GradientPanels {
  readonly gradient: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** The same of a gradient that is a buffer, in panels. */
export function forPanelGradients({ gradient, rows, columns }: GradientPanels, spend: Spend): void {
  for (let at = 0; at < panelElements(rows, columns); at++) {
    spend(gradient[at], at, Math.floor(at / (rows * PANEL)) * PANEL + (at % PANEL));
  }
}
