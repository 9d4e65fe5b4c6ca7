// Weights as float32, in the panels that every product reads: the storage without quantization, and the control of the
// others.

import { f32_matmul_update } from '../../runtime/simd/kernels/f32-matmul-update.ts';
import { f32_update } from '../../runtime/simd/kernels/f32-update.ts';
import { times, view, type Affine, type Buffer } from '../../runtime/program/buffer.ts';
import { fixed, product } from '../../runtime/program/dim.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { fillPanels } from './initializer.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import type { Storage, Weight, WeightSpec } from './storage.ts';

export const f32: Storage = { name: 'f32', weight: floatWeight };

function floatWeight(p: Program, { name, shape, initializer }: WeightSpec): Weight {
  const values = p.buffer({ name, shape, role: 'parameter', layout: 'panels', life: 'persistent' });
  const rows = fixed(product(shape.slice(0, -1)), `the inputs of '${name}'`);
  const columns = shape[shape.length - 1];
  const states = new Map<string, Buffer>();

  /** The optimiser's state, made when an update is first recorded: a frozen weight has none. */
  const stateViews = ({ update }: RecordedOptimizer, from: Affine) =>
    Object.fromEntries(
      update.state.map((state) => {
        const buffer = states.get(state) ?? p.buffer({ ...values, name: `${name}/${state}`, role: 'state' });
        states.set(state, buffer);
        return [state, view(buffer, from)];
      }),
    );

  return {
    name,
    rows,
    columns,
    get buffers() {
      return [values, ...states.values()];
    },
    panels: (first = 0) => view(values, times(first, rows)),
    initialize: (program) => fillPanels(program, values, rows, columns, initializer),
    updateByFactors(program, { x, delta, batch, deltaStride, first, columns: width }, optimizer) {
      const from = times(first, rows);
      program.call(f32_matmul_update(optimizer.update), {
        weight: view(values, from),
        x,
        delta,
        batch,
        inputs: rows,
        columns: width,
        deltaStride,
        ...stateViews(optimizer, from),
        hyper: optimizer.hyper,
      });
    },
    updateByGradient(program, gradient, { first, columns: width }, optimizer) {
      const from = times(first, rows);
      program.call(f32_update(optimizer.update), {
        weight: view(values, from),
        gradient,
        n: paddedColumns(width) * rows,
        ...stateViews(optimizer, from),
        hyper: optimizer.hyper,
      });
    },
  };
}
