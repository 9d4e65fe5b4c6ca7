// f32_normalize: brings every row of x to one size; no gain, no bias.
//   l2     y = x / sqrt(sum x^2 + epsilon)
//   rms    y = x / sqrt(mean x^2 + epsilon)                      Zhang and Sennrich, NeurIPS 2019
//   layer  y = (x - mean) / sqrt(mean (x - mean)^2 + epsilon)    Ba, Kiros and Hinton, 2016
// Nothing is kept for the backward pass: f32_normalize_gradient computes the statistics again from x.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, family, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { sumReference } from '../twins/sum.ts';

export type Normalization = 'l2' | 'rms' | 'layer';
export const normalizations: readonly Normalization[] = ['l2', 'rms', 'layer'];

const parameters = {
  out: f32.out('rows', 'columns'),
  x: f32.in('rows', 'columns'),
  epsilon: f32,
  rows: size,
  columns: size,
};

export const f32_normalize = family(
  'f32_normalize',
  (mode: Normalization) => mode,
  (mode, name) =>
    kernel(name, parameters, (k, { out, x, epsilon, rows, columns }) => {
      k.for(0, rows, 1, (row) => {
        const offset = k.let(row.mul(columns));
        const { centred, inverse } = emitStatistics(k, mode, x.plus(offset), columns, epsilon);
        k.lanes(columns, (i) => out.plus(offset).at(i).set(centred(i).mul(inverse)));
      });
    }),
);

export const variants = (): readonly Normalization[] => normalizations;
export const trials = (): Trials => ({ inPlace: [['out', 'x']] });

/** What is known of a row: y[i] = centred(i) * inverse. */
export interface Statistics<Value, Index> {
  /** The divisor of a mean over the row; 1 for 'l2', which takes sums. */
  readonly count: Value;
  /** x[i], less the mean for 'layer'. */
  readonly centred: (i: Index) => Value;
  readonly inverse: Value;
}

export function emitStatistics(
  k: Emitter,
  mode: Normalization,
  x: Pointer<'f32'>,
  columns: I32,
  epsilon: F32,
): Statistics<F32, Lanes> {
  const count = mode === 'l2' ? k.f32(1) : k.let(columns.toFloat());
  const mean = mode === 'layer' ? k.let(k.sum(columns, (i) => x.at(i)).div(count)) : undefined;
  const centred = (i: Lanes): F32 => (mean === undefined ? x.at(i) : x.at(i).sub(mean));
  const squares = k.sum(columns, (i) => {
    const value = k.let(centred(i));
    return value.mul(value);
  });
  const inverse = k.let(k.f32(1).div(squares.div(count).add(epsilon).sqrt()));
  return { count, centred, inverse };
}

export function statisticsReference(mode: Normalization, x: Float32Array, epsilon: number): Statistics<number, number> {
  const count = mode === 'l2' ? 1 : x.length;
  const mean = mode === 'layer' ? Math.fround(sumReference(x.length, (i) => x[i]) / count) : 0;
  const centred = (i: number): number => Math.fround(x[i] - mean);
  const squares = sumReference(x.length, (i) => Math.fround(centred(i) * centred(i)));
  const size = Math.fround(Math.sqrt(Math.fround(Math.fround(squares / count) + epsilon)));
  return { count, centred, inverse: Math.fround(1 / size) };
}

export const reference =
  (mode: Normalization) =>
  ({ out, x, epsilon, rows, columns }: Referenced<typeof parameters>): void => {
    for (let row = 0; row < rows; row++) {
      const offset = row * columns;
      const { centred, inverse } = statisticsReference(mode, x.subarray(offset, offset + columns), epsilon);
      for (let i = 0; i < columns; i++) out[offset + i] = Math.fround(centred(i) * inverse);
    }
  };
