// Emits one function: locals, structured control flow, and `lanes`, which makes a vector loop and its tail from one
// body. Knows values and addresses, but no tensors and no kernels.

import { Bytes } from './bytes.ts';
import type { Features } from './features.ts';
import type { FunctionCode, ValueType } from './module.ts';
import * as scalar from './scalar.ts';
import { Pointer, type ElementType, type Lanes } from './pointer.ts';
import { F32, I32, type Mask, type Target, type Value, type Width } from './values.ts';

const EMPTY_BLOCK = 0x40;

/** A mutable local: reads as a value, and can be set again. */
export type Variable<V extends Value> = V & { set(value: V | number): void };

export class Emitter implements Target {
  readonly code = new Bytes();
  readonly simd: boolean;
  readonly relaxed: boolean;
  readonly #parameters: ValueType[] = [];
  readonly #locals: ValueType[] = [];

  constructor(features: Features) {
    this.simd = features !== 'none';
    this.relaxed = features === 'relaxed';
  }

  // ---- values ------------------------------------------------------------------------------------------------------

  /** The next parameter of the function; all parameters come before the first local. */
  parameter(type: 'f32'): F32;
  parameter(type: 'i32'): I32;
  parameter(type: 'f32' | 'i32'): F32 | I32 {
    const index = this.#parameters.push(type) - 1;
    const push = (): void => this.local(scalar.localGet, index);
    return type === 'f32' ? new F32(this, 1, push) : new I32(this, 1, push);
  }

  pointer<E extends ElementType>(element: E, address: I32): Pointer<E> {
    return new Pointer(element, address);
  }

  f32(value: number): F32 {
    return F32.of(this, value);
  }

  i32(value: number): I32 {
    return I32.of(this, value);
  }

  /** A number repeated in four lanes. */
  f32x4(value: F32 | number): F32 {
    return new F32(this, 4, (lane) => F32.of(this, value).pushAs(4, lane));
  }

  /** An integer repeated in four lanes. */
  i32x4(value: I32 | number): I32 {
    return new I32(this, 4, (lane) => I32.of(this, value).pushAs(4, lane));
  }

  /** The numbers of the lanes: 0, 1, 2, 3. */
  iota(): I32 {
    return I32.lanes(this, [0, 1, 2, 3]);
  }

  /** The element numbers at the running index of a loop. */
  numbers({ width, index }: Lanes): I32 {
    return width === 4 ? this.iota().add(index) : index;
  }

  /** The value, computed once, here. */
  let<V extends F32 | I32>(value: V): V {
    return this.var(value);
  }

  /** A local with this first value that can be set again. */
  var<V extends F32 | I32>(value: V): Variable<V> {
    const single: ValueType = value instanceof F32 ? 'f32' : 'i32';
    const wide = value.width === 4 && this.simd;
    const lanes = wide ? 1 : value.width;
    const first = this.#parameters.length + this.#locals.length;
    for (let lane = 0; lane < lanes; lane++) this.#locals.push(wide ? 'v128' : single);
    const push = (lane: number): void => this.local(scalar.localGet, first + (lanes === 1 ? 0 : lane));
    const Kind = value instanceof F32 ? F32 : I32;
    const set = (next: F32 | I32 | number): void => {
      const source: Value = typeof next !== 'number' ? next : value instanceof F32 ? this.f32(next) : this.i32(next);
      for (let lane = 0; lane < lanes; lane++) source.pushAs(value.width, lane);
      for (let lane = lanes - 1; lane >= 0; lane--) this.local(scalar.localSet, first + lane);
    };
    set(value);
    const variable = new Kind(this, value.width, push) as unknown as Variable<V>;
    variable.set = set;
    return variable;
  }

  /** The four lanes of a vector added up: (0 + 2) + (1 + 3). */
  horizontalSum(vector: F32): F32 {
    return vector
      .lane(0)
      .add(vector.lane(2))
      .add(vector.lane(1).add(vector.lane(3)));
  }

  // ---- control flow ------------------------------------------------------------------------------------------------

  if(condition: Mask, then: () => void, otherwise?: () => void): void {
    condition.push(0);
    this.open(scalar.ifThen);
    then();
    if (otherwise !== undefined) {
      this.code.byte(scalar.otherwise);
      otherwise();
    }
    this.code.byte(scalar.end);
  }

  /** Repeats `body` while `condition` holds, tested before each turn. */
  while(condition: () => Mask, body: () => void): void {
    this.if(condition(), () => {
      this.open(scalar.loop);
      body();
      condition().push(0);
      this.code.byte(scalar.brIf);
      this.code.unsigned(0);
      this.code.byte(scalar.end);
    });
  }

  /** `body(i)` for i = from, from + step, ... below `end`. */
  for(from: I32 | number, end: I32 | number, step: I32 | number, body: (i: I32) => void): void {
    const i = this.var(typeof from === 'number' ? this.i32(from) : from);
    const limit = typeof end === 'number' ? end : this.let(end);
    this.while(
      () => i.lt(limit),
      () => {
        body(i);
        i.set(i.add(step));
      },
    );
  }

  /**
   * `body(i)` over elements 0..n-1: first four at a time, then the rest one by one. The body is emitted twice, so it
   * must declare what it needs inside, and may not leave the loop.
   */
  lanes(n: I32, body: (i: Lanes) => void): void {
    this.lanesOfTwo(n, body, body);
  }

  /** The sum of `body(i)` over 0..n-1: four running sums, added as `horizontalSum` does, then the rest in order. */
  sum(n: I32, body: (i: Lanes) => F32): F32 {
    return this.reduce(
      n,
      0,
      body,
      (a, b) => a.add(b),
      (vector) => this.horizontalSum(vector),
    );
  }

  /** The maximum of `body(i)` over 0..n-1; minus infinity when there are none. */
  max(n: I32, body: (i: Lanes) => F32): F32 {
    const across = (v: F32): F32 =>
      v
        .lane(0)
        .max(v.lane(2))
        .max(v.lane(1).max(v.lane(3)));
    return this.reduce(n, -Infinity, body, (a, b) => a.max(b), across);
  }

  private reduce(
    n: I32,
    neutral: number,
    body: (i: Lanes) => F32,
    join: (a: F32, b: F32) => F32,
    across: (vector: F32) => F32,
  ): F32 {
    const vector = this.var(this.f32x4(neutral));
    const total = this.var(this.f32(neutral));
    this.lanesOfTwo(
      n,
      (i) => vector.set(join(vector, body(i))),
      (i) => total.set(join(total, body(i))),
      () => total.set(across(vector)),
    );
    return total;
  }

  private lanesOfTwo(n: I32, four: (i: Lanes) => void, one: (i: Lanes) => void, between?: () => void): void {
    const i = this.var(this.i32(0));
    const count = this.let(n);
    const whole = this.let(count.and(-4));
    const run = (width: Width, end: I32, body: (lanes: Lanes) => void): void =>
      this.while(
        () => i.lt(end),
        () => {
          body({ width, index: i });
          i.set(i.add(width));
        },
      );
    run(4, whole, four);
    between?.();
    run(1, count, one);
  }

  // ---- calls and the finished function -----------------------------------------------------------------------------

  call(functionIndex: number, args: readonly Value[]): void {
    for (const argument of args) argument.push(0);
    this.code.byte(scalar.call);
    this.code.unsigned(functionIndex);
  }

  finish(name: string, exported: boolean): FunctionCode {
    return { name, exported, parameters: this.#parameters, locals: this.#locals, body: this.code.take() };
  }

  private local(opcode: number, index: number): void {
    this.code.byte(opcode);
    this.code.unsigned(index);
  }

  private open(opcode: number): void {
    this.code.byte(opcode);
    this.code.byte(EMPTY_BLOCK);
  }
}
