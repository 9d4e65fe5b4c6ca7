// How a parameter is stored and how an update reaches it. Layers ask a storage for weights and never see the form in
// which they are kept; a storage sees updates as factors (x and delta), because a synapse device gets pulses, not
// gradients.

import type { Dim } from '../../runtime/program/dim.ts';
import type { Buffer, View } from '../../runtime/program/buffer.ts';
import type { Affine } from '../../runtime/program/buffer.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Initializer } from './initializer.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';

export interface WeightSpec {
  /** `layer/weight`, `layer/bias`: the name in checkpoints and exports. */
  readonly name: string;
  /** Logical axes, the outputs last: (inputs, outputs) or (kernelHeight, kernelWidth, channels, filters). */
  readonly shape: readonly Dim[];
  readonly initializer: Initializer;
}

/** Columns `first`.. of a weight, as a learning step addresses them. */
export interface ColumnRange {
  readonly first: Affine | number;
  readonly columns: Dim | number;
}

export interface Factors extends ColumnRange {
  /** (batch, inputs) */
  readonly x: View;
  /** (batch, deltaStride); the columns that fill up the last panel are zero. */
  readonly delta: View;
  readonly batch: Dim;
  readonly deltaStride: number;
}

export interface Weight {
  readonly name: string;
  /** All axes but the last. */
  readonly rows: number;
  readonly columns: Dim;
  /** Everything a checkpoint must hold of it, optimiser state included. */
  readonly buffers: readonly Buffer[];
  /** Its values as float32 panels (runtime/simd/parts/panels.ts), for products to read. */
  panels(first?: Affine | number): View;
  /** Records the first values. */
  initialize(p: Program): void;
  /** Records W <- update(W, x^T delta). */
  updateByFactors(p: Program, factors: Factors, optimizer: RecordedOptimizer): void;
  /** The same from a gradient in panels, for weights shared over positions. */
  updateByGradient(p: Program, gradient: View, range: ColumnRange, optimizer: RecordedOptimizer): void;
}

export interface Storage {
  readonly name: string;
  weight(p: Program, spec: WeightSpec): Weight;
}
