// Fixed random projections of the label: a table with one row for each class, so that projecting a one-hot label is a
// row look-up and no multiply. The numbers are f(seed, stream name, element), so a table need not be kept: beside the
// weights of a dense layer it is small and is drawn once, by `prepare`; for a convolution, with an output for every
// position, it would outweigh them, and is drawn again in every step, into memory that is shared over time.

import { f32_random } from '../../../runtime/simd/kernels/f32-random.ts';
import type { Buffer } from '../../../runtime/program/buffer.ts';
import { capacity, fixed, type Dim } from '../../../runtime/program/dim.ts';
import { Gather, type Tensor } from '../../../runtime/program/expression.ts';
import type { Program } from '../../../runtime/program/program.ts';
import type { Unit } from '../../layers/network.ts';

/** `signs`: -scale or scale; `uniform`: U(-scale, scale); `normal`: N(0, scale^2). */
export const projectionKinds = ['signs', 'uniform', 'normal'] as const;

export interface Projection {
  readonly kind: (typeof projectionKinds)[number];
  readonly scale: number;
}

export interface ProjectionTarget {
  /** Names the random stream. */
  readonly name: string;
  readonly unit: Unit;
  /** What the label is projected onto: [batch, ...features]. */
  readonly output: Tensor;
  readonly classes: Dim;
}

/** A table is kept if it takes at most this share of the weights it trains. */
const KEPT_SHARE = 1 / 16;

/** A table [classes, ...features] of random targets. Row c is the same whatever the number of classes. */
export function drawProjection(
  p: Program,
  { name, unit, output, classes }: ProjectionTarget,
  { kind, scale }: Projection,
): Tensor {
  const n = capacity(classes) * fixed(output.features, `the outputs of '${unit.name}'`);
  const weights = unit.layer.weights.reduce((total, { rows, columns }) => total + rows * capacity(columns), 0);
  const isKept = n <= weights * KEPT_SHARE;
  const shape = [classes, ...output.shape.slice(1)];
  const role = isKept ? 'constant' : 'scratch';
  const table = p.tensor({ name, shape, role, life: isKept ? 'persistent' : 'transient' });
  const range: Record<string, number> = kind === 'uniform' ? { low: -scale, high: scale } : { scale };
  const draw = (): void => p.call(f32_random(kind), { out: table, n, stride: 1, first: 0, ...p.draws(name), ...range });
  if (isKept) p.phase('prepare', draw);
  else draw();
  return table;
}

/** The row of the table for each sample's label. */
export const project = (table: Tensor, label: Buffer): Gather => new Gather(table, label);
