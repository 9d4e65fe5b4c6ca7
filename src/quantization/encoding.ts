// Weights on the host: from what is stored to floats and back, by the reading. Row-major, the columns last.

import type { Reading } from '../../runtime/simd/parts/reading.ts';
import { LIMIT } from '../../runtime/simd/parts/rounding.ts';
import { nearestEven } from '../../runtime/simd/twins/math.ts';
import { asFloatReference } from '../../runtime/simd/twins/product.ts';

/** What stored values mean; `scales` has one number for each column, or is null where values mean themselves. */
export function decoded(
  stored: ArrayLike<number>,
  scales: ArrayLike<number> | null,
  reading: Pick<Reading, 'pair'>,
): Float32Array {
  const values = Float32Array.from(stored, (value) => asFloatReference(reading, value));
  return scales === null ? values : values.map((value, at) => value * scales[at % scales.length]);
}

/** Values for a scaled reading: by the scales, or where they may change by what makes a column's largest the limit. */
export function encoded(
  values: ArrayLike<number>,
  scales: Float32Array,
  { fixed = false, pair = false }: Pick<Reading, 'fixed' | 'pair'>,
): Int32Array {
  const columns = scales.length;
  if (!fixed) rescale(values, scales);
  const rounded = (at: number, least: number, most: number, sign = 1): number =>
    Math.max(least, Math.min(most, nearestEven((sign * values[at]) / scales[at % columns])));
  return Int32Array.from(values, (_, at) => {
    if (pair) return rounded(at, 0, 65535) | (rounded(at, 0, 65535, -1) << 16);
    return fixed ? rounded(at, -32767, 32767) : rounded(at, -LIMIT, LIMIT);
  });
}

/** A column of zeros keeps its scale. */
function rescale(values: ArrayLike<number>, scales: Float32Array): void {
  const columns = scales.length;
  for (let column = 0; column < columns; column++) {
    let largest = 0;
    for (let at = column; at < values.length; at += columns) largest = Math.max(largest, Math.abs(values[at]));
    if (largest > 0) scales[column] = largest / LIMIT;
  }
}
