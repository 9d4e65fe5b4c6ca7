// What an optimiser does to one weight, as a piece that is emitted into other kernels: into the gradient product, where
// it turns each finished tile of the gradient into new weights (so no gradient buffer exists), or into f32_update.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Element, Pointer } from '../../wasm/pointer.ts';
import type { F32, I32, Width } from '../../wasm/values.ts';
import { f32, KernelError, type PointerParameter } from '../kernel.ts';

export interface Update {
  readonly name: string;
  /**
   * Per-weight state besides the weight, each laid out like the weight and zero at first (a momentum, a second moment).
   */
  readonly state: readonly string[];
  /** Numbers shared by all weights, in the order in which they stand in the `hyper` vector. */
  readonly hyper: readonly string[];
  /** What is added to the weight; writes the new state. How it is added is the storage's: float, rounded, pulses. */
  change(
    k: Emitter,
    at: {
      readonly weight: F32;
      readonly gradient: F32;
      readonly state: Readonly<Record<string, Element<'f32'>>>;
      readonly hyper: Readonly<Record<string, F32>>;
    },
  ): F32;
  /** For reference execution and tests; without it the update runs compiled alone. */
  readonly reference?: UpdateReference;
}

/** `change` in plain TypeScript, rounding after every operation. */
export type UpdateReference = (at: {
  readonly weight: number;
  readonly gradient: number;
  readonly state: Record<string, number>;
  readonly hyper: Readonly<Record<string, number>>;
}) => number;

/** @throws KernelError for an update without a reference. */
export function referenceOfUpdate({ name, reference }: Update): UpdateReference {
  if (reference !== undefined) return reference;
  throw new KernelError(`the update '${name}' has no reference: it can only run compiled`);
}

/** The pointer parameters an update adds to a kernel whose weight has this shape. */
export function updateParameters(
  update: Update,
  shape: PointerParameter['shape'],
): Record<string, PointerParameter<'f32'>> {
  const state = update.state.map((name) => [name, f32.inOut(...shape)] as const);
  const hyper = update.hyper.length === 0 ? [] : [['hyper', f32.in(update.hyper.length)] as const];
  return Object.fromEntries([...state, ...hyper]);
}

/** Emits the update of the weight (1 or 4 of them) that stands at an index, given its gradient. */
export type Spend = (width: Width, index: I32, gradient: F32) => void;

/** Reads the hyper-parameters once and returns what spends a gradient on the weight at an index. */
export function spending(
  k: Emitter,
  update: Update,
  weight: Pointer<'f32'>,
  args: Readonly<Record<string, Pointer<'f32'>>>,
): Spend {
  const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, k.let(args.hyper.at(index))]));
  return (width, index, gradient) => {
    const at = (pointer: Pointer<'f32'>): Element<'f32'> => pointer.at({ width, index });
    const state = Object.fromEntries(update.state.map((name) => [name, at(args[name])]));
    const before = k.let(at(weight));
    at(weight).set(before.add(update.change(k, { weight: before, gradient, state, hyper })));
  };
}
