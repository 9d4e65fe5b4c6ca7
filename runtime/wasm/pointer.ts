// Typed addresses: a base in bytes with an element type, indexed by numbers, scalars or the running lanes of a loop.

import { fourNibbles, joinedNibbles, nibbleOf } from './nibbles.ts';
import * as scalar from './scalar.ts';
import * as v128 from './v128.ts';
import { F32, I32, simdOp, type Push, type Target, type Value, type Width } from './values.ts';

/**
 * The element types: the array that holds them, the scalar load and store, and the instructions that load and store
 * four. What is narrower than a register is widened to 32 bits and narrowed again; what is stored must be in range,
 * because vectors would saturate where scalars wrap. Of i4 two stand in a byte (nibbles.ts), which is what the host
 * sees; they are written four at a time, and what is not one by one begins at a whole byte.
 */
const ELEMENTS = {
  f32: { array: Float32Array, load: scalar.f32Load, store: scalar.f32Store, four: [v128.load, v128.store] },
  i32: { array: Int32Array, load: scalar.i32Load, store: scalar.i32Store, four: [v128.load, v128.store] },
  i16: {
    array: Int16Array,
    load: scalar.i32Load16Signed,
    store: scalar.i32Store16,
    four: [v128.load64Zero, v128.store64Lane],
    widen: [v128.widenI16],
    narrow: [v128.narrowToI16],
  },
  i8: {
    array: Int8Array,
    load: scalar.i32Load8Signed,
    store: scalar.i32Store8,
    four: [v128.load32Zero, v128.store32Lane],
    widen: [v128.widenI8, v128.widenI16],
    narrow: [v128.narrowToI16, v128.narrowToI8],
  },
  u8: {
    array: Uint8Array,
    load: scalar.i32Load8Unsigned,
    store: scalar.i32Store8,
    four: [v128.load32Zero, v128.store32Lane],
    widen: [v128.widenU8, v128.widenU16],
    narrow: [v128.narrowToI16, v128.narrowToU8],
  },
  i4: { array: Uint8Array, perByte: 2, load: scalar.i32Load8Unsigned, store: scalar.i32Store16, four: [0, 0] },
} as const satisfies Record<string, ElementSpec>;

interface ElementSpec {
  readonly array: { readonly BYTES_PER_ELEMENT: number };
  /** Of those smaller than a byte. */
  readonly perByte?: number;
  readonly load: number;
  readonly store: number;
  readonly four: readonly [load: number, store: number];
  readonly widen?: readonly number[];
  readonly narrow?: readonly number[];
}

export type ElementType = keyof typeof ELEMENTS;
/** The array of an element type; without one, of any. */
export type ElementArray<E extends ElementType = ElementType> = (typeof ELEMENTS)[E]['array']['prototype'];

/** May be less than one. */
export function bytesPerElement(element: ElementType): number {
  const { array, perByte = 1 }: ElementSpec = ELEMENTS[element];
  return array.BYTES_PER_ELEMENT / perByte;
}

/** `length` elements in a memory, from an address on; of i4 their bytes. */
export function elementsAt<E extends ElementType>(
  element: E,
  memory: ArrayBufferLike,
  address: number,
  length: number,
): ElementArray<E> {
  const Elements = ELEMENTS[element].array as unknown as new (
    memory: ArrayBufferLike,
    address: number,
    length: number,
  ) => ElementArray<E>;
  const { perByte = 1 }: ElementSpec = ELEMENTS[element];
  return new Elements(memory, address, length / perByte);
}

/** The value an element has in a register: a narrow one is widened to an integer. */
export type Register<E extends ElementType> = E extends 'f32' ? F32 : I32;

/** The running index of `k.lanes`: one element, or four neighbours, counted from the start of the loop. */
export interface Lanes {
  readonly width: Width;
  /** The element number of the first lane. */
  readonly index: I32;
}

/** A value in memory: reads as a register value, and can be written. */
export type Element<E extends ElementType> = Register<E> & { set(value: Register<E> | number): void };

export class Pointer<E extends ElementType = ElementType> {
  readonly element: E;
  readonly #base: I32;
  readonly #offset: number;

  constructor(element: E, base: I32, offset = 0) {
    this.element = element;
    this.#base = base;
    this.#offset = offset;
  }

  /** The address in bytes. */
  get address(): I32 {
    return this.#base.add(this.#offset);
  }

  /** The pointer `count` elements further. */
  plus(count: I32 | number): Pointer<E> {
    const bytes = bytesPerElement(this.element);
    if (typeof count === 'number')
      return new Pointer(this.element, this.#base, this.#offset + Math.floor(count * bytes));
    const shift = Math.log2(bytes);
    const moved = shift === 0 ? count : shift < 0 ? count.shrUnsigned(-shift) : count.shl(shift);
    return new Pointer(this.element, this.#base.add(moved), this.#offset);
  }

  /** The same address, of elements of another type. */
  as<F extends ElementType>(element: F): Pointer<F> {
    return new Pointer(element, this.#base, this.#offset);
  }

  /** The element (or, at a vector index, the four neighbours) at `index`. */
  at(index: Lanes | I32 | number): Element<E> {
    if (typeof index === 'number' || index instanceof I32) return this.access(1, index);
    return this.access(index.width, index.index);
  }

  /** Four neighbours from `index` on, as one vector. */
  vector(index: I32 | number): Element<E> {
    return this.access(4, index);
  }

  /** The element at the pointer, f32 or i32, repeated in all four lanes. */
  splat(): Register<E> {
    const { target } = this.#base;
    const Made = this.element === 'f32' ? F32 : I32;
    const register: Value = new Made(target, 4, () => {
      if (target.simd) return this.vectorOp(v128.load32Splat);
      this.#base.push(0);
      this.memory(ELEMENTS[this.element].load, 0, false);
    });
    return register as Register<E>;
  }

  /** Emits a vector instruction that loads or stores at the pointer what `pushValue` leaves. */
  vectorOp(opcode: number, pushValue = (): void => {}): void {
    this.#base.push(0);
    pushValue();
    this.memory(opcode, 0, true);
  }

  private access(width: Width, index: I32 | number): Element<E> {
    const from = this.plus(index);
    return this.element === 'i4' ? from.nibbles(width, index) : from.whole(width);
  }

  /** Those that stand here, the first with this number. */
  private nibbles(width: Width, index: I32 | number): Element<E> {
    const { target } = this.#base;
    const bits = new I32(target, 1, () => {
      this.#base.push(0);
      this.memory(width === 4 ? scalar.i32Load16Unsigned : scalar.i32Load8Unsigned, 0, false);
    });
    const register = width === 4 ? fourNibbles(bits) : nibbleOf(bits, I32.of(target, index));
    const accessed = register as unknown as Element<E>;
    if (width === 4) {
      accessed.set = (value) => {
        const joined = target.let(joinedNibbles(I32.of(target, value as I32 | number)));
        this.#base.push(0);
        joined.push(0);
        this.memory(scalar.i32Store16, 0, false);
      };
    }
    return accessed;
  }

  private whole(width: Width): Element<E> {
    const { target } = this.#base;
    const { load, four, widen = [] }: ElementSpec = ELEMENTS[this.element];
    const bytes = bytesPerElement(this.element);
    const wide = width === 4 && target.simd;
    const push: Push = (lane) => {
      this.#base.push(0);
      if (!wide) return this.memory(load, width === 1 ? 0 : lane * bytes, false);
      this.memory(four[0], 0, true);
      for (const opcode of widen) simdOp(target.code, opcode);
    };
    const register = this.element === 'f32' ? new F32(target, width, push) : new I32(target, width, push);
    const set = (value: Value | number): void => this.store(width, value, wide);
    const accessed = register as unknown as Element<E>;
    accessed.set = set;
    return accessed;
  }

  private store(width: Width, value: Value | number, wide: boolean): void {
    const { target } = this.#base;
    const { store, four, narrow = [] }: ElementSpec = ELEMENTS[this.element];
    const bytes = bytesPerElement(this.element);
    const register = typeof value !== 'number' ? value : literal(this.element, target, value);
    for (let lane = 0; lane < (wide ? 1 : width); lane++) {
      this.#base.push(0);
      register.pushAs(width, lane);
      if (!wide) {
        this.memory(store, lane * bytes, false);
        continue;
      }
      for (const opcode of narrow) {
        pushZeros(target);
        simdOp(target.code, opcode);
      }
      this.memory(four[1], 0, true);
      if (narrow.length > 0) target.code.byte(0); // the lane
    }
  }

  private memory(opcode: number, extra: number, vector: boolean): void {
    const { code } = this.#base.target;
    if (vector) simdOp(code, opcode);
    else code.byte(opcode);
    code.unsigned(0); // alignment hint: one byte, since buffers need not be aligned
    code.unsigned(this.#offset + extra);
  }
}

const literal = (element: ElementType, target: Target, value: number): Value =>
  element === 'f32' ? F32.of(target, value) : I32.of(target, value);

/** Fills the half of a narrowed vector that is not stored. */
function pushZeros({ code }: Target): void {
  simdOp(code, v128.constant);
  for (let byte = 0; byte < 16; byte++) code.byte(0);
}
