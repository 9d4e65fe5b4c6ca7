// Mean, median and spread of several runs.

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The sample standard deviation, which one run does not have: null. */
export function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** `96.41 ± 0.07` of shares, in percent: mean and sample standard deviation, if there is one. */
export function meanAndSpread(shares: readonly number[]): string {
  const [mean, deviation] = [meanOf(shares), deviationOf(shares)];
  return [mean, ...(deviation === null ? [] : [deviation])].map((share) => (100 * share).toFixed(2)).join(' ± ');
}
