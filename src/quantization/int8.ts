// Weights as int8 with a float scale for each column, W = scale q, without a float copy: every update is rounded
// stochastically (runtime/simd/parts/rounding.ts), so that changes far below a step of q are learned in the mean. A
// column that reaches the limit is given twice the scale. What an optimiser keeps stays float; biases are float.

import { along, times, view, type Affine, type Buffer, type View } from '../../runtime/program/buffer.ts';
import { capacity, constant, fixed, product } from '../../runtime/program/dim.ts';
import type { Operand } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { i8_matmul_update_sr } from '../../runtime/simd/kernels/i8-matmul-update-sr.ts';
import { i8_quantize_rne } from '../../runtime/simd/kernels/i8-quantize-rne.ts';
import { i8_rescale_sr } from '../../runtime/simd/kernels/i8-rescale-sr.ts';
import { i8_update_sr } from '../../runtime/simd/kernels/i8-update-sr.ts';
import { PANEL, panelCount } from '../../runtime/simd/parts/panels.ts';
import { HEALTH, LIMIT } from '../../runtime/simd/parts/rounding.ts';
import { boundOf, fillPanel } from './initializer.ts';
import { learnInPanels, OptimizerState } from './panels.ts';
import type { Reading, Storage, Weight, WeightSpec } from './storage.ts';

export interface Int8Options {
  /** The largest weight at first, as a multiple of the largest first weight. Default 3. */
  readonly headroom?: number;
}

const reading: Reading = { element: 'i8', scaled: true };

/** int8 weights with a scale for each column, rounded stochastically. */
export const int8 = ({ headroom = 3 }: Int8Options = {}): Storage => ({
  name: 'int8',
  weight: (p, spec) => int8Weight(p, spec, headroom),
});

function int8Weight(p: Program, { name, shape, initializer, trained }: WeightSpec, headroom: number): Weight {
  const role = trained ? 'parameter' : 'constant';
  const lasting = { role, layout: 'panels', life: 'persistent' } as const;
  const values = p.buffer({ name, shape, element: 'i8', ...lasting });
  const columns = shape[shape.length - 1];
  const scale = p.buffer({ name: `${name}/scale`, shape: [columns], ...lasting });
  const rows = fixed(product(shape.slice(0, -1)), `the inputs of '${name}'`);
  const panels = panelCount(capacity(columns));
  const state = new OptimizerState(values);
  /** Made when an update is first recorded, like the optimiser's. */
  let health: Buffer | null = null;
  const operands = (first: Affine | number = 0): { weight: View; scale: View } => ({
    weight: view(values, times(first, rows)),
    scale: view(scale, first),
  });

  return {
    name,
    storage: 'int8',
    rows,
    columns,
    trained,
    reading,
    get parts() {
      const watched = health === null ? [] : [{ buffer: health, is: 'health' } as const];
      return [{ buffer: values, is: 'value' }, { buffer: scale, is: 'scale' }, ...watched, ...state.parts] as const;
    },
    operands,
    initialize(program) {
      program.fill(view(scale), panels * PANEL, (headroom * boundOf(initializer, rows)) / LIMIT);
      program.loop(panels, (panel) => {
        const drawn = program.buffer({ name: `${name}/drawn`, role: 'scratch', shape: [constant(rows * PANEL)] });
        fillPanel(program, name, { rows, initializer, panel, out: view(drawn) });
        const of = operands(along(panel, PANEL));
        program.call(i8_quantize_rne, { out: of.weight, x: drawn, scale: of.scale, rows });
      });
    },
    learn(program, site, optimizer) {
      const { unit } = values;
      health ??= program.buffer({
        name: `${name}/health`,
        role: 'state',
        life: 'persistent',
        element: 'i32',
        unit,
        shape: [Object.keys(HEALTH).length],
      });
      const rounded = { health: view(health), ...program.draws(`${name}/rounding`, program.step) };
      const common = (first: Affine | number): Record<string, Operand> => ({
        ...operands(first),
        ...rounded,
        ...state.views(program, optimizer, times(first, rows)),
        first: times(first, rows),
      });
      learnInPanels(program, site, {
        byFactors({ x, dz, batch, dzStride, first, columns: width }) {
          const sizes = { batch, dzStride, inputs: rows, columns: width };
          program.call(i8_matmul_update_sr(optimizer.update), { ...common(first), x, dz, ...sizes });
        },
        byGradient({ panels: gradient, first, columns: width }) {
          program.call(i8_update_sr(optimizer.update), { ...common(first), gradient, rows, columns: width });
        },
      });
    },
    maintain(program) {
      if (health === null) return;
      const counts = view(health);
      program.when(view(health, HEALTH.clipped), { atLeast: 1 }, () => {
        const draws = program.draws(`${name}/rescaling`, program.step);
        program.call(i8_rescale_sr, { ...operands(), health: counts, rows, columns, first: 0, ...draws });
      });
    },
  };
}
