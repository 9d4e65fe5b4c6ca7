// How a weight is stored and how an update reaches it. Layers ask a storage for weights and never see the form in which
// they are kept: products read it by its `reading`, updates arrive as sites, which offer factors (x and dz) or a
// gradient in groups of columns as wide as the storage wants.

import type { Affine, Buffer, IntegerKernels, View } from '../../runtime/program/buffer.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import type { Expression, Operand, Tensor } from '../../runtime/program/expression.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import type { f32_matmul_update_pairs } from '../../runtime/simd/kernels/f32-matmul-update-pairs.ts';
import type { int_matmul_update_pairs_sr } from '../../runtime/simd/kernels/int-matmul-update-pairs-sr.ts';
import type { UnaryName } from '../../runtime/simd/parts/elementwise.ts';
import type { Product } from '../../runtime/simd/parts/product.ts';
import type { Reading } from '../../runtime/simd/parts/reading.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import type { Initializer } from './initializer.ts';
import type { PieceSpan } from './piece.ts';
import type { Profile } from './profiles/profile.ts';

export type { Reading } from '../../runtime/simd/parts/reading.ts';

/** The kernels of products in integers. */
export type IntegerProduct = Exclude<keyof IntegerKernels, 'i8_average_pool' | 'i8_max_pool'>;

export interface WeightSpec {
  /** `layer/weight`, `layer/bias`: the name in checkpoints and exports. */
  readonly name: string;
  /** Logical axes, the outputs last: (inputs, outputs) or (kernelHeight, kernelWidth, channels, filters). */
  readonly shape: readonly Dim[];
  readonly initializer: Initializer;
  /** A bias is added once an output: every storage keeps it in float. */
  readonly kind: 'matrix' | 'bias';
  /** Whether updates reach it. */
  readonly trained: boolean;
  /** A parameter, though it is not trained: a checkpoint holds it. Else that is a constant, drawn again. */
  readonly frozen?: boolean;
  /** Of the columns the first so many learn, whole panels of eight; default all. */
  readonly learning?: number;
}

/** A constant is drawn again where it is wanted, and in no checkpoint. */
export const roleOf = ({ trained, frozen = false }: WeightSpec): 'parameter' | 'constant' =>
  trained || frozen ? 'parameter' : 'constant';

/**
 * A buffer of a weight: reports, hashes, checkpoints and exports go by these, not by names. Where products read what
 * was made of floats, these are `latent`; where they read the sign of a value, `step` is what the value is multiplied
 * by. The first word of `health` counts the updates that were not finite.
 */
export interface Part {
  readonly buffer: Buffer;
  readonly is: 'value' | 'scale' | 'latent' | 'step' | 'health' | 'optimizer';
}

/** A piece of a weight as its storage orders it; `first` numbers its elements for draws. */
export interface Piece {
  readonly values: Tensor;
  readonly first: Affine | number;
}

/** Columns `first`.. of a weight. */
export interface ColumnRange {
  readonly first: Affine | number;
  readonly columns: Dim | number;
}

/** What sums weight gradients of int8 factors in integers, and spends them. */
export interface PairKernels {
  readonly f32_matmul_update_pairs: typeof f32_matmul_update_pairs;
  readonly int_matmul_update_pairs_sr: typeof int_matmul_update_pairs_sr;
}

/** x and dz of a product; the gradient is x^T dz. */
export interface Factors extends ColumnRange {
  /** (batch, inputs) */
  readonly x: View;
  /** (batch, dzStride); the columns that fill up the last panel are zero. */
  readonly dz: View;
  readonly batch: Dim;
  readonly dzStride: number;
  /** Records the gradient of the bias in these columns, when it is asked for. */
  readonly bias: (() => View) | null;
  /** Of factors that are int8: what sums their products in integers. These have operands more. */
  readonly kernels?: PairKernels;
}

export interface Gradient extends ColumnRange {
  /** In panels (runtime/simd/parts/panels.ts). */
  readonly panels: View;
  readonly bias: (() => View) | null;
}

export interface LearnSite {
  readonly weight: Weight;
  readonly bias: Weight | null;
  /** Records the gradient of the bias alone, where that is cheaper than the weight's too. */
  biases?(p: Program, spend: (group: ColumnRange & { readonly bias: () => View }) => void): void;
  /** Absent where a weight is shared over positions, and where a sum is spent. */
  factors?(p: Program, width: number, spend: (factors: Factors) => void): void;
  /** The same as int8, where they are to be; for storages that can spend these. */
  whole?: LearnSite['factors'];
  gradient(p: Program, width: number, spend: (gradient: Gradient) => void): void;
}

/** What stands around the products of a weight that is an array of devices. */
export interface Converters {
  /** What makes two of them the same. */
  readonly name: string;
  /** Records a product: what the array saw of its input, and what is made of its sums. */
  product(p: Program, of: LayerProduct): Produced;
}

/** What a product was made of, and what it gave. */
export interface Produced {
  readonly input: Tensor;
  readonly output: Tensor;
}

/** A layer's product, for those who carry it out in their own way: converters, activations of int8. */
export interface LayerProduct {
  /** The layer's. */
  readonly name: string;
  readonly x: Tensor;
  /** Of the weight. */
  readonly rows: number;
  /** Of the output. */
  readonly shape: readonly (Dim | number)[];
  readonly mode: { readonly training: boolean; readonly at?: Moment };
  /** Its activation is the layer's where that is a product's, else `identity`. */
  readonly product: Product;
  readonly activation: UnaryName;
  /** What its kernels ask for beside x and what they write. */
  readonly operands: WeightOperands & Readonly<Record<string, Operand>>;
  /** The kernel that computes it in integers. */
  readonly integer: IntegerProduct;
  /** Records a product of its operands, in floats. */
  multiply(product: Product, x: Tensor, out: Tensor): void;
  /** The output as floats, where `fill` records what writes it: the product, as `product` has it. */
  floats(fill: (out: Tensor) => void): Tensor;
}

/** A weight's buffers by the names that kernels have for them. */
export type WeightOperands = Readonly<Record<'weight', View>> & Readonly<Partial<Record<'scale', View>>>;

export interface Weight {
  readonly name: string;
  /** The storage's name. */
  readonly storage: string;
  /** The product of all axes but the last. */
  readonly rows: number;
  readonly columns: Dim;
  readonly trained: boolean;
  /** Of the columns the first so many learn; default all. */
  readonly learning?: number;
  /** How products read the stored values. */
  readonly reading: Reading;
  /** Absent: products are what they are. */
  readonly converters?: Converters;
  /** All its buffers; what an optimiser keeps is among them once an update was recorded. */
  readonly parts: readonly Part[];
  /** Its buffers from column `first` on, by the names that kernels have for them. */
  operands(first?: Affine | number): WeightOperands;
  /** In place of `operands`, where what is read is not what is stored: records and gives what a product reads now. */
  read?(p: Program): WeightOperands;
  /** Records the first values. */
  initialize(p: Program): void;
  /** Records the update that a site offers. */
  learn(p: Program, site: LearnSite, optimizer: RecordedOptimizer): void;
  /**
   * Records W <- change(W), elementwise in the columns there are, in the storage's own terms: a perturbation, decay, a
   * moving average. Absent where it would round; a rule that needs it refuses such a weight by name.
   */
  change?(p: Program, change: (piece: Piece) => Expression): void;
  /** In place of `change`, where values are stored in steps: records that each goes on by so many whole steps. */
  shift?(p: Program, steps: (span: PieceSpan) => Expression): void;
  /** Recorded once a training step, after its last phase: rescaling, transfer, drift. */
  maintain?(p: Program): void;
}

/** The columns of a weight that learn. */
export const learningColumns = ({ learning, columns }: Pick<Weight, 'learning' | 'columns'>): Dim =>
  learning === undefined ? columns : constant(learning);

export interface Storage {
  /** What makes two storages the same: a checkpoint names it. */
  readonly name: string;
  /** Of the devices that weights are kept in, where they are. */
  readonly profile?: Profile;
  weight(p: Program, spec: WeightSpec): Weight;
}
