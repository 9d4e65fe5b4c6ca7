// Classes drawn to contrast with those there are.

import type { Buffer } from '../../../runtime/program/buffer.ts';
import type { Dim } from '../../../runtime/program/dim.ts';
import type { Program } from '../../../runtime/program/program.ts';
import { i32_draw_class } from '../../../runtime/simd/kernels/i32-draw-class.ts';

/** A class of each sample, drawn anew in each step among the classes there are, but never the one in `not`. */
export function drawnClass(
  p: Program,
  stream: string,
  { not, classes }: { readonly not: Buffer; readonly classes: Dim },
): Buffer {
  const out = p.buffer({ name: stream, role: 'label', element: 'i32', shape: not.shape });
  p.call(i32_draw_class, { out, not, sample: p.rows, n: not.shape[0], classes, ...p.draws(stream, p.step) });
  return out;
}
