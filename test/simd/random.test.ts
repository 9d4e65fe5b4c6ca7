// Random numbers in kernels: how they are distributed, that they do not depend on how a draw is split.
// All draws are seeded; a bound of five standard deviations is a bound on these numbers, not a gamble.

import { describe, expect, test } from 'vitest';
import { f32_random, variants } from '../../runtime/simd/kernels/f32-random.ts';
import type { DistributionName as Distribution } from '../../runtime/simd/parts/distribution.ts';
import { randomWord, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { call } from './call.ts';

const N = 1 << 17;
const source = { seed: 7, stream: streamKey('test'), step: 5, turn: 0 };
const floats: Record<Distribution, Record<string, number>> = {
  uniform: { low: -1, high: 3 },
  normal: { scale: 2 },
  signs: { scale: 0.5 },
};
const distributions = variants();

function random(distribution: Distribution, n: number, given: Record<string, number> = {}): Float32Array {
  const out = new Float32Array(n);
  call(f32_random(distribution), { out, n, stride: 1, first: 0, ...source, ...floats[distribution], ...given });
  return out;
}

function mean(x: Float32Array, f: (value: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += f(x[i], i);
  return sum / x.length;
}

/** The bound on the mean of N values with this standard deviation. */
const five = (deviation: number): number => (5 * deviation) / Math.sqrt(N);

describe('uniform in [-1, 3)', () => {
  const x = random('uniform', N);

  test('mean 1, variance 4/3, all inside', () => {
    expect(Math.abs(mean(x, (v) => v) - 1)).toBeLessThan(five(Math.sqrt(4 / 3)));
    expect(Math.abs(mean(x, (v) => (v - 1) ** 2) - 4 / 3)).toBeLessThan(five(Math.sqrt(16 / 5 - 16 / 9)));
    expect(x.every((v) => v >= -1 && v < 3)).toBe(true);
  });

  test('64 bins are equally full: chi square within five deviations of 63', () => {
    const bins = new Float64Array(64);
    for (const v of x) bins[Math.floor((v + 1) * 16)]++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - N / 64) ** 2 / (N / 64), 0);
    expect(Math.abs(chiSquare - 63)).toBeLessThan(5 * Math.sqrt(2 * 63));
  });

  test('an element is low + (high - low) u of its word', () => {
    for (const e of [0, 1, 2, 3, 4, 70, 4095]) {
      const u = uniformFromWord(randomWord(source.seed, source.stream, source.step, e));
      expect(x[e]).toBe(Math.fround(-1 + Math.fround(4 * u)));
    }
  });
});

describe('normal with standard deviation 2', () => {
  const z = random('normal', N).map((v) => v / 2);

  test('the first four moments are 0, 1, 0, 3', () => {
    const moments: [power: number, moment: number, deviation: number][] = [
      [1, 0, 1],
      [2, 1, Math.sqrt(2)],
      [3, 0, Math.sqrt(15)],
      [4, 3, Math.sqrt(96)],
    ];
    for (const [power, moment, deviation] of moments) {
      expect(Math.abs(mean(z, (v) => v ** power) - moment)).toBeLessThan(five(deviation));
    }
  });

  test('the shares below 0.1, 1, 2 and 3 deviations are the normal ones', () => {
    for (const [bound, share] of [
      [0.1, 0.0796557],
      [1, 0.6826895],
      [2, 0.9544997],
      [3, 0.9973002],
    ]) {
      const found = mean(z, (v) => (Math.abs(v) < bound ? 1 : 0));
      expect(Math.abs(found - share)).toBeLessThan(five(Math.sqrt(share * (1 - share))));
    }
  });

  test('the two of a pair are independent, in their values and in their squares', () => {
    const pairs = (f: (a: number, b: number) => number): number => 2 * mean(z, (v, i) => (i & 1 ? 0 : f(v, z[i + 1])));
    expect(Math.abs(pairs((a, b) => a * b))).toBeLessThan(five(Math.SQRT2));
    expect(Math.abs(pairs((a, b) => (a * a - 1) * (b * b - 1)))).toBeLessThan(five(2 * Math.SQRT2));
  });
});

test('signs: only the two values, as often the one as the other, at every place of a block', () => {
  const x = random('signs', N);
  expect(new Set(x)).toEqual(new Set([0.5, -0.5]));
  for (let word = 0; word < 4; word++) {
    expect(Math.abs(mean(x, (v, i) => ((i & 3) === word ? v : 0)))).toBeLessThan(five(0.25));
  }
});

describe.each(distributions)('%s', (distribution) => {
  const { length } = random(distribution, 1003);
  const whole = random(distribution, length);

  test.each(['none', 'simd128'] as const)('filled in odd pieces (%s) equals filled at once', (features) => {
    const pieces = new Float32Array(length);
    for (let first = 0, n = 1; first < length; first += n, n = Math.min(n + 6, length - first)) {
      const out = pieces.subarray(first, first + n);
      call(f32_random(distribution), { out, n, stride: 1, first, ...source, ...floats[distribution] }, features);
    }
    expect(pieces).toEqual(whole);
  });

  test('a column of a panel is drawn alone', () => {
    const out = new Float32Array(8 * 20 + 1).fill(9);
    call(f32_random(distribution), { out, n: 21, stride: 8, first: 3, ...source, ...floats[distribution] });
    const expected = out.map((_, i) => (i % 8 === 0 ? whole[3 + i / 8] : 9));
    expect(out).toEqual(expected);
  });

  test('neighbours, seeds, streams and steps are uncorrelated', () => {
    const x = random(distribution, N);
    const centre = distribution === 'uniform' ? 1 : 0;
    const variance = mean(x, (v) => (v - centre) ** 2);
    const others = {
      neighbour: Float32Array.from(x, (_, i) => x[(i + 1) % N]),
      nextBlock: Float32Array.from(x, (_, i) => x[(i + 4) % N]),
      seed: random(distribution, N, { seed: source.seed + 1 }),
      stream: random(distribution, N, { stream: streamKey('tesu') }),
      step: random(distribution, N, { step: source.step + 1 }),
    };
    for (const y of Object.values(others)) {
      expect(Math.abs(mean(x, (v, i) => (v - centre) * (y[i] - centre)))).toBeLessThan(five(variance));
    }
  });
});
