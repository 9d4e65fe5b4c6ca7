// How dL/dz is kept while weights learn from it: as floats, or as int8 for one step.

import type { Buffer, View } from '../../runtime/program/buffer.ts';
import type { Expression } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { f32_matmul_update_pairs } from '../../runtime/simd/kernels/f32-matmul-update-pairs.ts';
import type { int_matmul_update_pairs_sr } from '../../runtime/simd/kernels/int-matmul-update-pairs-sr.ts';

/** What sums weight gradients of int8 factors in integers, and spends them. */
export interface PairKernels {
  readonly f32_matmul_update_pairs: typeof f32_matmul_update_pairs;
  readonly int_matmul_update_pairs_sr: typeof int_matmul_update_pairs_sr;
}

/** dz = dzScale q. */
export interface KeptDelta {
  /** (batch, dzStride); the columns that fill up the last panel are zero. */
  readonly dz: Buffer;
  readonly dzStride: number;
  readonly dzScale: View;
  readonly kernels: PairKernels;
}

export interface Deltas {
  /** Records that dz is kept under a layer's name. */
  keep(p: Program, name: string, dz: Expression): KeptDelta;
}
