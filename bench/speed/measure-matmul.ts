// The matrix-product benchmark: every contender's product is checked against float64 arithmetic, then timed, in turns.

import { matmulShape, randomNumbers } from './cases.ts';
import { type Cannot, type Contender, type MatmulCase, type MatmulRunner, reasonOf } from './contender.ts';
import { measure, usualPatience } from '../shared/measure.ts';

/** One line of `bench kernels --json`; null where the contender cannot compute the product. */
export interface KernelRow {
  readonly kernel: string;
  /** m x k x n. */
  readonly shape: string;
  readonly who: string;
  /** From the median time of one product. */
  readonly gflops: number | null;
  /** Of the peak that `measurePeak` found in the same run. */
  readonly fractionOfPeak: number | null;
  /** Interquartile range over the median. */
  readonly spread: number | null;
  readonly cannot?: string;
}

export class ProductMismatchError extends Error {
  override name = 'ProductMismatchError';
}

const CHECKED_ELEMENTS = 64;
/** Times sqrt(k): the elements are sums of k products of numbers in [-1, 1). */
const TOLERANCE = 1e-5;

/**
 * The rows of one case, in the order of the contenders that offer products.
 * @param peak GFLOP/s
 * @throws ProductMismatchError if a contender computes something else.
 */
export async function measureMatmul(
  contenders: readonly Contender[],
  matmulCase: MatmulCase,
  peak: number,
  patience = usualPatience,
): Promise<KernelRow[]> {
  const { kernel, m, k, n } = matmulCase;
  const [a, b] = [randomNumbers(m * k, 1), randomNumbers(k * n, 2)];
  const results: { who: string; outcome: MatmulRunner | Cannot }[] = [];
  for (const { name, matmul } of contenders) {
    if (matmul === undefined) continue;
    const outcome = await matmul(matmulCase, a, b).catch((error) => ({ cannot: reasonOf(error) }));
    if (!('cannot' in outcome)) checkProduct(name, matmulCase, a, b, await outcome.result());
    results.push({ who: name, outcome });
  }

  const runners = results.flatMap(({ outcome }) => ('cannot' in outcome ? [] : [outcome]));
  const timings = await measure(
    runners.map(({ activate, run }) => ({ activate, call: run })),
    patience,
  );
  for (const runner of runners) runner.dispose();

  return results.map(({ who, outcome }) => {
    const row = { kernel, shape: matmulShape(matmulCase), who };
    if ('cannot' in outcome) return { ...row, gflops: null, fractionOfPeak: null, spread: null, ...outcome };
    const { medianMs, spread } = timings[runners.indexOf(outcome)];
    const gflops = (outcome.products * 2 * m * k * n) / medianMs / 1e6;
    return { ...row, gflops, fractionOfPeak: gflops / peak, spread };
  });
}

/** Compares elements spread over what was read back of C with sums in float64. */
function checkProduct(who: string, { kernel, m, k, n }: MatmulCase, a: Float32Array, b: Float32Array, c: Float32Array) {
  const stride = Math.max(1, Math.floor(c.length / CHECKED_ELEMENTS));
  for (let index = 0; index < c.length; index += stride) {
    const [row, column] = [Math.floor(index / n), index % n];
    let expected = 0;
    for (let i = 0; i < k; i++) {
      const left = kernel === 'f32_matmul_at' ? a[i * m + row] : a[row * k + i];
      const right = kernel === 'f32_matmul_bt' ? b[column * k + i] : b[i * n + column];
      expected += left * right;
    }
    if (Math.abs(c[index] - expected) <= TOLERANCE * Math.sqrt(k)) continue;
    throw new ProductMismatchError(
      `${who}, ${kernel} ${m}x${k}x${n}: C(${row},${column}) is ${c[index]}, not ${expected}`,
    );
  }
}
