// dL/dz as int8, symmetric: one scale for the tensor, of the largest value of this step, and rounded stochastically, so
// that what is far below a step of q counts in the mean (Banner et al., Scalable methods for 8-bit training, NeurIPS
// 2018). That of a dense layer stands in memory as a whole, that of a convolution band by band.

import { along, plus, times, view, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { capacity, constant, product, type Dim } from '../../runtime/program/dim.ts';
import { ProgramError } from '../../runtime/program/error.ts';
import {
  wholeWindow,
  type Expression,
  type Operand,
  type Tensor,
  type Window,
} from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import type { Kernel } from '../../runtime/simd/kernel.ts';
import { f32_conv2d_weight_gradient_pairs } from '../../runtime/simd/kernels/f32-conv2d-weight-gradient-pairs.ts';
import { f32_depthwise_conv2d_weight_gradient_pairs } from '../../runtime/simd/kernels/f32-depthwise-conv2d-weight-gradient-pairs.ts';
import { f32_matmul_update_pairs } from '../../runtime/simd/kernels/f32-matmul-update-pairs.ts';
import { i8_map_scale } from '../../runtime/simd/kernels/i8-map-scale.ts';
import { i8_map_sr } from '../../runtime/simd/kernels/i8-map-sr.ts';
import { int_matmul_update_pairs_sr } from '../../runtime/simd/kernels/int-matmul-update-pairs-sr.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { forBands, placeOf, windowOf, type WindowSizes } from './bands.ts';
import type { Deltas } from './deltas.ts';
import { biasGradient, columnsOf } from './site.ts';
import { learningColumns, type LearnSite } from './storage.ts';

const kernels = { f32_matmul_update_pairs, int_matmul_update_pairs_sr } as const;

/** Columns of a convolution that learn together where a step is of many samples: images are paired once for them. */
const GROUP = 32;
/** Of an image; products of bytes, summed over more, might not fit into 32 bits. */
const MOST_POSITIONS = 66_000;

/** int8 deltas: `int8Activations({ deltas: int8Deltas() })`. */
export const int8Deltas = (): Deltas => ({
  dense({ weight, bias }, x, dz) {
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
  conv2d: (...site) => convolution(f32_conv2d_weight_gradient_pairs as Kernel, false, ...site),
  depthwiseConv2d: (...site) => convolution(f32_depthwise_conv2d_weight_gradient_pairs as Kernel, true, ...site),
});

/** By `kernel`; `byChannel`: a column of the weight learns from its own channel, else from all. */
function convolution(
  kernel: Kernel,
  byChannel: boolean,
  ...[{ weight, bias }, x, dz, given]: Parameters<Deltas[string]>
): Partial<LearnSite> {
  const sizes = given as WindowSizes;
  const { name, rows } = weight;
  const { batch, buffer, touches } = x;
  const { quantization } = buffer;
  const { outHeight, outWidth, channels } = sizes;
  if (quantization === null || !touches || outHeight * outWidth > MOST_POSITIONS) return {};
  const pitch = paddedColumns(weight.columns);
  const group = byChannel ? pitch : capacity(batch) > 1 ? GROUP : PANEL;
  const seen = { ...sizes, channels: byChannel ? PANEL : channels };
  return {
    gradient(p, _width, spend) {
      const scale = scaleOf(p, name, dz);
      p.columnGroups(learningColumns(weight), group, (first, columns) => {
        const sums = (what: string, count: number): Tensor => {
          const shape = [count, paddedColumns(columns)];
          const tensor = p.tensor({ name: `${name}/${what}`, role: 'scratch', shape });
          p.zero(tensor);
          return tensor;
        };
        const [gradient, total] = [sums('gradient', rows), sums('biasGradient', 1)];
        forBands(p, seen, { x, y: dz, columns: byChannel ? pitch : PANEL }, ({ sample, input, output, sizes: own }) => {
          const window = windowOf(dz, sample, output, { first, columns });
          const kept = round(p, name, dz, window, {
            ...{ scale, samples: view(p.rows, along(sample, 1)), rowsOfSample: window.rows },
            ...{ pitch, first: plus(times(output.row, outWidth * pitch), first) },
          });
          const factors = { x: placeOf(x, sample, input), xZero: view(quantization.zero), dz: view(kept) };
          p.call(kernel, { gradient, total, ...factors, columns, ...own, channels });
        });
        const dzScale = new Scalar(scale);
        p.write(gradient, gradient.times(new Scalar(view(quantization.scale)).times(dzScale)));
        p.write(total, total.times(dzScale));
        spend({ panels: gradient.at(0), bias: bias && (() => total.at(0)), first, columns });
      });
    },
  };
}

/** All of dz, in whole panels. */
function keep(p: Program, name: string, dz: Expression) {
  const window = wholeWindow(shapeOf(name, dz));
  const dzStride = paddedColumns(window.columns);
  const dzScale = scaleOf(p, name, dz);
  const own = { samples: view(p.rows), rowsOfSample: 1, pitch: 0, first: 0 };
  return { kept: round(p, name, dz, window, { scale: dzScale, ...own }), dzStride, dzScale };
}

const shapeOf = (name: string, { shape }: Expression): readonly Dim[] => {
  if (shape === null) throw new ProgramError(`${name}: a delta of scalars has no shape to keep`);
  return shape;
};

/** Records the scale of all of dz. */
function scaleOf(p: Program, name: string, dz: Expression): View {
  const shape = shapeOf(name, dz);
  const scale = view(p.buffer({ name: `${name}/dzScale`, role: 'scratch', shape: [1] }));
  p.fill(scale, 1, 0);
  if (dz.inSamples) {
    const [batch, height, width, { offset: channels }] = shape;
    const rows = product([height, width]);
    p.loop(batch, (index) => {
      const window = { rows, columns: constant(channels), first: 0, sample: { index, channels } };
      p.map(dz, window, i8_map_scale, { scale });
    });
  } else p.map(dz, wholeWindow(shape), i8_map_scale, { scale });
  return scale;
}

/** Records a window of dz as int8, its rows in whole panels. */
function round(
  p: Program,
  name: string,
  dz: Expression,
  window: Window,
  operands: Readonly<Record<'scale' | 'samples' | 'rowsOfSample' | 'pitch' | 'first', Operand>>,
): Buffer {
  const padded = paddedColumns(window.columns);
  const out = p.buffer({ name: `${name}/dz`, role: 'scratch', element: 'i8', shape: [window.rows, padded] });
  const draws = p.draws(`${name}/dz`, p.step);
  p.map(dz, window, i8_map_sr, { out: view(out), outStride: padded, padded, ...operands, ...draws });
  return out;
}
