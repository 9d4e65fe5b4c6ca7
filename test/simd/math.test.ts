// The elementary functions: their error over all floats against double precision, and both forms against the twin.

import { describe, expect, test } from 'vitest';
import type { UnaryName } from '../../runtime/simd/parts/elementwise.ts';
import { unaryReference } from '../../runtime/simd/twins/elementwise.ts';
import { f32_map } from '../../runtime/simd/kernels/f32-map.ts';
import { expm1, log1p, sinCos2Pi } from '../../runtime/simd/twins/math.ts';
import { call } from './call.ts';
import { describeDifference, identical, ulps } from './difference.ts';

/** Every 40,009th float, with the ends of the number line and the neighbourhood of 1. */
const floats = (() => {
  const bits = Array.from({ length: Math.floor(2 ** 32 / 40_009) }, (_, i) => i * 40_009);
  const ends = [0, 1, 0x007fffff, 0x00800000, 0x3f800000, 0x7f7fffff, 0x7f800000, 0x7fc00000];
  const nearOne = Array.from({ length: 4000 }, (_, i) => 0x3f800000 + (i - 2000) * 997);
  const all = [...bits, ...nearOne, ...ends, ...ends.map((end) => end + 2 ** 31)];
  return new Float32Array(new Uint32Array(all).buffer);
})();

type Real = (x: number) => number;

/** The largest error over the inputs that lie in [from, to]. */
function worst(approximate: Real, exact: Real, [from, to]: readonly number[] = [-Infinity, Infinity]): number {
  const inside = floats.filter((x) => !(x < from || x > to));
  return inside.reduce((most, x) => Math.max(most, ulps(approximate(x), exact(x))), 0);
}

/** Largest errors in ulp; those stated in math.ts come from all 2^32 floats. */
const bounds: [UnaryName, number, (x: number) => number][] = [
  ['exp', 1.01, Math.exp],
  ['log', 0.96, Math.log],
  ['tanh', 2.05, Math.tanh],
  ['sigmoid', 1.87, (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))],
  ['softplus', 2.04, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  ['elu', 1.04, (x) => (x < 0 ? Math.expm1(x) : x)],
];

describe('the error over all floats', () => {
  test.each(bounds)('of %s stays within %d ulp', (name, bound, exact) => {
    expect(worst(unaryReference[name], exact)).toBeLessThan(bound);
  });

  test('of expm1 stays within 1.04 ulp from -87 to 0 and 1.67 ulp from there to 87', () => {
    expect(worst(expm1, Math.expm1, [-87, 0])).toBeLessThan(1.04);
    expect(worst(expm1, Math.expm1, [0, 87])).toBeLessThan(1.67);
  });

  test('of log1p in [0, 1] stays within 1.32 ulp', () => {
    expect(worst(log1p, Math.log1p, [0, 1])).toBeLessThan(1.32);
  });

  test('of sinCos2Pi in [0, 1) stays within 1.61 ulp', () => {
    const belowOne = [0, 1 - 2 ** -24];
    expect(
      worst(
        (x) => sinCos2Pi(x).sin,
        (x) => sine(x, 0),
        belowOne,
      ),
    ).toBeLessThan(1.61);
    expect(
      worst(
        (x) => sinCos2Pi(x).cos,
        (x) => sine(x, 1),
        belowOne,
      ),
    ).toBeLessThan(1.61);
  });
});

/** sin(2 pi x + quarters pi / 2), by way of the nearest quarter turn, from which the angle is exact. */
function sine(x: number, quarters: number): number {
  const nearest = Math.round(4 * x);
  const angle = 2 * Math.PI * (x - nearest / 4);
  const quadrant = nearest + quarters;
  const value = quadrant & 1 ? Math.cos(angle) : Math.sin(angle);
  return quadrant & 2 ? -value : value;
}

describe('special values', () => {
  const { exp, log, tanh, sigmoid, softplus, elu } = unaryReference;

  test.each(Object.entries(unaryReference))('%s of NaN is NaN', (_, f) => {
    expect(f(NaN)).toBeNaN();
  });

  test('limits, zeros and what lies outside a domain', () => {
    expect([exp(-Infinity), exp(Infinity), exp(0), exp(89), exp(-104)]).toEqual([0, Infinity, 1, Infinity, 0]);
    expect([log(0), log(-0), log(Infinity), log(1)]).toEqual([-Infinity, -Infinity, Infinity, 0]);
    expect([log(-1), log(-Infinity), log(-1e-45)]).toEqual([NaN, NaN, NaN]);
    expect([tanh(0), tanh(-0), tanh(Infinity), tanh(-Infinity), tanh(9.1)]).toEqual([0, -0, 1, -1, 1]);
    expect([sigmoid(-Infinity), sigmoid(Infinity), sigmoid(0), sigmoid(-104)]).toEqual([0, 1, 0.5, 0]);
    expect([softplus(-Infinity), softplus(Infinity), softplus(1e30)]).toEqual([0, Infinity, Math.fround(1e30)]);
    expect([elu(-Infinity), elu(-0), elu(3)]).toEqual([-1, -0, 3]);
    expect([sinCos2Pi(0), sinCos2Pi(0.25).sin, sinCos2Pi(0.5).cos]).toEqual([{ sin: 0, cos: 1 }, 1, -1]);
  });

  test('results below the smallest normal number keep their digits', () => {
    expect(exp(-100)).toBe(Math.fround(Math.exp(-100)));
    expect(sigmoid(-100)).toBe(Math.fround(Math.exp(-100)));
    expect(tanh(1e-40)).toBe(Math.fround(1e-40));
    expect(ulps(log(Math.fround(1e-40)), Math.log(Math.fround(1e-40)))).toBeLessThan(0.96);
  });
});

describe.each(['none', 'simd128'] as const)('emitted as %s', (features) => {
  test.each(Object.keys(unaryReference) as UnaryName[])('%s has the bits of its twin on 112,000 floats', (name) => {
    const kernel = f32_map({ kind: 'apply', op: name, args: [{ kind: 'matrix', leaf: 0 }] });
    const out = new Float32Array(floats.length);
    const sizes = { rows: 1, columns: floats.length, padded: floats.length, outStride: 0, x0Stride: 0 };
    call(kernel, { out, x0: floats.slice(), ...sizes }, features);
    expect(describeDifference(out, floats.map(unaryReference[name]), identical)).toBe(null);
  });
});
