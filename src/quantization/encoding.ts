// Weights on the host: from what is stored to floats and back, by the reading. Row-major, the columns last.

import type { Reading } from '../../runtime/simd/parts/reading.ts';
import { LIMITS } from '../../runtime/simd/parts/rounding.ts';
import { nearestEven, pairDifference } from '../../runtime/simd/twins/math.ts';

/** What stored values, half bytes unpacked, mean; `scales` has one number for each column, or is null. */
export function decoded(
  stored: ArrayLike<number>,
  scales: ArrayLike<number> | null,
  { pair, sign }: Pick<Reading, 'pair' | 'sign'>,
): Float32Array {
  const values = Float32Array.from(stored, (value) => {
    if (sign) return value >= 0 ? 1 : -1;
    return pair ? pairDifference(value) : value;
  });
  return scales === null ? values : values.map((value, at) => value * scales[at % scales.length]);
}

/**
 * Values for a scaled reading: by the scales, or where they may change by what makes a column's largest, or that of all
 * where they share a scale, the limit.
 */
export function encoded(
  values: ArrayLike<number>,
  scales: Float32Array,
  { element, fixed = false, pair = false, sign = false, shared = false }: Omit<Reading, 'scaled'>,
): Int32Array {
  const limit = element === 'i4' ? LIMITS.i4 : LIMITS.i8;
  if (!fixed) rescale(values, scales, limit, shared);
  const columns = scales.length;
  const rounded = (at: number, least: number, most: number, factor = 1): number =>
    Math.max(least, Math.min(most, nearestEven((factor * values[at]) / scales[at % columns])));
  return Int32Array.from(values, (_, at) => {
    if (pair) return rounded(at, 0, 65535) | (rounded(at, 0, 65535, -1) << 16);
    if (fixed) return rounded(at, -32767, 32767);
    // what is below 0 stays so
    return rounded(at, -limit, limit) || (sign && values[at] < 0 ? -1 : 0);
  });
}

/** A column of zeros keeps its scale. */
function rescale(values: ArrayLike<number>, scales: Float32Array, limit: number, shared: boolean): void {
  const columns = shared ? 1 : scales.length;
  const largest = new Float32Array(columns);
  for (let at = 0; at < values.length; at++) {
    largest[at % columns] = Math.max(largest[at % columns], Math.abs(values[at]));
  }
  for (let column = 0; column < scales.length; column++) {
    scales[column] = largest[column % columns] / limit || scales[column];
  }
}
