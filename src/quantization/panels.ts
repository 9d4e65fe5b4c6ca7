// What storages that keep weights in panels have in common: the groups in which they learn, and the state of an
// optimiser beside the values.

import { view, type Affine, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { capacity } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Kernel } from '../../runtime/simd/kernel.ts';
import { f32_matmul_update } from '../../runtime/simd/kernels/f32-matmul-update.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { learningColumns, type Factors, type Gradient, type LearnSite, type Part } from './storage.ts';

/** Columns of dz that exist at a time: eight panels, 16 KiB at batch 64, which stay in the first-level cache. */
const FACTORS = 64;
/** Columns of a gradient that exist at a time: a panel. */
const GRADIENT = 8;

/** What spends x^T dz: of spikes of one sample it follows what is not 0, where the update leaves the rest as it is. */
export function updateBy(update: Update, { buffer: { events, shape } }: View): Kernel {
  if (events === null || capacity(shape[0]) > 1 || update.skipsZero !== true) return f32_matmul_update(update);
  return events.f32_matmul_update_events(update);
}

interface Spending {
  byFactors(factors: Factors): void;
  byGradient(gradient: Gradient): void;
}

/** Records the update of a site group by group: by factors where it has them, else by its gradient. */
export function learnInPanels(p: Program, site: LearnSite, { byFactors, byGradient }: Spending): void {
  if (site.factors === undefined) site.gradient(p, GRADIENT, byGradient);
  else site.factors(p, FACTORS, byFactors);
}

/** What an optimiser keeps of a weight in panels, made when an update is first recorded: a frozen weight has none. */
export class OptimizerState {
  readonly #buffers = new Map<string, Buffer>();
  readonly #values: Buffer;
  readonly #learning: number | undefined;

  /** @param learning of the columns, how many learn; default all */
  constructor(values: Buffer, learning?: number) {
    this.#values = values;
    this.#learning = learning;
  }

  get parts(): Part[] {
    return [...this.#buffers.values()].map((buffer) => ({ buffer, is: 'optimizer' }));
  }

  /** From element `from` on, by the names of the update; and the optimiser's own numbers. */
  views(p: Program, { update, hyper }: RecordedOptimizer, from: Affine): Record<string, View> {
    const { name, shape: whole, layout, unit } = this.#values;
    const columns = learningColumns({ learning: this.#learning, columns: whole[whole.length - 1] });
    const shape = [...whole.slice(0, -1), columns];
    const stateOf = (state: string): Buffer =>
      p.buffer({ name: `${name}/${state}`, shape, layout, unit, role: 'state', life: 'persistent' });
    const states = update.state.map((state) => {
      const buffer = this.#buffers.get(state) ?? stateOf(state);
      this.#buffers.set(state, buffer);
      return [state, view(buffer, from)] as const;
    });
    return { ...Object.fromEntries(states), ...(hyper && { hyper: view(hyper) }) };
  }
}
