// Where a weight learns: one update of one layer, weight and bias together, because both come from the same piece of
// dz. A storage walks a site once, in groups of columns as wide as it wants.

import { plus, times, view, type View } from '../../runtime/program/buffer.ts';
import { capacity, constant, toDim, type Dim } from '../../runtime/program/dim.ts';
import { Tensor, type Expression } from '../../runtime/program/expression.ts';
import { paddedColumns, type Program } from '../../runtime/program/program.ts';
import { f32_sum_rows } from '../../runtime/simd/kernels/f32-sum-rows.ts';
import { PANEL } from '../../runtime/simd/parts/panels.ts';
import { updateBy } from './panels.ts';
import { eachPiece, type PieceSpan } from './piece.ts';
import {
  learningColumns,
  type ColumnRange,
  type Factors,
  type Gradient,
  type LearnSite,
  type Weight,
} from './storage.ts';
import { summing } from './sum.ts';

/** A layer's weight, and its bias if it has one. */
export interface Weights {
  readonly weight: Weight;
  readonly bias: Weight | null;
}

/** The update of z = x W + b from dL/dz, which, unless it lies in memory, exists for one group of columns at a time. */
export function productSite({ weight, bias }: Weights, input: Tensor, dz: Expression): LearnSite {
  const learning = learningColumns(bias?.trained && !weight.trained ? bias : weight);
  const spendGroup = (
    p: Program,
    dzView: View,
    spend: (factors: Factors) => void,
    group: Omit<Factors, 'dz' | 'bias'>,
  ): void => {
    const sum = bias && (() => biasGradient(p, weight.name, dzView, group));
    spend({ dz: dzView, bias: sum, ...group });
  };
  const factors = (p: Program, width: number, spend: (factors: Factors) => void): void => {
    const x = p.materialize(`${weight.name}/x`, input);
    const whole = wholePanels(dz);
    if (whole !== null && whole <= width) {
      const group = { x: x.at(0), batch: x.batch, dzStride: whole, first: 0, columns: learning };
      return spendGroup(p, (dz as Tensor).at(0), spend, group);
    }
    // spikes of one sample are listed once for all columns
    const isSpikes = x.buffer.events !== null && capacity(x.batch) === 1;
    p.columnGroups(learning, isSpikes ? paddedColumns(learning) : width, (first, columns) => {
      const [delta, dzStride] = columnsOf(p, weight.name, dz, x.batch, { first, columns });
      spendGroup(p, delta, spend, { x: x.at(0), batch: x.batch, dzStride, first, columns });
    });
  };
  return {
    weight,
    bias,
    factors,
    gradient(p, width, spend) {
      factors(p, width, ({ x: rows, dz: columnsOfDz, batch, dzStride, ...group }) => {
        const elements = weight.rows * paddedColumns(group.columns);
        const panels = view(p.buffer({ name: `${weight.name}/gradient`, role: 'scratch', shape: [elements] }));
        p.fill(panels, elements, 0);
        p.call(updateBy(summing, { x: rows }), {
          weight: panels,
          x: rows,
          dz: columnsOfDz,
          batch,
          dzStride,
          inputs: weight.rows,
          columns: group.columns,
        });
        spend({ ...group, panels });
      });
    },
  };
}

/** Columns of dz as floats, in whole panels, and their row length. */
export function columnsOf(
  p: Program,
  name: string,
  dz: Expression,
  batch: Dim,
  { first, columns }: ColumnRange,
): readonly [dz: View, dzStride: number] {
  const dzStride = paddedColumns(columns);
  const delta = view(p.buffer({ name: `${name}/dz`, role: 'scratch', shape: [batch, dzStride] }));
  p.evaluate(dz, delta, { rows: batch, columns: toDim(columns), first, sample: null }, dzStride, dzStride);
  return [delta, dzStride];
}

/**
 * The row length of dz where it lies in memory and its rows are whole panels: then a narrow one need not be copied. (Of
 * a wide one the copy pays: rows a power of two apart fall into one set of the cache.)
 */
function wholePanels(dz: Expression): number | null {
  if (!(dz instanceof Tensor) || !dz.isPlain || dz.features.count !== null) return null;
  const columns = dz.features.offset;
  return columns % PANEL === 0 ? columns : null;
}

type DzGroup = Pick<Factors, 'batch' | 'dzStride' | 'columns'>;

export function biasGradient(p: Program, name: string, dz: View, { batch, dzStride, columns }: DzGroup): View {
  // at capacity: the dz of classes that are still to come is zero, and so is their gradient
  const width = paddedColumns(columns);
  const sum = view(p.buffer({ name: `${name}/biasGradient`, role: 'scratch', shape: [constant(width)] }));
  p.call(f32_sum_rows({ accumulate: false }), {
    out: sum,
    x: dz,
    scale: 1,
    rows: batch,
    columns: width,
    stride: dzStride,
  });
  return sum;
}

/** A site whose gradient is an expression over pieces of the weight: what perturbs weights learns by it. */
export function gradientSite(weight: Weight, gradient: (piece: PieceSpan) => Expression): LearnSite {
  const { name, rows } = weight;
  return {
    weight,
    bias: null,
    gradient(p, width, spend) {
      p.columnGroups(learningColumns(weight), width, (from, columns) => {
        const elements = rows * paddedColumns(columns);
        const panels = p.buffer({ name: `${name}/gradient`, role: 'scratch', shape: [elements] });
        eachPiece(p, { name, rows, columns: toDim(columns) }, ({ first, shape }, choose) => {
          const whole = gradient({ first: plus(times(from, rows), first), shape });
          p.write(new Tensor(panels, shape, { offset: first }), choose(whole, 0));
        });
        spend({ panels: view(panels), bias: null, first: from, columns });
      });
    },
  };
}

/** A site with a gradient that is known. */
export const knownSite = (weight: Weight, gradient: Gradient): LearnSite => ({
  weight,
  bias: null,
  gradient: (_p, _width, spend) => spend(gradient),
});
