// Reproducible numbers, uniform in [-1, 1).

import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';

export function draws(stream: string, count: number): Float32Array {
  const next = wordReader(1, streamKey(stream), 0);
  return Float32Array.from({ length: count }, () => 2 * uniformFromWord(next()) - 1);
}
