// Elementary functions as emitters, for one number or four: exp, expm1, log, log1p, tanh, sigmoid, softplus, sinCos2Pi.
// No engine's Math is involved, so all machines get the same bits, and so do the plain twins in twins/math.ts. They
// are emitted wherever they are used, so they are short: no tables, no branches. Subnormal numbers are kept, and NaN
// gives NaN.
//
// exp x = 2^n e^r with |r| <= ln 2 / 2 and log x = n ln 2 + log m with m in [sqrt 1/2, sqrt 2), reduced as in Cody and
// Waite, "Software manual for the elementary functions" (1980). Coefficients are minimax fits of the relative error,
// rounded to float32 one after the other, the rest fitted again each time. Each function states its largest error over
// all floats of its domain.

import type { Emitter } from '../../wasm/emitter.ts';
import type { F32, I32 } from '../../wasm/values.ts';

const float32 = (...values: number[]): readonly number[] => values.map(Math.fround);

export const [LOG2E, LN2_UPPER, LN2_LOWER] = float32(Math.LOG2E, 0.693359375, -0.00021219444);
/** e^r = 1 + r + r^2 EXP(r). */
export const EXP = float32(0.49999997, 0.16666546, 0.041667435, 0.008366262, 0.0013870659);
/** log(1 + f) = f - s (f - z LOG(z)) with s = f / (2 + f) and z = s^2, for 1 + f in [sqrt 1/2, sqrt 2). */
export const LOG = float32(0.66666776, 0.39977574, 0.29871237);
/** The same for f in [0, 1]. */
export const LOG1P = float32(0.6666642, 0.40021437, 0.28003028, 0.2800675);
/** sin 2 pi r = r SIN(r^2) and cos 2 pi r = COS(r^2) for |r| <= 1/8. */
export const SIN = float32(6.2831855, -41.341866, 81.625626, -76.774956);
export const COS = float32(1, -19.739208, 64.93915, -85.42451, 58.619373);

/** 1.5 * 2^23: a small number added to it is rounded to an integer, which then stands in the lower bits. */
export const ROUNDER = 12582912;
/** The exponent's bias, and its distance from the right. */
export const BIAS = 127;
export const FRACTION_BITS = 23;
export const SQRT_HALF_BITS = 0x3f3504f3;
export const SMALLEST_NORMAL = 2 ** -126;

/** c0 + c1 x + c2 x^2 + ... by Horner's rule, of a variable. */
const polynomial = (x: F32, [c, ...rest]: readonly number[]): F32 =>
  x.mul(rest.length === 1 ? rest[0] : polynomial(x, rest)).add(c);

const powerOfTwo = (biased: I32): F32 => biased.shl(FRACTION_BITS).asFloat();

/** n + `bias` in the lower bits of `exponent`, and `fraction` = e^r - 1. */
function reduce(k: Emitter, x: F32, bias: number): { exponent: I32; fraction: F32 } {
  const rounded = k.let(x.mul(LOG2E).add(ROUNDER + bias));
  const n = k.let(rounded.sub(ROUNDER + bias));
  const r = k.let(x.sub(n.mul(LN2_UPPER)).sub(n.mul(LN2_LOWER)));
  return { exponent: k.let(rounded.bits()), fraction: k.let(r.add(r.mul(r).mul(polynomial(r, EXP)))) };
}

/** e^x; 1.01 ulp. Scaled in two steps, so that subnormal and overflowing results come out right. */
export function exp(k: Emitter, x: F32): F32 {
  const bounded = k.let(k.let(x).pmin(89));
  const { exponent, fraction } = reduce(k, k.let(bounded.pmax(-104)), 2 * BIAS);
  const half = k.let(exponent.shrSigned(1));
  return fraction
    .add(1)
    .mul(powerOfTwo(half))
    .mul(powerOfTwo(exponent.sub(half)));
}

/** e^x - 1 for |x| <= 87; 1.04 ulp below zero, 1.67 above. */
export function expm1(k: Emitter, x: F32): F32 {
  const { exponent, fraction } = reduce(k, k.let(x), BIAS);
  const scale = k.let(powerOfTwo(exponent));
  return scale.mul(fraction).add(scale.sub(1));
}

/** The natural logarithm; 0.96 ulp. Minus infinity at 0, NaN below. */
export function log(k: Emitter, value: F32): F32 {
  const x = k.let(value);
  const subnormal = x.lt(SMALLEST_NORMAL);
  const bits = k.let(subnormal.select(x.mul(2 ** FRACTION_BITS), x).bits());
  const exponent = k.let(bits.sub(SQRT_HALF_BITS).shrSigned(FRACTION_BITS));
  const n = k.let(exponent.toFloat().sub(subnormal.select(FRACTION_BITS, 0)));
  const f = k.let(bits.sub(exponent.shl(FRACTION_BITS)).asFloat().sub(1));
  const finite = n.mul(LN2_UPPER).add(logarithm(k, f, LOG).add(n.mul(LN2_LOWER)));
  return x.gt(0).select(x.lt(Infinity).select(finite, x), x.eq(0).select(-Infinity, NaN));
}

/** log(1 + x) for x in [0, 1]; 1.32 ulp. */
const log1p = (k: Emitter, x: F32): F32 => logarithm(k, k.let(x), LOG1P);

function logarithm(k: Emitter, f: F32, coefficients: readonly number[]): F32 {
  const s = k.let(f.div(f.add(2)));
  const z = k.let(s.mul(s));
  return f.sub(s.mul(f.sub(z.mul(polynomial(z, coefficients)))));
}

/**
 * The hyperbolic tangent; 2.05 ulp. With t = e^2|x| - 1 its size is 1 - 2 / (t + 2), and near zero, where that would
 * cancel, t/2 - t/2 (t / (t + 2)).
 */
export function tanh(k: Emitter, value: F32): F32 {
  const x = k.let(value);
  const a = k.let(x.abs().pmin(10)); // 1 - tanh 10 is below half an ulp
  const t = k.let(expm1(k, a.add(a)));
  const small = a.lt(0.5);
  const limit = k.let(small.select(t.mul(0.5), 1));
  const result = limit.sub(limit.mul(small.select(t, 2).div(t.add(2))));
  return result
    .bits()
    .or(x.bits().and(1 << 31))
    .asFloat();
}

/** 1 / (1 + e^-x); 1.87 ulp. */
export function sigmoid(k: Emitter, value: F32): F32 {
  const x = k.let(value);
  return sigmoidFrom(k, x, k.let(exp(k, x.abs().neg())));
}

/** The sigmoid of x from e = exp(-|x|), for those who need e too. Both must be cheap to repeat. */
function sigmoidFrom(k: Emitter, x: F32, e: F32): F32 {
  const limit = k.let(x.ge(0).select(1, e));
  return limit.sub(limit.mul(e.div(e.add(1))));
}

/** log(1 + e^x); 2.04 ulp. */
export function softplus(k: Emitter, value: F32): F32 {
  const x = k.let(value);
  return x.pmax(0).add(log1p(k, exp(k, x.abs().neg())));
}

/** Sine and cosine of 2 pi x for x in [0, 1); 1.61 ulp. */
export function sinCos2Pi(k: Emitter, value: F32): { sin: F32; cos: F32 } {
  const x = k.let(value);
  const rounded = k.let(x.mul(4).add(ROUNDER));
  const quadrant = k.let(rounded.bits());
  const r = k.let(x.sub(rounded.sub(ROUNDER).mul(0.25)));
  const z = k.let(r.mul(r));
  const sin = k.let(r.mul(polynomial(z, SIN)));
  const cos = k.let(polynomial(z, COS));
  const swapped = quadrant.and(1).eq(1);
  const signed = (y: F32, turned: I32): F32 => y.bits().xor(turned.and(2).shl(30)).asFloat();
  return { sin: signed(swapped.select(cos, sin), quadrant), cos: signed(swapped.select(sin, cos), quadrant.add(1)) };
}
