// What an optimiser does to one weight, as a piece that is emitted into other kernels: into the gradient product, where
// it turns each finished tile of the gradient into new weights (so no gradient buffer exists), or into f32_update.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32 } from '../../wasm/values.ts';
import { f32, type PointerParameter } from '../kernel.ts';
import type { Arithmetic, Real } from './real.ts';

export interface Update {
  readonly name: string;
  /**
   * Per-weight state besides the weight, each laid out like the weight and zero at first (a momentum, a second moment).
   */
  readonly state: readonly string[];
  /** Numbers shared by all weights, in the order in which they stand in the `hyper` vector. */
  readonly hyper: readonly string[];
  /** Whether a gradient of 0 changes nothing: then the weights of silent inputs may be left out. Default false. */
  readonly skipsZero?: boolean;
  /** What is added to the weight; writes the new state. How it is added is the storage's: float, rounded, pulses. */
  change<T extends Real<T>>(k: Arithmetic<T>, at: Place<T>): T;
}

/** A weight, its gradient, and what an update keeps of it and knows. */
export interface Place<T> {
  readonly weight: T;
  readonly gradient: T;
  readonly state: Readonly<Record<string, T & { set(value: T | number): void }>>;
  readonly hyper: Readonly<Record<string, T>>;
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

/** The arguments of a kernel that has an update's parameters among others. */
type Named = Readonly<Record<string, unknown>>;

/** Reads the hyper-parameters once; what it returns emits the change of the weight (or four) at an index. */
export function changing(k: Emitter, update: Update, args: Named): (index: Lanes, weight: F32, gradient: F32) => F32 {
  const { hyper: numbers, ...others } = args as Readonly<Record<string, Pointer<'f32'>>>;
  const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, k.let(numbers.at(index))]));
  return (index, weight, gradient) => {
    const state = Object.fromEntries(update.state.map((name) => [name, others[name].at(index)]));
    return update.change<F32>(k, { weight, gradient, state, hyper });
  };
}

/** Emits the update of the float weight (or four) that stands at an index, given its gradient. */
export function spending(
  k: Emitter,
  update: Update,
  args: Named & { readonly weight: Pointer<'f32'> },
): (index: Lanes, gradient: F32) => void {
  const change = changing(k, update, args);
  return (index, gradient) => {
    const weight = args.weight.at(index);
    const before = k.let(weight);
    weight.set(before.add(change(index, before, gradient)));
  };
}
