// Weights as int8 with a float scale for each column, W = scale q, without a float copy: every update is rounded
// stochastically (runtime/simd/parts/rounding.ts), so that changes far below a step of q are learned in the mean. A
// column that reaches the limit is given twice the scale. What an optimiser keeps stays float; biases are float.

import { times, view, type Affine, type Buffer } from '../../runtime/program/buffer.ts';
import type { Operand } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import { i8_add } from '../../runtime/simd/kernels/i8-add.ts';
import { i8_matmul_update_sr } from '../../runtime/simd/kernels/i8-matmul-update-sr.ts';
import { i8_quantize_rne } from '../../runtime/simd/kernels/i8-quantize-rne.ts';
import { i8_rescale_sr } from '../../runtime/simd/kernels/i8-rescale-sr.ts';
import { i8_update_sr } from '../../runtime/simd/kernels/i8-update-sr.ts';
import { HEALTH, LIMIT } from '../../runtime/simd/parts/rounding.ts';
import { expectFinite, expectOptions } from '../options.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { boundOf, type Initializer } from './initializer.ts';
import {
  countsOf,
  initializeScaled,
  learnInPanels,
  OptimizerState,
  scaledColumns,
  shiftPanels,
  type ScaledColumns,
} from './panels.ts';
import type { LearnSite, Reading, Storage, Weight, WeightSpec } from './storage.ts';

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

function int8Weight(p: Program, spec: WeightSpec, headroom: number): Weight {
  const { name, trained, learning } = spec;
  const kept = scaledColumns(p, spec, reading.element);
  const { rows, columns, values, scale, operands } = kept;
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
      health ??= countsOf(program, kept, 'health', Object.keys(HEALTH).length);
      learn(program, kept, { site, optimizer, state, health });
    },
    shift: (program, steps) => shiftPanels(program, kept, i8_add, steps),
    maintain(program) {
      if (health !== null) rescale(program, kept, health);
    },
  };
}

/** The float's first values, rounded to the nearest step. */
function initialize(p: Program, kept: ScaledColumns, initializer: Initializer, headroom: number): void {
  const { rows } = kept;
  const step = (headroom * boundOf(initializer, rows)) / LIMIT;
  initializeScaled(p, kept, { initializer, step }, (_, operands) => p.call(i8_quantize_rne, { ...operands, rows }));
}

interface Learning {
  readonly site: LearnSite;
  readonly optimizer: RecordedOptimizer;
  readonly state: OptimizerState;
  readonly health: Buffer;
}

function learn(
  p: Program,
  { name, rows, operands }: ScaledColumns,
  { site, optimizer, state, health }: Learning,
): void {
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
function rescale(p: Program, { name, rows, learning, operands }: ScaledColumns, health: Buffer): void {
  p.when(view(health, HEALTH.clipped), { atLeast: 1 }, () => {
    const draws = p.draws(`${name}/rescaling`, p.step);
    p.call(i8_rescale_sr, { ...operands(), health, rows, columns: learning, first: 0, ...draws });
  });
}
