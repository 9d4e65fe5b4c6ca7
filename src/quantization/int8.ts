// Weights as int8 with a float scale for each column, W = scale q, without a float copy: every update is rounded
// stochastically (runtime/simd/parts/rounding.ts), so that changes far below a step of q are learned in the mean. A
// column that reaches the limit is given twice the scale. What an optimiser keeps stays float; biases are float.

import { along, times, view, type Affine, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { capacity, constant, fixed, product, type Dim } from '../../runtime/program/dim.ts';
import type { Expression, Operand } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { i8_add } from '../../runtime/simd/kernels/i8-add.ts';
import { i8_matmul_update_sr } from '../../runtime/simd/kernels/i8-matmul-update-sr.ts';
import { i8_quantize_rne } from '../../runtime/simd/kernels/i8-quantize-rne.ts';
import { i8_rescale_sr } from '../../runtime/simd/kernels/i8-rescale-sr.ts';
import { i8_update_sr } from '../../runtime/simd/kernels/i8-update-sr.ts';
import { PANEL, panelCount } from '../../runtime/simd/parts/panels.ts';
import { HEALTH, LIMIT } from '../../runtime/simd/parts/rounding.ts';
import { expectFinite, expectOptions } from '../options.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { boundOf, fillPanel, type Initializer } from './initializer.ts';
import { learnInPanels, OptimizerState } from './panels.ts';
import type { PieceSpan } from './piece.ts';
import {
  learningColumns,
  roleOf,
  type LearnSite,
  type Reading,
  type Storage,
  type Weight,
  type WeightSpec,
} from './storage.ts';

export interface Int8Options {
  /** The largest weight at first, as a multiple of the largest first weight. Default 3. */
  readonly headroom?: number;
}

const reading: Reading = { element: 'i8', scaled: true };

/**
 * int8 weights with a scale for each column, rounded stochastically.
 * @throws ConfigurationError for an unknown option, or a headroom that leaves no room for the first weights.
 */
export function int8(options: Int8Options = {}): Storage {
  expectOptions('int8', options, ['headroom']);
  const { headroom = 3 } = options;
  expectFinite('int8: headroom', headroom, [1]);
  return { name: 'int8', weight: (p, spec) => int8Weight(p, spec, headroom) };
}

/** A weight by its buffers. */
interface Kept {
  readonly name: string;
  readonly rows: number;
  readonly columns: Dim;
  /** Of these the first, which learn. */
  readonly learning: Dim;
  readonly values: Buffer;
  operands(first?: Affine | number): { readonly weight: View; readonly scale: View };
}

function int8Weight(p: Program, spec: WeightSpec, headroom: number): Weight {
  const { name, shape, trained, learning } = spec;
  const lasting = { role: roleOf(spec), layout: 'panels', life: 'persistent' } as const;
  const values = p.buffer({ name, shape, element: 'i8', ...lasting });
  const columns = shape[shape.length - 1];
  const scale = p.buffer({ name: `${name}/scale`, shape: [columns], ...lasting });
  const rows = fixed(product(shape.slice(0, -1)), `the inputs of '${name}'`);
  const operands: Kept['operands'] = (first = 0) => ({
    weight: view(values, times(first, rows)),
    scale: view(scale, first),
  });
  const kept: Kept = { name, rows, columns, learning: learningColumns({ learning, columns }), values, operands };
  const state = new OptimizerState(values, learning);
  /** Made when an update is first recorded, like the optimiser's. */
  let health: Buffer | null = null;

  return {
    name,
    storage: 'int8',
    rows,
    columns,
    trained,
    learning,
    reading,
    get parts() {
      const watched = health === null ? [] : [{ buffer: health, is: 'health' } as const];
      return [{ buffer: values, is: 'value' }, { buffer: scale, is: 'scale' }, ...watched, ...state.parts] as const;
    },
    operands,
    initialize: (program) => initialize(program, kept, spec.initializer, headroom),
    learn(program, site, optimizer) {
      health ??= healthOf(program, kept);
      learn(program, kept, { site, optimizer, state, health });
    },
    shift: (program, steps) => shift(program, kept, steps),
    maintain(program) {
      if (health !== null) rescale(program, kept, health);
    },
  };
}

/** The float's first values, rounded to the nearest step, a panel at a time. */
function initialize(
  p: Program,
  { name, rows, columns, operands }: Kept,
  initializer: Initializer,
  headroom: number,
): void {
  const panels = panelCount(capacity(columns));
  p.fill(operands().scale, panels * PANEL, (headroom * boundOf(initializer, rows)) / LIMIT);
  p.loop(panels, (panel) => {
    const x = p.buffer({ name: `${name}/drawn`, role: 'scratch', shape: [rows * PANEL] });
    fillPanel(p, name, { rows, initializer, panel, out: view(x) });
    const { weight: out, scale } = operands(along(panel, PANEL));
    p.call(i8_quantize_rne, { out, x, scale, rows });
  });
}

/** A panel at a time. Panels of columns to come go there and back as well. */
function shift(p: Program, { name, rows, learning, operands }: Kept, steps: (span: PieceSpan) => Expression): void {
  const shape = [constant(1), constant(rows * PANEL)];
  p.loop(panelCount(capacity(learning)), (panel) => {
    const x = p.tensor({ name: `${name}/steps`, role: 'scratch', shape });
    p.write(x, steps({ first: along(panel, rows * PANEL), shape }));
    p.call(i8_add, { weight: operands(along(panel, PANEL)).weight, x: x.at(0), rows });
  });
}

const healthOf = (p: Program, { name, values: { unit } }: Kept): Buffer =>
  p.buffer({
    name: `${name}/health`,
    role: 'state',
    life: 'persistent',
    element: 'i32',
    unit,
    shape: [Object.keys(HEALTH).length],
  });

interface Learning {
  readonly site: LearnSite;
  readonly optimizer: RecordedOptimizer;
  readonly state: OptimizerState;
  readonly health: Buffer;
}

function learn(p: Program, { name, rows, operands }: Kept, { site, optimizer, state, health }: Learning): void {
  const draws = p.draws(`${name}/rounding`, p.step);
  const common = (first: Affine | number): Record<string, Operand> => {
    const from = times(first, rows);
    return { ...operands(first), ...state.views(p, optimizer, from), ...draws, first: from, health: view(health) };
  };
  learnInPanels(p, site, {
    byFactors({ x, dz, batch, dzStride, first, columns }) {
      const sizes = { batch, dzStride, inputs: rows, columns };
      p.call(i8_matmul_update_sr(optimizer.update), { ...common(first), x, dz, ...sizes });
    },
    byGradient({ panels: gradient, first, columns }) {
      p.call(i8_update_sr(optimizer.update), { ...common(first), gradient, rows, columns });
    },
  });
}

/** Once a step, where an update ran into a limit. */
function rescale(p: Program, { name, rows, learning, operands }: Kept, health: Buffer): void {
  p.when(view(health, HEALTH.clipped), { atLeast: 1 }, () => {
    const draws = p.draws(`${name}/rescaling`, p.step);
    p.call(i8_rescale_sr, { ...operands(), health, rows, columns: learning, first: 0, ...draws });
  });
}
