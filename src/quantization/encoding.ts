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
  values: Float32Array,
  scales: Float32Array,
  { element, fixed = false, pair = false, sign = false, shared = false }: Omit<Reading, 'scaled'>,
): Int32Array {
  const limit = LIMITS[element === 'i4' ? element : 'i8'];
  if (!fixed) rescale(values, scales, limit, shared);
  const rounded = (at: number, least: number, most: number, factor = 1): number =>
    Math.max(least, Math.min(most, nearestEven((factor * values[at]) / scales[at % scales.length])));
  return Int32Array.from(values, (_, at) => {
    if (pair) return rounded(at, 0, 65535) | (rounded(at, 0, 65535, -1) << 16);
    if (fixed) return rounded(at, -32767, 32767);
    // what is below 0 stays so
    return rounded(at, -limit, limit) || (sign && values[at] < 0 ? -1 : 0);
  });
}

/**
 * A column of zeros keeps its scale, and so does one of next to nothing, as channels have that were never of use: by
 * its own a change would not be a finite number of steps.
 */
function rescale(values: Float32Array, scales: Float32Array, limit: number, shared: boolean): void {
  const columns = shared ? 1 : scales.length;
  const largest = new Float32Array(columns);
  values.forEach((value, at) => {
    largest[at % columns] = Math.max(largest[at % columns], Math.abs(value));
  });
  scales.forEach((scale, column) => {
    const wanted = largest[column % columns] / limit;
    if (wanted > scale * 1e-12) scales[column] = wanted;
  });
}
