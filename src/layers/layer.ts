// What a layer is. Declaring one gives a spec that checks shapes; recording it into a program gives a layer that can
// record its forward pass, its update from a local delta, and (only where a unit or the control asks) the delta of its
// input.
//
// A delta is dL/d(output): an expression, not a buffer. The layer multiplies the slope of its activation itself.

import type { Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { Program } from '../../runtime/program/program.ts';
import type { Initializer } from '../quantization/initializer.ts';
import type { RecordedOptimizer } from '../optimizers/optimizer.ts';
import type { Storage, Weight } from '../quantization/storage.ts';
import type { GradientKernels } from './parts/gradient-kernels.ts';

/** Thrown when a network is declared whose shapes do not fit; names the layer, what came and what was wanted. */
export class ShapeError extends Error {
  override name = 'ShapeError';
}

/** What a forward pass leaves for learning from it. */
export interface Saved {
  readonly input: Tensor;
  readonly output: Tensor;
  /** What a composite saves of the layers inside it, and a recurrent layer of all its time steps. */
  readonly inner?: readonly Saved[];
}

export interface ForwardOptions {
  /** Dropout is active, and what `pull` needs is kept (by a recurrent layer only where there is no `learn`). */
  readonly training: boolean;
  /**
   * Called right after each step of the layer, while its input and output are alive: after the forward pass of most
   * layers, and after every time step of a recurrent one. This is where a local rule records its update.
   */
  readonly learn?: (saved: Saved) => void;
}

export interface Layer {
  readonly name: string;
  readonly weights: readonly Weight[];
  forward(p: Program, x: Tensor, options: ForwardOptions): Saved;
  /** Records the update of the layer's weights. */
  update(p: Program, saved: Saved, delta: Expression, optimizer: RecordedOptimizer): void;
  /**
   * Records and returns dL/d(input). Called before `update`, as it reads the weights of the forward pass. The kernels
   * are `gradientKernels`: a rule that never pulls does not bundle them.
   */
  pull(p: Program, saved: Saved, delta: Expression, kernels: GradientKernels): Tensor;
}

export interface LayerContext {
  readonly name: string;
  /** Without the batch axis. */
  readonly inputShape: readonly number[];
  /** The classes, for the layer that gives one output per class; otherwise its own number of outputs. */
  readonly outputs: Dim | null;
  readonly storage: Storage;
}

/** What every layer can be told. */
export interface LayerOptions {
  /** Default: the type with a number, `dense_1`. */
  readonly name?: string;
}

/** What every layer with weights can be told. */
export interface WeightOptions extends LayerOptions {
  /** First values of the weights. Default `he` for relu, leakyRelu and elu, `lecun` for the other activations. */
  readonly initializer?: Initializer;
  /** How the weights are stored (biases: as the network's). Default: the network's storage. */
  readonly storage?: Storage;
}

/** A declared layer: plain, checkable, not yet in any program. */
export interface LayerSpec {
  readonly type: string;
  /** A name of the user's; otherwise the type with a number. */
  readonly name?: string;
  /** The options that make the layer what it is: two layers with equal `config` can exchange checkpoints. */
  readonly config: Readonly<Record<string, unknown>>;
  /** @throws ShapeError naming the layer. */
  outputShape(inputShape: readonly number[], name: string): readonly number[];
  /** The number of trained values. */
  parameterCount(inputShape: readonly number[]): number;
  record(p: Program, context: LayerContext): Layer;
}

export const describe = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Refuses an input of another rank. */
export function expectRank(name: string, inputShape: readonly number[], rank: number, axes: string): void {
  if (inputShape.length !== rank) {
    throw new ShapeError(`${name}: got an input of shape ${describe(inputShape)}, wanted ${axes}`);
  }
}

/** Refuses an option that is not a whole number of at least `least`. */
export function expectWhole(name: string, option: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ShapeError(`${name}: ${option} is ${value}, wanted a whole number of at least ${least}`);
  }
}

/** Refuses an option that is not a finite number of at least `least` and below `end`. */
export function expectNumber(name: string, option: string, value: number, least = -Infinity, end = Infinity): void {
  if (Number.isFinite(value) && value >= least && value < end) return;
  const range = end < Infinity ? ` from ${least} to below ${end}` : least > -Infinity ? ` of at least ${least}` : '';
  throw new ShapeError(`${name}: ${option} is ${value}, wanted a finite number${range}`);
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1);
