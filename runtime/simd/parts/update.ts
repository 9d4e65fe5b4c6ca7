// What an optimiser does to one weight, as a piece that is emitted into other kernels: into the gradient product, where
// it turns each finished tile of the gradient into new weights (so no gradient buffer exists), or into f32_update.

import type { Emitter } from '../../wasm/emitter.ts';
import type { Element, Lanes, Pointer } from '../../wasm/pointer.ts';
import type { F32 } from '../../wasm/values.ts';
import { f32, KernelError, type PointerParameter } from '../kernel.ts';

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

/** The arguments of a kernel that has an update's parameters among others. */
type Named = Readonly<Record<string, unknown>>;

/** Reads the hyper-parameters once; what it returns emits the change of the weight (or four) at an index. */
export function changing(k: Emitter, update: Update, args: Named): (index: Lanes, weight: F32, gradient: F32) => F32 {
  const { hyper: numbers, ...others } = args as Readonly<Record<string, Pointer<'f32'>>>;
  const hyper = Object.fromEntries(update.hyper.map((name, index) => [name, k.let(numbers.at(index))]));
  return (index, weight, gradient) => {
    const state = Object.fromEntries(update.state.map((name) => [name, others[name].at(index)]));
    return update.change(k, { weight, gradient, state, hyper });
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
