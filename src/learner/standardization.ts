// Values on scales of their own reach memory as (x - mean) / deviation of their feature, as the first fit found them
// among the rows that it learned from; answers come back in the units of the targets. In double, rounded on the store,
// so every engine has the same bits: a square root is exact as sums and quotients are.
//
// Variance: Welford, Technometrics 4 (1962), by which what does not vary has none at all.

import { elementsOf } from '../../runtime/program/layout.ts';
import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import type { CompiledLearner } from '../compile/compiled.ts';
import { InputError } from '../errors.ts';
import type { Targets } from '../tasks/host/host.ts';
import { featuresOf, type Scale, type Standardization } from '../tasks/host/scale.ts';

/** Many samples, or their targets. */
export type Rows = Pick<Targets, 'copy'> & { steps?(index: number): number };

/** How many features there are, and how many values at most. */
interface Extent {
  readonly features: number;
  readonly size: number;
}

function extentsOf({ network: { inputShape }, task }: CompiledLearner): { input: Extent; target: Extent } {
  const { input, target } = featuresOf(inputShape, task);
  return {
    input: { features: input, size: elementsOf(inputShape) },
    target: { features: target, size: task.capacity },
  };
}

/** What a first fit learns from. */
interface Learned {
  readonly samples: Rows;
  readonly targets: Rows;
  readonly rows: ArrayLike<number>;
}

export function measure(compiled: CompiledLearner, { samples, targets, rows }: Learned): Standardization {
  const { standardize, task } = compiled;
  const extents = extentsOf(compiled);
  const isWanted = standardize.input === true || (standardize.input === 'auto' && isWide(samples, rows, extents.input));
  const input = isWanted ? scaleOf(samples, rows, extents.input) : null;
  if (!standardize.target) return { input, target: null };
  if (task.kind === 'reconstruction') return { input, target: input };
  return { input, target: isWide(targets, rows, extents.target) ? scaleOf(targets, rows, extents.target) : null };
}

const lengthOf = ({ steps }: Rows, index: number, { features, size }: Extent): number =>
  steps === undefined ? size : steps(index) * features;

/** Whether any value lies outside of 0..1, where pixels, shares and one-hot columns are. */
function isWide(values: Rows, rows: ArrayLike<number>, extent: Extent): boolean {
  const row = new Float64Array(extent.size);
  for (let at = 0; at < rows.length; at++) {
    values.copy(rows[at], row, 0);
    const length = lengthOf(values, rows[at], extent);
    for (let i = 0; i < length; i++) if (row[i] < 0 || row[i] > 1) return true;
  }
  return false;
}

function scaleOf(values: Rows, rows: ArrayLike<number>, extent: Extent): Scale {
  const { features, size } = extent;
  const [row, mean, squares] = [size, features, features].map((length) => new Float64Array(length));
  let count = 0;
  for (let at = 0; at < rows.length; at++) {
    values.copy(rows[at], row, 0);
    const length = lengthOf(values, rows[at], extent);
    for (let i = 0; i < length; i++) {
      const feature = i % features;
      if (feature === 0) count++;
      const moved = row[i] - mean[feature];
      mean[feature] += moved / count;
      squares[feature] += moved * (row[i] - mean[feature]);
    }
  }
  return { mean: [...mean], deviation: Array.from(squares, (sum) => Math.sqrt(sum / count) || 1) };
}

/** Writes rows standardised, and reads answers back; allocates nothing in a step. */
export class Standardizer {
  readonly by: Standardization | null;
  readonly #extents: { readonly input: Extent; readonly target: Extent };
  readonly #row: Float64Array;
  #answers = new Float32Array(0);

  constructor(compiled: CompiledLearner, by: Standardization | null) {
    this.by = by;
    this.#extents = extentsOf(compiled);
    this.#row = new Float64Array(Math.max(this.#extents.input.size, this.#extents.target.size));
  }

  /** @throws InputError for a value that is out of reach of a float32. */
  copy(port: 'input' | 'target', values: Rows, index: number, out: ElementArray, offset: number): void {
    const scale = this.by?.[port];
    if (!scale) return values.copy(index, out, offset);
    const { mean, deviation } = scale;
    const length = lengthOf(values, index, this.#extents[port]);
    values.copy(index, this.#row, 0);
    let poison = 0;
    for (let i = 0; i < length; i++) {
      const feature = i % mean.length;
      out[offset + i] = (this.#row[i] - mean[feature]) / deviation[feature];
      poison += out[offset + i] * 0;
    }
    if (poison !== 0)
      throw new InputError(`sample ${index} is too far from what was learned, wanted values like those`);
  }

  /** Answers in the units of the targets; valid until the next ones. */
  answers(values: Float32Array, count: number): Float32Array {
    const target = this.by?.target;
    if (!target) return values;
    const { mean, deviation } = target;
    if (this.#answers.length < count) this.#answers = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const feature = i % mean.length;
      this.#answers[i] = values[i] * deviation[feature] + mean[feature];
    }
    return this.#answers;
  }
}
