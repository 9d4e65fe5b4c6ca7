// What a kernel is: a name, its parameters (outputs, inputs, sizes; every pointer with its shape beside it) and a body
// that emits one WebAssembly function. A kernel knows memory and sizes, no layers and no addresses.
//
// Beside the kernel its file exports `reference`: the same computation in plain TypeScript over typed-array views of
// the same memory, for the tests and for reference execution. It is a separate export, so that bundlers drop it.

import { Emitter } from '../wasm/emitter.ts';
import type { Features } from '../wasm/features.ts';
import type { FunctionCode } from '../wasm/module.ts';
import type { ElementArray, ElementType, Pointer } from '../wasm/pointer.ts';
import type { F32, I32 } from '../wasm/values.ts';

export type Sizes = Readonly<Record<string, number>>;

/** One axis of a pointer's shape: a size or integer parameter by name, or computed from them. */
export type Axis = string | number | ((sizes: Sizes) => number);

export type Access = 'in' | 'out' | 'inOut' | 'scratch';

export interface PointerParameter<E extends ElementType = ElementType> {
  readonly kind: 'pointer';
  readonly element: E;
  readonly access: Access;
  readonly shape: readonly Axis[];
}

/** A float passed by value: a learning rate, a slope. */
export interface FloatParameter {
  readonly kind: 'float';
}

/** A count of elements, or another integer (a stride, an offset, a flag). */
export interface IntegerParameter {
  readonly kind: 'integer';
}

export type Parameter = PointerParameter | FloatParameter | IntegerParameter;
export type Parameters = Readonly<Record<string, Parameter>>;

const pointer =
  <E extends ElementType>(element: E, access: Access) =>
  (...shape: Axis[]): PointerParameter<E> => ({ kind: 'pointer', element, access, shape });

/** The parameters that point to such elements: `pointers('i8').in('rows', 'columns')`. */
export const pointers = <E extends ElementType>(element: E) => ({
  in: pointer(element, 'in'),
  out: pointer(element, 'out'),
  /** Read and written. */
  inOut: pointer(element, 'inOut'),
  /** Working space whose content means nothing before and after the call; the planner provides it. */
  scratch: pointer(element, 'scratch'),
});

/** A float by value, and pointers to floats: `f32`, `f32.in('rows', 'columns')`. */
export const f32 = { kind: 'float', ...pointers('f32') } as const;
export const i32 = pointers('i32');
export const i16 = pointers('i16');
export const i8 = pointers('i8');
export const u8 = pointers('u8');
/** A size, stride, offset or flag. */
export const size: IntegerParameter = { kind: 'integer' };

/** What the emitting body receives for each parameter. */
export type Emitted<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends PointerParameter<infer E>
    ? Pointer<E>
    : P[K] extends FloatParameter
      ? F32
      : I32;
};

/** What the reference receives: views that begin at the pointer, and numbers. */
export type Referenced<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends PointerParameter<infer E> ? ElementArray<E> : number;
};

export type Reference<P extends Parameters = Parameters> = (args: Referenced<P>) => void;

/**
 * What the generic test must know to try a kernel. A kernel's file exports it as `trials`, a function of the variant,
 * and a family's file its `variants` likewise: functions beside the kernel, so that bundlers drop them, as they drop
 * references.
 */
export interface Trials {
  /** Largest distance to the reference in units in the last place; 0: the same bits. */
  readonly maxUlp?: number;
  /** Pairs `[output, input]` that may be the same memory. */
  readonly inPlace?: readonly (readonly [string, string])[];
  /** Inputs whose rows must be zero from this column on (the fill of a last panel). */
  readonly zeroFrom?: Readonly<Record<string, string>>;
  /** Inputs most of whose elements are 0. */
  readonly sparse?: readonly string[];
  /** Integer inputs that are indices: their values are not negative and below this. */
  readonly indices?: Readonly<Record<string, Axis>>;
  /** Floats by value that are to lie between these; others between 0.05 and 0.95. */
  readonly floats?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** Sizes worth testing, beside the ones the generic test makes up. */
  readonly cases?: readonly Sizes[];
}

export interface Kernel<P extends Parameters = Parameters> {
  readonly name: string;
  readonly parameters: P;
  emit(k: Emitter, args: Emitted<P>): void;
  /** For a member of a family: the family's name and what it was made from. */
  readonly family?: { readonly name: string; readonly variant: unknown };
}

export function kernel<P extends Parameters>(
  name: string,
  parameters: P,
  emit: (k: Emitter, args: Emitted<P>) => void,
): Kernel<P> {
  return { name, parameters, emit };
}

/** Kernels that differ in a part of their body: an activation, an update, an expression. */
export interface KernelFamily<V, P extends Parameters> {
  (variant: V): Kernel<P>;
  readonly familyName: string;
}

/** Thrown when two pieces of one name would be taken for each other. */
class KernelError extends Error {
  override name = 'KernelError';
}

/**
 * A family whose members are made once per key, so that a module holds each of them once; the one whose key is empty
 * has the family's name. A variant that is an object with a body (an update) is itself the key's meaning: another one
 * under the same key is refused.
 */
export function family<V, P extends Parameters>(
  name: string,
  key: (variant: V) => string,
  make: (variant: V, name: string) => Kernel<P>,
): KernelFamily<V, P> {
  const members = new Map<string, Kernel<P>>();
  const member = (variant: V): Kernel<P> => {
    const suffix = key(variant);
    const memberName = suffix === '' ? name : `${name}_${suffix}`;
    let made = members.get(memberName);
    if (made === undefined) {
      made = { ...make(variant, memberName), family: { name, variant } };
      members.set(memberName, made);
    } else if (!isSame(made.family?.variant, variant)) {
      throw new KernelError(`${memberName}: two unlike pieces are named '${suffix}'; make it once, or rename one`);
    }
    return made;
  };
  return Object.assign(member, { familyName: name });
}

/** Equal data; bodies are equal only if they are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return left.length === Object.keys(b).length && left.every(([name, value]) => isSame(value, right[name]));
}

export const axisLength = (axis: Axis, sizes: Sizes): number =>
  typeof axis === 'function' ? axis(sizes) : typeof axis === 'number' ? axis : sizes[axis];

/** The number of elements a pointer parameter covers at these sizes. */
export const elementCount = ({ shape }: PointerParameter, sizes: Sizes): number =>
  shape.reduce<number>((product, axis) => product * axisLength(axis, sizes), 1);

/**
 * The kernel as a WebAssembly function; pointers and integers are i32 parameters, floats f32, in the declared order.
 */
export function emitKernel(kernel: Kernel, features: Features): FunctionCode {
  const k = new Emitter(features);
  const args = Object.entries(kernel.parameters).map(([name, parameter]) => {
    if (parameter.kind === 'float') return [name, k.parameter('f32')];
    const value = k.parameter('i32');
    return [name, parameter.kind === 'pointer' ? k.pointer(parameter.element, value) : value];
  });
  kernel.emit(k, Object.fromEntries(args) as Emitted<Parameters>);
  return k.finish(kernel.name, false);
}
