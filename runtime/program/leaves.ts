// What an expression may read beside tensors: numbers, one for each sample or feature, rows chosen by an index, and
// random numbers that are drawn where they are read.

import type { MapExpression } from '../simd/parts/map-expression.ts';
import type { DistributionName } from '../simd/parts/distribution.ts';
import { along, plus, view, type Affine, type Buffer, type View } from './buffer.ts';
import { constant, fixed, product, type Dim } from './dim.ts';
import { ProgramError } from './error.ts';
import { Expression, type LeafList, type LeafReading, type Operand, type Tensor, type Window } from './expression.ts';

/** A number. Where an expression meets a number, the number alone does. */
export class Constant extends Expression {
  readonly shape = null;
  readonly buffers = [];
  readonly value: number;

  constructor(value: number) {
    super();
    this.value = value;
  }

  compile(): MapExpression {
    return { kind: 'constant', value: this.value };
  }
}

/** One number: an element of a buffer, a run-time count, or what moves with the index of a loop. */
export class Scalar extends Expression {
  readonly shape = null;
  readonly source: View | Dim | Affine;

  constructor(source: View | Dim | Affine) {
    super();
    this.source = source;
  }

  get buffers(): readonly Buffer[] {
    return this.source.kind === 'view' ? [this.source.buffer] : [];
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add(() => ({ kind: 'scalar', operands: { '': this.source } }));
  }
}

/** One number for each sample: a buffer of [batch]. */
export class PerSample extends Expression {
  readonly shape = null;
  readonly values: Buffer;

  constructor(values: Buffer) {
    super();
    this.values = values;
  }

  get buffers(): readonly Buffer[] {
    return [this.values];
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add(({ sample }) => {
      const operands = { '': perSample(this.values, sample), Step: sample === null ? 1 : 0 };
      return { kind: 'column', operands };
    });
  }
}

/** One row for all samples: a tensor of [1, ...features], or a buffer of [features]. */
export class PerFeature extends Expression {
  readonly shape = null;
  readonly values: Buffer;

  constructor(values: Buffer) {
    super();
    this.values = values;
  }

  get buffers(): readonly Buffer[] {
    return [this.values];
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add(({ first, sample }) => ({
      kind: 'matrix',
      operands: { '': view(this.values, first), Stride: sample === null ? 0 : sample.channels },
    }));
  }
}

/** Bytes in memory, 0 to 255, seen as [batch, ...features]: rows are `stride` apart, from `offset` on. */
export class Bytes extends Expression {
  readonly shape: readonly Dim[];
  readonly #buffer: Buffer;
  readonly #offset: Affine | number;
  readonly #stride: number;

  constructor(buffer: Buffer, shape: readonly Dim[], stride: number, offset: Affine | number = 0) {
    super();
    this.shape = shape;
    this.#buffer = buffer;
    this.#offset = offset;
    this.#stride = stride;
  }

  get buffers(): readonly Buffer[] {
    return [this.#buffer];
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add(({ first, sample }) => {
      const ofSample = sample === null ? 0 : along(sample.index, this.#stride);
      const from = view(this.#buffer, plus(this.#offset, plus(ofSample, first)));
      return { kind: 'bytes', operands: { '': from, Stride: sample?.channels ?? this.#stride } };
    });
  }
}

/** For each sample the row of `table` that its index names: `table[index[b]]`, without a multiply. */
export class Gather extends Expression {
  readonly shape: readonly Dim[];
  readonly table: Tensor;
  readonly index: Buffer;

  constructor(table: Tensor, index: Buffer) {
    super();
    this.shape = [index.shape[0], ...table.shape.slice(1)];
    this.table = table;
    this.index = index;
  }

  get buffers(): readonly Buffer[] {
    return [this.table.buffer, this.index];
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add(({ first, sample }) => ({
      kind: 'gather',
      operands: {
        '': this.table.at(first),
        Index: perSample(this.index, sample),
        IndexStep: sample === null ? 1 : 0,
        IndexStride: this.table.stride,
        Stride: sample === null ? 0 : sample.channels,
      },
    }));
  }
}

/** A grid over an image: cells of one size, of which those at the border may lie in part outside. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly cellHeight: number;
  readonly cellWidth: number;
  /** Pixels of the first cells that lie outside. */
  readonly top: number;
  readonly left: number;
}

/**
 * An image [batch, height, width, channels] in which the pixels of a cell are alike: `values`, [batch, cells down,
 * cells across, channels], says what they are.
 */
export class Cells extends Expression {
  readonly shape: readonly Dim[];
  readonly values: Tensor;
  readonly #grid: Grid;
  override readonly inSamples = true;

  constructor(values: Tensor, grid: Grid) {
    super();
    const [batch, , , channels] = values.shape;
    this.shape = [batch, constant(grid.height), constant(grid.width), channels];
    this.values = values;
    this.#grid = grid;
  }

  get buffers(): readonly Buffer[] {
    return [this.values.buffer];
  }

  compile(leaves: LeafList): MapExpression {
    const { values } = this;
    const { width: Width, cellHeight: CellHeight, cellWidth: CellWidth, top: Top, left: Left } = this.#grid;
    const [, , Across, Stride] = values.shape;
    return leaves.add(({ first, sample }) => {
      if (sample === null) throw new ProgramError(`'${values.buffer.name}' has cells of an image, and no samples`);
      const { row, column } = sample.corner ?? { row: 0, column: first };
      const ofSample = along(sample.index, fixed(values.stride, 'the cells of a sample'));
      const operands = { Stride, Width, Top: plus(row, Top), Left, CellHeight, CellWidth, Across };
      return { kind: 'cells', operands: { '': values.at(plus(ofSample, column)), ...operands } };
    });
  }
}

/** One-hot rows: 1 in the column that `index[b]` names; or, of a loop's index, in the same column for all samples. */
export class OneHot extends Expression {
  readonly shape: readonly Dim[];
  readonly index: Buffer | Affine;

  /** `batch` is wanted for the index of a loop. */
  constructor(index: Buffer | Affine, columns: Dim, batch?: Dim) {
    super();
    this.shape = [batch ?? (index as Buffer).shape[0], columns];
    this.index = index;
  }

  get buffers(): readonly Buffer[] {
    return 'kind' in this.index ? [] : [this.index];
  }

  compile(leaves: LeafList): MapExpression {
    const { index } = this;
    return leaves.add(
      ({ first, sample }): LeafReading =>
        'kind' in index
          ? { kind: 'hot', operands: { '': index, First: first } }
          : { kind: 'oneHot', operands: { '': perSample(index, sample), Step: sample === null ? 1 : 0, First: first } },
    );
  }
}

/** What a drawn element is numbered by, beside the stream and the step. */
export interface DrawnSpec {
  readonly kind: DistributionName;
  readonly shape: readonly Dim[];
  /** Uniform in [-scale, scale); normal with this standard deviation; scale or -scale. Default 1; see `range`. */
  readonly scale?: number;
  /** For `uniform`, in place of a scale. */
  readonly range?: readonly [low: number, high: number];
  /** Seed, stream, step and turn, of `Program.draws`. */
  readonly from: Readonly<Record<'seed' | 'stream' | 'step' | 'turn', Operand>>;
  /**
   * An index of each sample: of its data (`sample`: the elements count inside it), or of a row of one fixed table
   * (`row`). `batch`: one row for all samples. `element`: its rows are no samples, the elements count through them.
   */
  readonly per: { readonly sample: Buffer } | { readonly row: Buffer } | 'batch' | 'element';
  /** The number of the first element, where the shape is a piece of something larger. */
  readonly first?: Affine | number;
}

/** Random numbers that are drawn where they are read: they cost no byte. */
export class Drawn extends Expression {
  readonly shape: readonly Dim[];
  readonly #spec: DrawnSpec;

  constructor(spec: DrawnSpec) {
    super();
    this.shape = spec.shape;
    this.#spec = spec;
  }

  get buffers(): readonly Buffer[] {
    const { per } = this.#spec;
    return typeof per === 'string' ? [] : Object.values(per);
  }

  compile(leaves: LeafList): MapExpression {
    const { kind, scale = 1, range = [-scale, scale], from, per, first: start = 0 } = this.#spec;
    const [index] = this.buffers;
    const entry = product(this.shape.slice(1));
    return leaves.add(({ first, sample }) => ({
      kind,
      operands: {
        '': index === undefined ? (from.seed as View) : perSample(index, sample),
        Step: index === undefined || sample !== null ? 0 : 1,
        Entry: typeof per === 'object' && 'row' in per ? entry : 0,
        Sample: typeof per === 'object' && 'sample' in per ? 1 : 0,
        First: plus(start, first),
        Stride: sample !== null ? sample.channels : per === 'element' ? entry : 0,
        Seed: from.seed,
        Stream: from.stream,
        Now: from.step,
        Turn: from.turn,
        ...(kind === 'uniform' ? { low: range[0], high: range[1] } : { scale }),
      },
    }));
  }
}

const perSample = (buffer: Buffer, sample: Window['sample']): View =>
  view(buffer, sample === null ? 0 : along(sample.index, 1));
