// Elementwise expressions over tensors, not yet computed: what a rule writes as its delta. An expression becomes one
// fused kernel (f32_map) when a window of it is needed, so a delta exists at most panel by panel.
//
// All operands of an expression describe the same [batch, ...features]; an operand may also be the same for every
// sample (a scalar), chosen by a label (`gather`), or one number for each sample.

import type { BinaryName, TernaryName, UnaryName } from '../simd/parts/elementwise.ts';
import type { MapExpression } from '../simd/kernels/f32-map.ts';
import { along, plus, times, view, type Affine, type Buffer, type LoopIndex, type View } from './buffer.ts';
import { capacity, describeShape, describeSize, fixed, product, toDim, type Dim } from './dim.ts';
import { ProgramError } from './error.ts';

/**
 * What a kernel parameter receives: a view (its address, or for a number the element there), or an integer or float.
 */
export type Operand = View | Affine | Dim | number;

export interface WindowInSample {
  readonly index: LoopIndex;
  readonly channels: number;
  /** Where in an image the first feature stands; default: in the first position, in the column that `first` says. */
  readonly corner?: { readonly row: Affine | number; readonly column: Affine | number };
}

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
  readonly sample: WindowInSample | null;
}

/** How a window of a leaf is read: as which leaf of the kernel, from where. */
export interface LeafReading {
  readonly kind: MapExpression['kind'];
  readonly operands: Record<string, Operand>;
}

export type Leaf = (window: Window) => LeafReading;

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
  /** Whether it must be computed sample by sample, its last axis at a time, as cells of an image. */
  readonly inSamples: boolean = false;
  /** @internal */
  abstract compile(leaves: LeafList): MapExpression;

  plus(other: Expression | number): Expression { return new Apply('add', [this, other]); }
  minus(other: Expression | number): Expression { return new Apply('sub', [this, other]); }
  times(other: Expression | number): Expression { return new Apply('mul', [this, other]); }
  over(other: Expression | number): Expression { return new Apply('div', [this, other]); }
  /** 1 where this is greater, else 0. */
  greater(other: Expression | number): Expression { return new Apply('greater', [this, other]); }
  /** 1 where this is less, else 0. */
  less(other: Expression | number): Expression { return new Apply('greater', [other, this]); }
  /** `yes` where this is above 0, else `no`. */
  where(yes: Expression | number, no: Expression | number): Expression { return new Apply('where', [this, yes, no]); }
  max(other: Expression | number): Expression { return new Apply('max', [this, other]); }
  min(other: Expression | number): Expression { return new Apply('min', [this, other]); }
  map(name: UnaryName): Expression { return new Apply(name, [this]); }
}

/** Where the elements of a tensor lie in its buffer. */
interface Place {
  readonly offset: Affine | number;
  /** Elements from one row to the next; where it is not the number of features, the rows do not touch. */
  readonly stride?: Dim;
}

/** A tensor in memory: a buffer, or a part of one, seen as [batch, ...features]. */
export class Tensor extends Expression {
  readonly buffer: Buffer;
  readonly shape: readonly Dim[];
  readonly #offset: Affine | number;
  readonly #stride: Dim | undefined;

  constructor(buffer: Buffer, shape: readonly Dim[] = buffer.shape, { offset, stride }: Place = { offset: 0 }) {
    super();
    this.buffer = buffer;
    this.shape = shape;
    this.#offset = offset;
    this.#stride = stride;
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

  /** Elements from one row to the next. */
  get stride(): Dim {
    return this.#stride ?? this.features;
  }

  /** Whether its values stand in memory as floats that products can read: one behind the other, and not as int8. */
  get isPlain(): boolean {
    return this.touches && this.buffer.quantization === null;
  }

  /** Whether rows follow one another without a gap, as kernels but the map want them. */
  get touches(): boolean {
    return this.#stride === undefined || describeShape([this.#stride]) === describeShape([this.features]);
  }

  at(offset: Affine | number): View {
    return view(this.buffer, plus(this.#offset, offset));
  }

  /**
   * The same elements under another shape.
   * @throws ProgramError where that has another number of elements, or the rows do not touch.
   */
  reshape(shape: readonly (Dim | number)[]): Tensor {
    const dims = shape.map(toDim);
    const [from, to] = [this.shape, dims].map(describeSize);
    const [old, wanted] = [this.shape, dims].map(describeShape);
    if (from !== to) {
      const what = `'${this.buffer.name}' ${old} has ${from} elements`;
      throw new ProgramError(`${what}, so it cannot be seen as ${wanted} (${to})`);
    }
    if (!this.touches) throw new ProgramError(`the rows of this part of '${this.buffer.name}' do not touch`);
    return new Tensor(this.buffer, dims, { offset: this.#offset });
  }

  /** Features `from`.. of every sample, as [batch, count]. */
  columns(from: Affine | number, count: Dim | number): Tensor {
    const offset = plus(this.#offset, from);
    return new Tensor(this.buffer, [this.batch, toDim(count)], { offset, stride: this.stride });
  }

  /** Of [slots, ...shape], the tensor in one slot; slots lie apart as at full capacity. */
  slot(at: Affine | number): Tensor {
    const shape = this.shape.slice(1);
    const elements = shape.reduce((total, axis) => total * capacity(axis), 1);
    return new Tensor(this.buffer, shape, { offset: plus(this.#offset, times(at, elements)) });
  }

  compile(leaves: LeafList): MapExpression {
    const { quantization } = this.buffer;
    const [kind, meaning] =
      quantization === null
        ? (['matrix', {}] as const)
        : (['int8', { Scale: view(quantization.scale), Zero: view(quantization.zero) }] as const);
    return leaves.add(({ first, sample }) => {
      if (sample === null) return { kind, operands: { '': this.at(first), Stride: this.stride, ...meaning } };
      const ofSample = along(sample.index, fixed(this.stride, 'the features of a sample'));
      return { kind, operands: { '': this.at(plus(ofSample, first)), Stride: sample.channels, ...meaning } };
    });
  }
}

export class Apply extends Expression {
  readonly shape: readonly Dim[] | null;
  readonly buffers: readonly Buffer[];
  override readonly inSamples: boolean;
  readonly op: UnaryName | BinaryName | TernaryName;
  readonly args: readonly (Expression | number)[];
  /** How often each buffer had been written when the expression was made. */
  readonly #made: readonly number[];
  readonly #number = ++made;

  constructor(op: UnaryName | BinaryName | TernaryName, args: readonly (Expression | number)[]) {
    super();
    this.op = op;
    this.args = args;
    this.shape = commonShape(op, args);
    this.buffers = [...new Set(args.flatMap((arg) => (typeof arg === 'number' ? [] : arg.buffers)))];
    this.inSamples = args.some((arg) => typeof arg !== 'number' && arg.inSamples);
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

