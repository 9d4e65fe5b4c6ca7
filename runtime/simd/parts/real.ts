// Arithmetic that is emitted or carried out: what optimisers and devices do to a weight is written once, over these, so
// that kernels and their references are of one text.

/** A number that can be computed with: `F32` as it is. */
export interface Real<T> {
  add(other: T | number): T;
  sub(other: T | number): T;
  mul(other: T | number): T;
  div(other: T | number): T;
  pmin(other: T | number): T;
  pmax(other: T | number): T;
  abs(): T;
  sqrt(): T;
  floor(): T;
  neg(): T;
  lt(other: T | number): Choice<T>;
  gt(other: T | number): Choice<T>;
}

export interface Choice<T> {
  select(yes: T | number, no: T | number): T;
}

/** Where it is computed: an emitter as it is. */
export interface Arithmetic<T extends Real<T>> {
  /** The value, computed once, here. */
  let(value: T): T;
  f32(value: number): T;
}
