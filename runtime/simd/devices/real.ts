// Arithmetic that is emitted or carried out: equations of devices are written once, over these, so that kernels, their
// references and the host's curves are of one text.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32 } from '../../wasm/values.ts';
import { exp, expm1, log } from '../parts/math.ts';
import * as twins from '../twins/math.ts';

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
  lt(other: T | number): Choice<T>;
  gt(other: T | number): Choice<T>;
}

export interface Choice<T> {
  select(yes: T | number, no: T | number): T;
}

export interface Maths<T extends Real<T>> {
  /** The value, computed once, here. */
  let(value: T): T;
  constant(value: number): T;
  exp(x: T): T;
  expm1(x: T): T;
  /** The natural logarithm. */
  log(x: T): T;
}

/** Emitted, four at a time. */
export const emitted = (k: Emitter): Maths<F32> => ({
  let: (value) => k.let(value),
  constant: (value) => k.f32x4(value),
  exp: (x) => exp(k, x),
  expm1: (x) => expm1(k, x),
  log: (x) => log(k, x),
});

/** A number in plain TypeScript, rounded after every operation. */
export class Plain implements Real<Plain> {
  readonly value: number;
  readonly #round: (value: number) => number;

  constructor(value: number, round: (value: number) => number) {
    this.#round = round;
    this.value = round(value);
  }

  #to(value: number): Plain {
    return new Plain(value, this.#round);
  }

  #choice(holds: boolean): Choice<Plain> {
    return { select: (yes, no) => this.#to(numberOf(holds ? yes : no)) };
  }

  add(other: Plain | number): Plain {
    return this.#to(this.value + this.#round(numberOf(other)));
  }

  sub(other: Plain | number): Plain {
    return this.#to(this.value - this.#round(numberOf(other)));
  }

  mul(other: Plain | number): Plain {
    return this.#to(this.value * this.#round(numberOf(other)));
  }

  div(other: Plain | number): Plain {
    return this.#to(this.value / this.#round(numberOf(other)));
  }

  pmin(other: Plain | number): Plain {
    return this.gt(other).select(other, this);
  }

  pmax(other: Plain | number): Plain {
    return this.lt(other).select(other, this);
  }

  abs(): Plain {
    return this.#to(Math.abs(this.value));
  }

  sqrt(): Plain {
    return this.#to(Math.sqrt(this.value));
  }

  lt(other: Plain | number): Choice<Plain> {
    return this.#choice(this.value < this.#round(numberOf(other)));
  }

  gt(other: Plain | number): Choice<Plain> {
    return this.#choice(this.value > this.#round(numberOf(other)));
  }
}

const numberOf = (value: Plain | number): number => (typeof value === 'number' ? value : value.value);

const plain = (
  round: (value: number) => number,
  functions: Pick<typeof Math, 'exp' | 'expm1' | 'log'>,
): Maths<Plain> => ({
  let: (value) => value,
  constant: (value) => new Plain(value, round),
  exp: ({ value }) => new Plain(functions.exp(value), round),
  expm1: ({ value }) => new Plain(functions.expm1(value), round),
  log: ({ value }) => new Plain(functions.log(value), round),
});

/** As emitted, bit for bit. */
export const single = plain(Math.fround, twins);
/** In double precision, for curves and fits. */
export const double = plain((value) => value, Math);
