// Fixed random projections of the label: a table with one row for each class, so that projecting a one-hot label is a
// row look-up and no multiply. Drawn once, by `prepare`, from a stream of the unit's name.

import { f32_random } from '../../runtime/simd/f32-random.ts';
import type { Buffer } from '../../runtime/program/buffer.ts';
import { capacity, fixed, product, type Dim } from '../../runtime/program/dim.ts';
import { Gather, type Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';

export interface Projection {
  /** `signs`: -scale or scale; `uniform`: U(-scale, scale); `normal`: N(0, scale^2). */
  readonly kind: 'signs' | 'uniform' | 'normal';
  readonly scale: number;
}

/** A table [classes, ...shape] of random targets. Row c is the same whatever the number of classes. */
export function drawProjection(
  p: Program,
  name: string,
  shape: readonly Dim[],
  classes: Dim,
  { kind, scale }: Projection,
): Tensor {
  const table = p.tensor({ name, shape: [classes, ...shape], role: 'constant', life: 'persistent' });
  const n = capacity(classes) * fixed(product(shape), `the outputs projected on by '${name}'`);
  const range: Record<string, number> = kind === 'uniform' ? { low: -scale, high: scale } : { scale };
  p.phase('prepare', () => {
    p.call(f32_random(kind), { out: table, n, stride: 1, first: 0, ...p.draws(name), ...range });
  });
  return table;
}

/** The row of the table for each sample's label. */
export const project = (table: Tensor, label: Buffer): Gather => new Gather(table, label);
