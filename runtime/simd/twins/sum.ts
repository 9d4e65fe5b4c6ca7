// The twin of `Emitter.sum` in plain TypeScript: four running sums, added (0 + 2) + (1 + 3), then the rest in order.

/** The sum of `term(i)`, i = 0..n-1, rounded to float32 after every addition. */
export function sumReference(n: number, term: (i: number) => number): number {
  const lanes = new Float32Array(4);
  const whole = n - (n % 4);
  for (let i = 0; i < whole; i++) lanes[i % 4] += term(i);
  let total = Math.fround(Math.fround(lanes[0] + lanes[2]) + Math.fround(lanes[1] + lanes[3]));
  for (let i = whole; i < n; i++) total = Math.fround(total + term(i));
  return total;
}
