// Weights as whole numbers with a float scale for each column, W = scale q, without a float copy: every update is
// rounded stochastically (runtime/simd/parts/rounding.ts), so that changes far below a step of q are learned in the
// mean. A column that reaches the limit is given twice the scale; where all columns share one, all are. What an
// optimiser keeps stays float; biases are float.

import { times, view, type Affine, type Buffer } from '../../runtime/program/buffer.ts';
import { capacity, constant } from '../../runtime/program/dim.ts';
import type { Operand } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Kernel } from '../../runtime/simd/kernel.ts';
import { int_add } from '../../runtime/simd/kernels/int-add.ts';
import { int_matmul_update_sr } from '../../runtime/simd/kernels/int-matmul-update-sr.ts';
import { int_quantize_rne } from '../../runtime/simd/kernels/int-quantize-rne.ts';
import { int_rescale_sr } from '../../runtime/simd/kernels/int-rescale-sr.ts';
import { int_update_sr } from '../../runtime/simd/kernels/int-update-sr.ts';
import { HEALTH, LIMITS, type Whole } from '../../runtime/simd/parts/rounding.ts';
import { ConfigurationError } from '../errors.ts';
import { boolean, finite, readOptions } from '../options.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import { boundOf } from './initializer.ts';
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

export interface RoundedOptions {
  /** The largest weight at first, as a multiple of the largest first weight. */
  readonly headroom?: number;
  /** Whether each column, an output or a filter, has a scale of its own; else all have the same. */
  readonly perChannel?: boolean;
}

/** What all weights of a storage share. */
interface Kept {
  readonly storage: string;
  readonly reading: Reading & { readonly element: Whole };
  readonly headroom: number;
}

/**
 * Weights of such numbers, rounded stochastically; `usual` are options that are not given. @throws ConfigurationError
 */
export function rounded(
  storage: string,
  element: Whole,
  options: RoundedOptions,
  usual: Required<RoundedOptions>,
): Storage {
  const { headroom, perChannel } = readOptions(storage, options, ConfigurationError, {
    headroom: [finite(1), usual.headroom],
    perChannel: [boolean, usual.perChannel],
  });
  const reading = { element, scaled: true, ...(!perChannel && { shared: true }) };
  return {
    name: perChannel ? storage : `${storage} per tensor`,
    weight: (p, spec) => roundedWeight(p, spec, { storage, reading, headroom }),
  };
}

function roundedWeight(p: Program, spec: WeightSpec, { storage, reading, headroom }: Kept): Weight {
  const { name, trained, learning } = spec;
  const { element } = reading;
  const kept = scaledColumns(p, spec, element);
  const { rows, columns, values, scale, operands } = kept;
  const state = new OptimizerState(values, learning);
  /** Made when an update is first recorded, like the optimiser's. */
  let health: Buffer | null = null;

  return {
    name,
    storage,
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
    initialize(program) {
      // the float's first values, to the nearest step
      const step = (headroom * boundOf(spec.initializer, rows)) / LIMITS[element];
      initializeScaled(program, kept, { initializer: spec.initializer, step }, (_, operands) =>
        program.call(int_quantize_rne(element), { ...operands, rows }),
      );
    },
    learn(program, site, optimizer) {
      health ??= countsOf(program, kept, 'health', Object.keys(HEALTH).length);
      learn(program, kept, { element, site, optimizer, state, health });
    },
    shift: (program, steps) => shiftPanels(program, kept, int_add(element), steps),
    maintain(program) {
      if (health !== null) rescale(program, kept, reading, health);
    },
  };
}

interface Learning {
  readonly element: Whole;
  readonly site: LearnSite;
  readonly optimizer: RecordedOptimizer;
  readonly state: OptimizerState;
  readonly health: Buffer;
}

function learn(
  p: Program,
  { name, rows, operands }: ScaledColumns,
  { element, site, optimizer, state, health }: Learning,
): void {
  const { update } = optimizer;
  const draws = p.draws(`${name}/rounding`, p.step);
  const common = (first: Affine | number): Record<string, Operand> => {
    const from = times(first, rows);
    return { ...operands(first), ...state.views(p, optimizer, from), ...draws, first: from, health: view(health) };
  };
  learnInPanels(p, site, {
    takesWhole: true,
    byFactors({ first, bias: _, kernels, ...factors }) {
      const { int_matmul_update_pairs_sr: multiply = int_matmul_update_sr } = kernels ?? {};
      p.call(multiply({ update, element }) as Kernel, { ...common(first), ...factors, inputs: rows });
    },
    byGradient({ panels: gradient, first, columns }) {
      p.call(int_update_sr({ update, element }), { ...common(first), gradient, rows, columns });
    },
  });
}

/** Once a step, where an update ran into a limit. */
function rescale(
  p: Program,
  { name, rows, learning, operands }: ScaledColumns,
  { element, shared = false }: Kept['reading'],
  health: Buffer,
): void {
  // a scale that all share is that of columns to come, too
  const columns = shared ? constant(capacity(learning)) : learning;
  p.when(view(health, HEALTH.clipped), { atLeast: 1 }, () => {
    const draws = p.draws(`${name}/rescaling`, p.step);
    p.call(int_rescale_sr({ element, shared }), { ...operands(), health, rows, columns, first: 0, ...draws });
  });
}
