// Elementwise expressions over tensors, not yet computed: what a rule writes as its delta. An expression becomes one
// fused kernel (f32_map) when a window of it is needed, so a delta exists at most panel by panel.
//
// All operands of an expression describe the same [batch, ...features]; an operand may also be the same for every
// sample (a scalar), chosen by a label (`gather`), or one number for each sample.

import type { BinaryName, UnaryName } from '../simd/parts/elementwise.ts';
import type { MapExpression } from '../simd/kernels/f32-map.ts';
import { along, plus, view, type Affine, type Buffer, type LoopIndex, type View } from './buffer.ts';
import { describeShape, describeSize, fixed, product, toDim, type Dim } from './dim.ts';
import { ProgramError } from './error.ts';

/**
 * What a kernel parameter receives: a view (its address, or for a number the element there), or an integer or float.
 */
export type Operand = View | Affine | Dim | number;

/** The part of an expression that is computed in one go. */
export interface Window {
  readonly rows: Dim;
  readonly columns: Dim;
  /** The first feature of the window. */
  readonly first: Affine | number;
  /**
   * null: a row is a sample, and a column a feature. Otherwise the window lies in one sample, its rows are the
   * positions of an image (or of a sequence) and its columns channels, of which a position has `channels`.
   */
  readonly sample: { readonly index: LoopIndex; readonly channels: number } | null;
}

type Leaf = (window: Window) => { readonly kind: MapExpression['kind']; readonly operands: Record<string, Operand> };

/** How often each buffer was written so far, in the order of recording. */
const writes = new WeakMap<Buffer, number>();
const writesOf = (buffer: Buffer): number => writes.get(buffer) ?? 0;

/** The recorder tells of every write, so that an expression can tell whether what it was made from still stands. */
export const noteWrite = (buffer: Buffer): void => {
  writes.set(buffer, writesOf(buffer) + 1);
};

/** Counts the expressions made, to tell what was made before a loop. */
let made = 0;
export const expressionsMade = (): number => made;

export abstract class Expression {
  /** The shape [batch, ...features] it describes; null for a scalar, which fits every shape. */
  abstract readonly shape: readonly Dim[] | null;
  /** The buffers it reads. */
  abstract readonly buffers: readonly Buffer[];
  /** @internal */
  abstract compile(leaves: LeafList): MapExpression;

  plus(other: Expression | number): Expression { return new Apply('add', [this, other]); }
  minus(other: Expression | number): Expression { return new Apply('sub', [this, other]); }
  times(other: Expression | number): Expression { return new Apply('mul', [this, other]); }
  over(other: Expression | number): Expression { return new Apply('div', [this, other]); }
  /** 1 where this is greater, else 0. */
  greater(other: Expression | number): Expression { return new Apply('greater', [this, other]); }
  max(other: Expression | number): Expression { return new Apply('max', [this, other]); }
  min(other: Expression | number): Expression { return new Apply('min', [this, other]); }
  map(name: UnaryName): Expression { return new Apply(name, [this]); }
}

/** A tensor in memory: a buffer seen as [batch, ...features]. */
export class Tensor extends Expression {
  readonly buffer: Buffer;
  readonly shape: readonly Dim[];

  constructor(buffer: Buffer, shape: readonly Dim[] = buffer.shape) {
    super();
    this.buffer = buffer;
    this.shape = shape;
  }

  get buffers(): readonly Buffer[] {
    return [this.buffer];
  }

  get batch(): Dim {
    return this.shape[0];
  }

  /** The number of features of a sample. */
  get features(): Dim {
    return product(this.shape.slice(1));
  }

  at(offset: Affine | number): View {
    return view(this.buffer, offset);
  }

  /**
   * The same elements under another shape.
   * @throws ProgramError where that has another number of elements.
   */
  reshape(shape: readonly (Dim | number)[]): Tensor {
    const dims = shape.map(toDim);
    const [from, to] = [this.shape, dims].map(describeSize);
    if (from === to) return new Tensor(this.buffer, dims);
    const [old, wanted] = [this.shape, dims].map(describeShape);
    const what = `'${this.buffer.name}' ${old} has ${from} elements`;
    throw new ProgramError(`${what}, so it cannot be seen as ${wanted} (${to})`);
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add((window) => elementsOf(this, 0, window));
  }
}

/** Features `from`.. of every sample of a tensor: a time step of a sequence, some columns of a matrix. */
export class Slice extends Expression {
  readonly tensor: Tensor;
  readonly from: Affine | number;
  readonly shape: readonly Dim[];

  constructor(tensor: Tensor, from: Affine | number, features: readonly (Dim | number)[]) {
    super();
    this.tensor = tensor;
    this.from = from;
    this.shape = [tensor.batch, ...features.map(toDim)];
  }

  get buffers(): readonly Buffer[] {
    return this.tensor.buffers;
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add((window) => elementsOf(this.tensor, this.from, window));
  }
}

/** The matrix that a window is of a tensor, when its first feature is the tensor's feature `from`. */
function elementsOf(tensor: Tensor, from: Affine | number, { first, sample }: Window): ReturnType<Leaf> {
  const start = plus(from, first);
  if (sample === null) return { kind: 'matrix', operands: { '': tensor.at(start), Stride: tensor.features } };
  const ofSample = along(sample.index, fixed(tensor.features, 'the features of a sample'));
  return { kind: 'matrix', operands: { '': tensor.at(plus(ofSample, start)), Stride: sample.channels } };
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
        IndexStride: this.table.features,
        Stride: sample === null ? 0 : sample.channels,
      },
    }));
  }
}

/** One-hot rows of an index: 1 in the column that `index[b]` names. */
export class OneHot extends Expression {
  readonly shape: readonly Dim[];
  readonly index: Buffer;

  constructor(index: Buffer, classes: Dim) {
    super();
    this.shape = [index.shape[0], classes];
    this.index = index;
  }

  get buffers(): readonly Buffer[] {
    return [this.index];
  }

  compile(leaves: LeafList): MapExpression {
    return leaves.add(({ first, sample }) => ({
      kind: 'oneHot',
      operands: { '': perSample(this.index, sample), Step: sample === null ? 1 : 0, First: first },
    }));
  }
}

const perSample = (buffer: Buffer, sample: Window['sample']): View =>
  view(buffer, sample === null ? 0 : along(sample.index, 1));

export class Apply extends Expression {
  readonly shape: readonly Dim[] | null;
  readonly buffers: readonly Buffer[];
  readonly op: UnaryName | BinaryName;
  readonly args: readonly (Expression | number)[];
  /** How often each buffer had been written when the expression was made. */
  readonly #made: readonly number[];
  readonly #number = ++made;

  constructor(op: UnaryName | BinaryName, args: readonly (Expression | number)[]) {
    super();
    this.op = op;
    this.args = args;
    this.shape = commonShape(op, args);
    this.buffers = [...new Set(args.flatMap((arg) => (typeof arg === 'number' ? [] : arg.buffers)))];
    this.#made = this.buffers.map(writesOf);
  }

  compile(leaves: LeafList): MapExpression {
    this.expectUnwritten();
    const args = this.args.map((arg): MapExpression =>
      (typeof arg === 'number' ? { kind: 'constant', value: arg } : leaves.compile(arg)));
    return { kind: 'apply', op: this.op, args };
  }

  /** Refuses that it was made before a loop, is computed in it, and reads what is written in it: turns would differ. */
  expectSteady(madeBefore: number, written: ReadonlySet<Buffer>): void {
    const changed = this.#number <= madeBefore ? this.buffers.find((buffer) => written.has(buffer)) : undefined;
    if (changed === undefined) return;
    throw new ProgramError(`'${changed.name}' is written in a loop that computes an expression made from it before`);
  }

  /** What it means is what stood in its buffers when it was made, so it must be computed while that still stands. */
  private expectUnwritten(): void {
    const changed = this.buffers.find((buffer, index) => writesOf(buffer) !== this.#made[index]);
    if (changed === undefined) return;
    throw new ProgramError(`'${changed.name}' was written again before an expression made from it was computed`);
  }
}

function commonShape(op: string, args: readonly (Expression | number)[]): readonly Dim[] | null {
  const shapes = args.flatMap((arg) => (typeof arg === 'number' || arg.shape === null ? [] : [arg.shape]));
  for (const shape of shapes) {
    if (describeShape(shape) !== describeShape(shapes[0])) {
      throw new ProgramError(`${op}: shapes ${describeShape(shapes[0])} and ${describeShape(shape)} differ`);
    }
  }
  return shapes[0] ?? null;
}

/** The operands of an expression, each once, while it is compiled for a window. */
export class LeafList {
  readonly operands: Record<string, Operand> = {};
  readonly #window: Window;
  readonly #done = new Map<Expression, MapExpression>();
  #count = 0;

  constructor(window: Window) {
    this.#window = window;
  }

  compile(expression: Expression): MapExpression {
    let compiled = this.#done.get(expression);
    if (compiled === undefined) {
      compiled = expression.compile(this);
      this.#done.set(expression, compiled);
    }
    return compiled;
  }

  /** Everything applied in what was compiled. */
  get applied(): readonly Apply[] {
    return [...this.#done.keys()].filter((expression) => expression instanceof Apply);
  }

  add(describe: Leaf): MapExpression {
    const leaf = this.#count++;
    const { kind, operands } = describe(this.#window);
    for (const [suffix, operand] of Object.entries(operands)) this.operands[`x${leaf}${suffix}`] = operand;
    return { kind, leaf } as MapExpression;
  }
}

/** The window that is the whole of [batch, features]. */
export const wholeWindow = (shape: readonly Dim[]): Window =>
  ({ rows: shape[0], columns: product(shape.slice(1)), first: 0, sample: null });

