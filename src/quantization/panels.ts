// What storages that keep weights in panels have in common: values with a scale for each column, the groups in which
// they learn, and the state of an optimiser beside the values.

import {
  along,
  times,
  view,
  type Affine,
  type Buffer,
  type LoopIndex,
  type View,
} from '../../runtime/program/buffer.ts';
import { capacity, constant, fixed, product, type Dim } from '../../runtime/program/dim.ts';
import type { Expression } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Kernel } from '../../runtime/simd/kernel.ts';
import { f32_matmul_update } from '../../runtime/simd/kernels/f32-matmul-update.ts';
import { PANEL, panelCount } from '../../runtime/simd/parts/panels.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import type { ElementType } from '../../runtime/wasm/pointer.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { fillPanel, type Initializer } from './initializer.ts';
import type { PieceSpan } from './piece.ts';
import {
  learningColumns,
  roleOf,
  type Factors,
  type Gradient,
  type LearnSite,
  type Part,
  type WeightSpec,
} from './storage.ts';

/** Columns of dz that exist at a time: eight panels, 16 KiB at batch 64, which stay in the first-level cache. */
const FACTORS = 64;
/** Columns of a gradient that exist at a time: a panel. */
const GRADIENT = 8;

/**
 * What spends x^T dz: of int8 in integers; of spikes of one sample it follows what is not 0, where the update leaves
 * the rest as it is.
 */
export function updateBy(update: Update, { x, kernels }: Pick<Factors, 'x' | 'kernels'>): Kernel {
  const { events, shape } = x.buffer;
  if (kernels !== undefined) return kernels.f32_matmul_update_pairs(update);
  if (events === null || capacity(shape[0]) > 1 || update.skipsZero !== true) return f32_matmul_update(update);
  return events.f32_matmul_update_events(update);
}

/** A weight by its buffers: values in panels, and a scale for each column. */
export interface ScaledColumns {
  readonly name: string;
  readonly rows: number;
  readonly columns: Dim;
  /** Of these the first, which learn. */
  readonly learning: Dim;
  readonly values: Buffer;
  readonly scale: Buffer;
  /** From a column on. */
  operands(first?: Affine | number): { readonly weight: View; readonly scale: View };
}

export function scaledColumns(p: Program, spec: WeightSpec, element: ElementType): ScaledColumns {
  const { name, shape, learning } = spec;
  const lasting = { role: roleOf(spec), layout: 'panels', life: 'persistent' } as const;
  const values = p.buffer({ name, shape, element, ...lasting });
  const columns = shape[shape.length - 1];
  const scale = p.buffer({ name: `${name}/scale`, shape: [columns], ...lasting });
  const rows = fixed(product(shape.slice(0, -1)), `the inputs of '${name}'`);
  const operands: ScaledColumns['operands'] = (first = 0) => ({
    weight: view(values, times(first, rows)),
    scale: view(scale, first),
  });
  return { name, rows, columns, learning: learningColumns({ learning, columns }), values, scale, operands };
}

/** Words beside a weight in which its updates are counted, for as long as it is. */
export const countsOf = (p: Program, { name, values: { unit } }: ScaledColumns, what: string, words: number): Buffer =>
  p.buffer({ name: `${name}/${what}`, role: 'state', life: 'persistent', element: 'i32', unit, shape: [words] });

/** Fills all scales, and has each panel's first values written from floats that are drawn a panel at a time. */
export function initializeScaled(
  p: Program,
  { name, rows, columns, operands }: ScaledColumns,
  { initializer, step }: { readonly initializer: Initializer; readonly step: number },
  write: (panel: LoopIndex, operands: { readonly out: View; readonly x: View; readonly scale: View }) => void,
): void {
  const panels = panelCount(capacity(columns));
  p.fill(operands().scale, panels * PANEL, step);
  p.loop(panels, (panel) => {
    const x = view(p.buffer({ name: `${name}/drawn`, role: 'scratch', shape: [rows * PANEL] }));
    fillPanel(p, name, { rows, initializer, panel, out: x });
    const { weight: out, scale } = operands(along(panel, PANEL));
    write(panel, { out, x, scale });
  });
}

/** Steps of stored values, a panel at a time. Panels of columns to come go there and back as well. */
export function shiftPanels(
  p: Program,
  { name, rows, learning, operands }: ScaledColumns,
  add: Kernel,
  steps: (span: PieceSpan) => Expression,
): void {
  const shape = [constant(1), constant(rows * PANEL)];
  p.loop(panelCount(capacity(learning)), (panel) => {
    const x = p.tensor({ name: `${name}/steps`, role: 'scratch', shape });
    p.write(x, steps({ first: along(panel, rows * PANEL), shape }));
    p.call(add, { weight: operands(along(panel, PANEL)).weight, x: x.at(0), rows });
  });
}

interface Spending {
  /** Whether factors may be int8. */
  readonly takesWhole?: boolean;
  byFactors(factors: Factors): void;
  byGradient(gradient: Gradient): void;
}

/** Records the update of a site group by group: by factors where it has them, else by its gradient. */
export function learnInPanels(p: Program, site: LearnSite, { takesWhole, byFactors, byGradient }: Spending): void {
  const factors = (takesWhole && site.whole) || site.factors;
  if (factors === undefined) site.gradient(p, GRADIENT, byGradient);
  else factors(p, FACTORS, byFactors);
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
