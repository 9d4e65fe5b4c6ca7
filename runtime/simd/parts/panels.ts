// The one layout of every weight matrix: panels of eight columns. Panel p holds columns 8p..8p+7 of all rows, row after
// row, so W[i][o] stands at ((o >> 3) * I + i) * 8 + (o & 7). The forward product, the batch-1 product, the transposed
// product and the update all read and write this form directly; the columns that fill up the last panel are never used.

import type { Sizes } from '../kernel.ts';

/** Columns of a panel: two vectors, so that a tile of 4 x 8 sums fits the 16 vector registers of x86. */
export const PANEL = 8;

export const panelCount = (columns: number): number => Math.ceil(columns / PANEL);
export const panelElements = (rows: number, columns: number): number => rows * panelCount(columns) * PANEL;

/** The index of W[row][column] in a matrix of `rows` rows. */
export const panelIndex = (rows: number, row: number, column: number): number =>
  ((column >> 3) * rows + row) * PANEL + (column & 7);

/** A size rounded up to whole panels, as an axis of a pointer's shape. */
export const padded =
  (axis: string) =>
  (sizes: Sizes): number =>
    panelCount(sizes[axis]) * PANEL;
