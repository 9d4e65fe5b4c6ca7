// The functions of math.ts in plain TypeScript, bit for bit: the same operations, each rounded to float32. The methods,
// domains and errors are stated there.

import {
  BIAS,
  COS,
  EXP,
  FRACTION_BITS,
  LN2_LOWER,
  LN2_UPPER,
  LOG,
  LOG1P,
  LOG2E,
  ROUNDER,
  SIN,
  SMALLEST_NORMAL,
  SQRT_HALF_BITS,
} from '../parts/math.ts';

const { fround } = Math;
const float = new Float32Array(1);
const integer = new Int32Array(float.buffer);

function bits(x: number): number {
  float[0] = x;
  return integer[0];
}

function asFloat(x: number): number {
  integer[0] = x;
  return float[0];
}

const polynomial = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, c) => fround(fround(x * sum) + c));

const powerOfTwo = (biased: number): number => asFloat(biased << FRACTION_BITS);

function reduce(x: number, bias: number): { exponent: number; fraction: number } {
  const rounded = fround(fround(x * LOG2E) + (ROUNDER + bias));
  const n = fround(rounded - (ROUNDER + bias));
  const r = fround(fround(x - fround(n * LN2_UPPER)) - fround(n * LN2_LOWER));
  return { exponent: bits(rounded), fraction: fround(r + fround(fround(r * r) * polynomial(r, EXP))) };
}

export function exp(x: number): number {
  const { exponent, fraction } = reduce(Math.max(Math.min(x, 89), -104), 2 * BIAS);
  const half = exponent >> 1;
  return fround(fround(fround(fraction + 1) * powerOfTwo(half)) * powerOfTwo(exponent - half));
}

export function expm1(x: number): number {
  const { exponent, fraction } = reduce(x, BIAS);
  const scale = powerOfTwo(exponent);
  return fround(fround(scale * fraction) + fround(scale - 1));
}

export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const subnormal = x < SMALLEST_NORMAL;
  const scaled = bits(subnormal ? x * 2 ** FRACTION_BITS : x);
  const exponent = (scaled - SQRT_HALF_BITS) >> FRACTION_BITS;
  const n = exponent - (subnormal ? FRACTION_BITS : 0);
  const f = fround(asFloat(scaled - (exponent << FRACTION_BITS)) - 1);
  return fround(fround(n * LN2_UPPER) + fround(logarithm(f, LOG) + fround(n * LN2_LOWER)));
}

export const log1p = (x: number): number => logarithm(x, LOG1P);

function logarithm(f: number, coefficients: readonly number[]): number {
  const s = fround(f / fround(f + 2));
  const z = fround(s * s);
  return fround(f - fround(s * fround(f - fround(z * polynomial(z, coefficients)))));
}

export function tanh(x: number): number {
  const a = Math.min(Math.abs(x), 10);
  const t = expm1(fround(a + a));
  const small = a < 0.5;
  const limit = small ? fround(t * 0.5) : 1;
  const result = fround(limit - fround(limit * fround((small ? t : 2) / fround(t + 2))));
  return Object.is(x, -0) || x < 0 ? -result : result;
}

export const sigmoid = (x: number): number => sigmoidFrom(x, exp(-Math.abs(x)));

function sigmoidFrom(x: number, e: number): number {
  const limit = x >= 0 ? 1 : e;
  return fround(limit - fround(limit * fround(e / fround(e + 1))));
}

export const softplus = (x: number): number => fround((x < 0 ? 0 : x) + log1p(exp(-Math.abs(x))));

export function sinCos2Pi(x: number): { sin: number; cos: number } {
  const rounded = fround(fround(x * 4) + ROUNDER);
  const quadrant = bits(rounded);
  const r = fround(x - fround(fround(rounded - ROUNDER) * 0.25));
  const z = fround(r * r);
  const [sin, cos] = [fround(r * polynomial(z, SIN)), polynomial(z, COS)];
  const swapped = (quadrant & 1) === 1;
  const signed = (y: number, turned: number): number => ((turned & 2) === 2 ? -y : y);
  return { sin: signed(swapped ? cos : sin, quadrant), cos: signed(swapped ? sin : cos, quadrant + 1) };
}

/** The nearest integer, ties to even. */
export function nearestEven(x: number): number {
  const down = Math.floor(x);
  const isTie = x - down === 0.5;
  return isTie ? down + (down & 1) : Math.floor(x + 0.5);
}

/** What a word of two 16-bit numbers means where it is a pair: the lower less the upper. */
export const pairDifference = (word: number): number => (word & 0xffff) - (word >>> 16);
