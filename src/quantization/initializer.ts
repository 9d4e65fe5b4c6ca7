// First values of weights: data, drawn by the program's `prepare` phase from the stream named after the weight.

import { f32_random } from '../../runtime/simd/kernels/f32-random.ts';
import { along, plus, view, type Buffer, type LoopIndex, type View } from '../../runtime/program/buffer.ts';
import { capacity, type Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { PANEL, panelCount } from '../../runtime/simd/parts/panels.ts';

/**
 * `uniform`: U(-b, b) with b = gain / sqrt(fan in). The gain of `he` is sqrt(6) (He et al. 2015), of `lecun` sqrt(3)
 * (variance 1 / fan in), of `torch` 1 (the default of PyTorch's Linear).
 */
export type Initializer = 'he' | 'lecun' | 'torch' | 'zeros';

/** Of zeros, what others would have. */
const GAIN: Readonly<Record<Initializer, number>> = { he: Math.sqrt(6), lecun: Math.sqrt(3), torch: 1, zeros: 1 };
export const initializers: readonly string[] = Object.keys(GAIN);

/** The largest first value of a weight with so many rows. */
export const boundOf = (initializer: Initializer, rows: number): number => GAIN[initializer] / Math.sqrt(rows);

/** Fills all panels of a weight. */
export function fillPanels(p: Program, buffer: Buffer, rows: number, columns: Dim, initializer: Initializer): void {
  const panels = panelCount(capacity(columns));
  if (initializer === 'zeros') return p.fill(view(buffer), panels * PANEL * rows, 0);
  p.loop(panels, (panel) =>
    fillPanel(p, buffer.name, { rows, initializer, panel, out: view(buffer, along(panel, rows * PANEL)) }),
  );
}

export interface PanelFill {
  readonly rows: number;
  readonly initializer: Initializer;
  readonly panel: LoopIndex;
  readonly out: View;
}

/**
 * Fills a panel of the weight `name` column by column. Element (row, column) is draw `column * rows + row` of the
 * stream named after it, so neither the layout nor the number of columns changes the others' values.
 */
export function fillPanel(p: Program, name: string, { rows, initializer, panel, out }: PanelFill): void {
  if (initializer === 'zeros') return p.fill(out, PANEL * rows, 0);
  const bound = boundOf(initializer, rows);
  p.loop(PANEL, (column) => {
    p.call(f32_random('uniform'), {
      out: view(out.buffer, plus(out.offset, along(column, 1))),
      stride: PANEL,
      n: rows,
      first: plus(along(panel, rows * PANEL), along(column, rows)),
      low: -bound,
      high: bound,
      ...p.draws(name),
    });
  });
}
