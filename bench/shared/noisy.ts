// Whether a machine was quiet enough for what was measured on it.

/** By so much may two timings of the same thing differ. */
const MOST = 0.1;

/** Of the same thing, timed twice. */
export const isNoisy = (one: number, other: number): boolean =>
  Math.max(one, other) > (1 + MOST) * Math.min(one, other);
