// Weights on the host: from what is stored to floats and back, by the reading. Row-major, the columns last.

import { LIMIT } from '../../runtime/simd/parts/rounding.ts';
import { nearestEven } from '../../runtime/simd/twins/math.ts';

/** What stored values mean; `scales` has one number for each column, or is null where values mean themselves. */
export function decoded(stored: ArrayLike<number>, scales: ArrayLike<number> | null): Float32Array {
  const values = Float32Array.from(stored);
  return scales === null ? values : values.map((value, at) => value * scales[at % scales.length]);
}

/**
 * Values for a scaled reading: the largest of a column becomes the limit. A column of zeros keeps its scale, which
 * `scales` holds before; it holds the new ones after.
 */
export function encoded(values: ArrayLike<number>, scales: Float32Array): Int8Array {
  const columns = scales.length;
  for (let column = 0; column < columns; column++) {
    let largest = 0;
    for (let at = column; at < values.length; at += columns) largest = Math.max(largest, Math.abs(values[at]));
    if (largest > 0) scales[column] = largest / LIMIT;
  }
  const within = (q: number): number => Math.max(-LIMIT, Math.min(LIMIT, q));
  return Int8Array.from(values, (value, at) => within(nearestEven(value / scales[at % columns])));
}
