// dL/dz as int8, symmetric: one scale for the tensor, of the largest value of this step, and rounded stochastically, so
// that what is far below a step of q counts in the mean (Banner et al., Scalable methods for 8-bit training, NeurIPS
// 2018).

import { view } from '../../runtime/program/buffer.ts';
import { product } from '../../runtime/program/dim.ts';
import { ProgramError } from '../../runtime/program/error.ts';
import { wholeWindow } from '../../runtime/program/expression.ts';
import { paddedColumns } from '../../runtime/program/program.ts';
import { f32_matmul_update_pairs } from '../../runtime/simd/kernels/f32-matmul-update-pairs.ts';
import { i8_map_sr } from '../../runtime/simd/kernels/i8-map-sr.ts';
import { int_matmul_update_pairs_sr } from '../../runtime/simd/kernels/int-matmul-update-pairs-sr.ts';
import type { Deltas } from './deltas.ts';

const kernels = { f32_matmul_update_pairs, int_matmul_update_pairs_sr } as const;

/** int8 deltas: `int8Activations({ deltas: int8Deltas() })`. */
export const int8Deltas = (): Deltas => ({
  keep(p, name, dz) {
    if (dz.shape === null) throw new ProgramError(`${name}: a delta of scalars has no shape to keep`);
    const [batch, ...features] = dz.shape;
    const dzStride = paddedColumns(product(features));
    const kept = p.buffer({ name: `${name}/dz`, role: 'scratch', element: 'i8', shape: [batch, dzStride] });
    const dzScale = view(p.buffer({ name: `${name}/dzScale`, role: 'scratch', shape: [1] }));
    p.map(dz, wholeWindow(dz.shape), i8_map_sr, {
      ...{ out: view(kept), scale: dzScale, samples: view(p.rows) },
      ...{ outStride: dzStride, padded: dzStride },
      ...p.draws(`${name}/dz`, p.step),
    });
    return { dz: kept, dzStride, dzScale, kernels };
  },
});
