// Weights as float32, in the panels that every product reads: the storage without quantization, and the control of the
// others.

import { f32_update } from '../../runtime/simd/kernels/f32-update.ts';
import { times, view, type Affine, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { fixed, product, type Dim } from '../../runtime/program/dim.ts';
import { Tensor } from '../../runtime/program/expression.ts';
import { paddedColumns } from '../../runtime/program/program.ts';
import { PLAIN } from '../../runtime/simd/parts/reading.ts';
import { fillPanels } from './initializer.ts';
import { learnInPanels, OptimizerState, updateBy } from './panels.ts';
import { eachPiece } from './piece.ts';
import { learningColumns, roleOf, type Storage, type Weight, type WeightSpec } from './storage.ts';

export const f32: Storage = {
  name: 'f32',
  weight(p, spec) {
    const { name, shape } = spec;
    return floatWeight(p.buffer({ name, shape, role: roleOf(spec), layout: 'panels', life: 'persistent' }), spec);
  },
};

/** A weight over a float buffer in panels: a parameter, or a sum of gradients of its shape. */
export function floatWeight(
  values: Buffer,
  { initializer, trained, learning }: Pick<WeightSpec, 'initializer' | 'trained' | 'learning'>,
): Weight {
  const { name, shape } = values;
  const rows = fixed(product(shape.slice(0, -1)), `the inputs of '${name}'`);
  const columns: Dim = shape[shape.length - 1];
  const state = new OptimizerState(values, learning);

  return {
    name,
    storage: 'f32',
    rows,
    columns,
    trained,
    learning,
    reading: PLAIN,
    get parts() {
      return [{ buffer: values, is: 'value' }, ...state.parts] as const;
    },
    initialize: (p) => fillPanels(p, values, rows, columns, initializer),
    operands: (first = 0) => ({ weight: view(values, times(first, rows)) }),
    learn(p, site, optimizer) {
      const operands = (first: Affine | number): Record<string, View> => ({
        weight: view(values, times(first, rows)),
        ...state.views(p, optimizer, times(first, rows)),
      });
      learnInPanels(p, site, {
        takesWhole: true,
        byFactors({ first, bias: _, kernels, ...factors }) {
          const update = updateBy(optimizer.update, { ...factors, kernels });
          p.call(update, { ...operands(first), ...factors, inputs: rows });
        },
        byGradient({ panels, first, columns: width }) {
          const n = paddedColumns(width) * rows;
          p.call(f32_update(optimizer.update), { ...operands(first), gradient: panels, n });
        },
      });
    },
    change: (p, change) =>
      eachPiece(p, { name, rows, columns: learningColumns({ learning, columns }) }, ({ first, shape }, choose) => {
        const piece = new Tensor(values, shape, { offset: first });
        p.write(piece, choose(change({ values: piece, first }), piece));
      }),
  };
}
