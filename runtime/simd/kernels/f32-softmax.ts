// f32_softmax: out[r][c] = e^(x[r][c] - max_c x[r][c]) / sum, row by row; the largest is subtracted so that nothing
// overflows. A row that holds an infinity or a NaN becomes NaN.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Pointer } from '../../wasm/pointer.ts';
import type { F32, I32 } from '../../wasm/values.ts';
import { f32, kernel, size, type Referenced, type Trials } from '../kernel.ts';
import { exp } from '../parts/math.ts';
import { exp as expReference } from '../twins/math.ts';
import { sumReference } from '../twins/sum.ts';

const parameters = {
  out: f32.out('rows', 'columns'),
  x: f32.in('rows', 'columns'),
  rows: size,
  columns: size,
};

export const f32_softmax = kernel('f32_softmax', parameters, (k, { out, x, rows, columns }) => {
  k.for(0, rows, 1, (row) => {
    const start = k.let(row.mul(columns));
    softmaxRow(k, out.plus(start), x.plus(start), columns);
  });
});

export const trials = (): Trials => ({ inPlace: [['out', 'x']] });

/** Emits one row; gives what the logarithm of its sum, `log sum + greatest`, is made from. */
export function softmaxRow(
  k: Emitter,
  out: Pointer<'f32'>,
  x: Pointer<'f32'>,
  columns: I32,
): { sum: F32; greatest: F32 } {
  const greatest = k.max(columns, (column) => x.at(column));
  const sum = k.sum(columns, (column) => {
    const power = k.let(exp(k, x.at(column).sub(greatest)));
    out.at(column).set(power);
    return power;
  });
  const scale = k.let(k.f32(1).div(sum));
  k.lanes(columns, (column) => out.at(column).set(out.at(column).mul(scale)));
  return { sum, greatest };
}

export const reference = ({ out, x, rows, columns }: Referenced<typeof parameters>): void => {
  for (let start = 0; start < rows * columns; start += columns) {
    softmaxRowReference(out.subarray(start), x.subarray(start, start + columns));
  }
};

export function softmaxRowReference(out: Float32Array, x: Float32Array): { sum: number; greatest: number } {
  const greatest = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = sumReference(x.length, (column) => {
    out[column] = expReference(Math.fround(x[column] - greatest));
    return out[column];
  });
  const scale = Math.fround(1 / sum);
  for (let column = 0; column < x.length; column++) out[column] *= scale;
  return { sum, greatest };
}
