// What tests of sites and sinks share: a product's weight and bias in a program, and what they become in double
// precision.

import type { Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { constant } from '../../runtime/program/dim.ts';
import { f32 } from '../../src/quantization/f32.ts';
import type { Weight } from '../../src/quantization/storage.ts';
import { randoms, type Vector } from '../layers/alone.ts';
import type { Run } from '../program/run.ts';

export const [BATCH, INPUTS] = [5, 6];

export interface Pair {
  readonly weight: Weight;
  readonly bias: Weight;
}

/** `layer/weight` (INPUTS, columns) and `layer/bias`, made in the unit 'layer'; `prepare` draws them. */
export function pairOf(p: Program, columns: number, trained = true): Pair {
  const initializer = 'lecun';
  const pair = p.unit('layer', () => ({
    weight: f32.weight(p, {
      name: 'layer/weight',
      shape: [constant(INPUTS), constant(columns)],
      initializer,
      kind: 'matrix',
      trained,
    }),
    bias: f32.weight(p, { name: 'layer/bias', shape: [constant(columns)], initializer, kind: 'bias', trained }),
  }));
  p.phase('prepare', () =>
    p.unit('layer', () => {
      for (const weight of [pair.weight, pair.bias]) weight.initialize(p);
    }),
  );
  return pair;
}

/** Numbers that stay, [BATCH, columns], filled by `start`. */
export const given = (p: Program, name: string, columns: number): Tensor =>
  p.tensor({ name, shape: [BATCH, columns], role: 'data', life: 'persistent' });

/** Draws the weights and fills what is `given`; gives the weights by name. */
export function start(run: Run, names: readonly string[]): Record<'weight' | 'bias', Float32Array> {
  run.write('seed', [1]);
  run.call('prepare');
  for (const name of names) run.write(name, randoms(run.read(name).length, name));
  return { weight: run.read('layer/weight'), bias: run.read('layer/bias') };
}

/** x^T dz, (INPUTS, columns), and the sums of the columns of dz. */
export function gradientsOf(x: Vector, dz: Vector): Record<'weight' | 'bias', Float64Array> {
  const columns = dz.length / BATCH;
  const rows = Array.from({ length: BATCH }, (_, b) => b);
  const sum = (at: (b: number) => number): number => rows.reduce((total, b) => total + at(b), 0);
  return {
    weight: Float64Array.from({ length: INPUTS * columns }, (_, i) =>
      sum((b) => x[b * INPUTS + Math.floor(i / columns)] * dz[b * columns + (i % columns)]),
    ),
    bias: Float64Array.from({ length: columns }, (_, o) => sum((b) => dz[b * columns + o])),
  };
}
