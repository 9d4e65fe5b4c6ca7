// How results are compared: bit for bit with NaNs as one class, by units in the last place, or relatively.

export type Same = (got: number, want: number) => boolean;

/** The same bits; all NaNs are alike, the two zeros are not. */
export const identical: Same = Object.is;

/** The distance of a float32 from what it should be, in units of the float32 spacing there (subnormals included). */
export function ulps(got: number, want: number): number {
  if (Object.is(got, Math.fround(want))) return 0;
  if (!Number.isFinite(got) || !Number.isFinite(Math.fround(want))) return Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(want))), -126);
  return Math.abs(got - want) / 2 ** (exponent - 23);
}

export const withinUlps =
  (most: number): Same =>
  (got, want) =>
    ulps(got, want) <= most;

export const withinRelative =
  (tolerance: number): Same =>
  (got, want) =>
    identical(got, want) || Math.abs(got - want) <= tolerance * Math.max(1, Math.abs(want));

/** The first element that is not the same, as text, or null. */
export function describeDifference(got: ArrayLike<number>, want: ArrayLike<number>, same: Same): string | null {
  for (let i = 0; i < want.length; i++) {
    if (!same(got[i], want[i])) return `[${i}] is ${got[i]} instead of ${want[i]}`;
  }
  return null;
}
