// What equations of devices compute with, emitted or carried out: they are written once, so that kernels, their
// references and the host's curves are of one text.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32 } from '../../wasm/values.ts';
import { exp, expm1, log } from '../parts/math.ts';
import type { Real } from '../parts/real.ts';
import * as twins from '../twins/math.ts';
import { Plain } from '../twins/real.ts';

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
