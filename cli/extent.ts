// The bounds of many values. Math.min and Math.max take each as an argument, and some hundred thousand are too many.

/** Infinity and -Infinity of none; NaN is left out. */
export function extent(values: Iterable<number>): { readonly least: number; readonly most: number } {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}
