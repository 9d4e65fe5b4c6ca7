// Arithmetic that is carried out (parts/real.ts).

import type { Choice, Real } from '../parts/real.ts';

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

  floor(): Plain {
    return this.#to(Math.floor(this.value));
  }

  neg(): Plain {
    return this.#to(-this.value);
  }

  lt(other: Plain | number): Choice<Plain> {
    return this.#choice(this.value < this.#round(numberOf(other)));
  }

  gt(other: Plain | number): Choice<Plain> {
    return this.#choice(this.value > this.#round(numberOf(other)));
  }
}

/** What it is, or is worth. */
export const numberOf = (value: Plain | number): number => (typeof value === 'number' ? value : value.value);
