// Weights as float32, in the panels that every product reads: the storage without quantization, and the control of the
// others.

import { f32_matmul_update } from '../../runtime/simd/kernels/f32-matmul-update.ts';
import { f32_update } from '../../runtime/simd/kernels/f32-update.ts';
import { times, view, type Affine, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { fixed, product, type Dim } from '../../runtime/program/dim.ts';
import { Tensor } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { PLAIN } from '../../runtime/simd/parts/reading.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { fillPanels } from './initializer.ts';
import { eachPiece } from './piece.ts';
import type { Factors, Gradient, LearnSite, Part, Storage, Weight, WeightSpec } from './storage.ts';

export const f32: Storage = {
  name: 'f32',
  weight(p, { name, shape, initializer, trained }) {
    const role = trained ? 'parameter' : 'constant';
    return floatWeight(p.buffer({ name, shape, role, layout: 'panels', life: 'persistent' }), { initializer, trained });
  },
};

/** What an optimiser keeps of a weight, made when an update is first recorded: a frozen weight has none. */
export class OptimizerState {
  readonly #buffers = new Map<string, Buffer>();
  readonly #values: Buffer;

  constructor(values: Buffer) {
    this.#values = values;
  }

  get parts(): Part[] {
    return [...this.#buffers.values()].map((buffer) => ({ buffer, is: 'optimizer' }));
  }

  /** From element `from` on, by the names of the update. */
  views(p: Program, { update }: RecordedOptimizer, from: Affine): Record<string, View> {
    const { name, shape, layout, unit } = this.#values;
    const stateOf = (state: string): Buffer =>
      p.buffer({ name: `${name}/${state}`, shape, layout, unit, role: 'state', life: 'persistent' });
    return Object.fromEntries(
      update.state.map((state) => {
        const buffer = this.#buffers.get(state) ?? stateOf(state);
        this.#buffers.set(state, buffer);
        return [state, view(buffer, from)];
      }),
    );
  }
}

/** Columns of dz that exist at a time: eight panels, 16 KiB at batch 64, which stay in the first-level cache. */
const FACTORS = 64;
/** Columns of a gradient that exist at a time: a panel. */
const GRADIENT = 8;

/** A weight over a float buffer in panels: a parameter, or a sum of gradients of its shape. */
export function floatWeight(
  values: Buffer,
  { initializer, trained }: Pick<WeightSpec, 'initializer' | 'trained'>,
): Weight {
  const { name, shape } = values;
  const rows = fixed(product(shape.slice(0, -1)), `the inputs of '${name}'`);
  const columns: Dim = shape[shape.length - 1];
  const state = new OptimizerState(values);

  return {
    name,
    storage: 'f32',
    rows,
    columns,
    trained,
    reading: PLAIN,
    get parts() {
      return [{ buffer: values, is: 'value' }, ...state.parts] as const;
    },
    initialize: (p) => fillPanels(p, values, rows, columns, initializer),
    operands: (first = 0) => ({ weight: view(values, times(first, rows)) }),
    learn(p: Program, site: LearnSite, optimizer: RecordedOptimizer) {
      const operands = (from: Affine): Record<string, View> => ({
        weight: view(values, from),
        ...state.views(p, optimizer, from),
        ...(optimizer.hyper && { hyper: view(optimizer.hyper) }),
      });
      const byFactors = ({ x, dz, batch, dzStride, first, columns: width }: Factors): void =>
        p.call(f32_matmul_update(optimizer.update), {
          ...operands(times(first, rows)),
          x,
          dz,
          batch,
          dzStride,
          inputs: rows,
          columns: width,
        });
      const byGradient = ({ panels, first, columns: width }: Gradient): void =>
        p.call(f32_update(optimizer.update), {
          ...operands(times(first, rows)),
          gradient: panels,
          n: paddedColumns(width) * rows,
        });
      if (site.factors === undefined) site.gradient(p, GRADIENT, byGradient);
      else site.factors(p, FACTORS, byFactors);
    },
    change: (p, change) =>
      eachPiece(p, { name, rows, columns }, ({ first, shape }, choose) => {
        const piece = new Tensor(values, shape, { offset: first });
        p.write(piece, choose(change({ values: piece, first }), piece));
      }),
  };
}
