// dL/dz as int8, symmetric: one scale for the tensor, of the largest value of this step, and rounded stochastically, so
// that what is far below a step of q counts in the mean (Banner et al., Scalable methods for 8-bit training, NeurIPS
// 2018).

import { view, type View } from '../../runtime/program/buffer.ts';
import { product } from '../../runtime/program/dim.ts';
import { ProgramError } from '../../runtime/program/error.ts';
import { wholeWindow, type Expression } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { f32_matmul_update_pairs } from '../../runtime/simd/kernels/f32-matmul-update-pairs.ts';
import { i8_map_sr } from '../../runtime/simd/kernels/i8-map-sr.ts';
import { int_matmul_update_pairs_sr } from '../../runtime/simd/kernels/int-matmul-update-pairs-sr.ts';
import type { Deltas } from './deltas.ts';
import { biasGradient, columnsOf } from './site.ts';
import { learningColumns } from './storage.ts';

const kernels = { f32_matmul_update_pairs, int_matmul_update_pairs_sr } as const;

/** int8 deltas: `int8Activations({ deltas: int8Deltas() })`. */
export const int8Deltas = (): Deltas => ({
  site({ weight, bias }, x, dz) {
    const { name } = weight;
    const { batch, buffer, touches } = x;
    const { quantization } = buffer;
    if (quantization === null || !touches) return {};
    const { scale, zero } = quantization;
    const factors = { x: x.at(0), xScale: view(scale), xZero: view(zero), batch, kernels };
    return {
      whole(p, width, spend) {
        const { kept, ...delta } = keep(p, name, dz);
        p.columnGroups(learningColumns(weight), width, (first, columns) => {
          const sum = (): View => {
            const [floats, dzStride] = columnsOf(p, name, dz, batch, { first, columns });
            return biasGradient(p, name, floats, { batch, dzStride, columns });
          };
          spend({ ...factors, ...delta, dz: view(kept, first), first, columns, bias: bias && sum });
        });
      },
    };
  },
});

function keep(p: Program, name: string, dz: Expression) {
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
  return { kept, dzStride, dzScale };
}
