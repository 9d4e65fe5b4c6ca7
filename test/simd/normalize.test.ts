// Normalisations against their equations in double precision, and their gradients against central differences of the
// same equations. That the kernels agree with their references bit for bit is the generic test's business.

import { describe, expect, test } from 'vitest';
import { groupCases } from '../../runtime/simd/cases/groups.ts';
import { f32_group_normalize } from '../../runtime/simd/kernels/f32-group-normalize.ts';
import { f32_group_normalize_gradient } from '../../runtime/simd/kernels/f32-group-normalize-gradient.ts';
import { f32_normalize, normalizations, type Normalization } from '../../runtime/simd/kernels/f32-normalize.ts';
import { f32_normalize_gradient } from '../../runtime/simd/kernels/f32-normalize-gradient.ts';
import { uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { call } from './call.ts';

const epsilon = Math.fround(1e-3);
const shapes = [
  { rows: 1, columns: 1 },
  { rows: 3, columns: 2 },
  { rows: 2, columns: 7 },
  { rows: 2, columns: 19 },
];

/** Uniform in [-1, 1), around `centre`. */
function randoms(n: number, stream: number, centre = 0): Float32Array {
  const next = wordReader(1, stream, 0);
  return Float32Array.from({ length: n }, () => centre + 2 * uniformFromWord(next()) - 1);
}

/** One row or group in double precision, by the equations of the papers. */
function normalized(mode: Normalization, x: number[]): number[] {
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const count = mode === 'l2' ? 1 : x.length;
  const mean = mode === 'layer' ? sum(x) / count : 0;
  const size = Math.sqrt(sum(x.map((value) => (value - mean) ** 2)) / count + epsilon);
  return x.map((value) => (value - mean) / size);
}

/** sum_j dy[j] d normalized[j] / d x[i], by central differences. */
function differentiated(mode: Normalization, x: number[], dy: number[]): number[] {
  const h = 1e-5;
  return x.map((_, i) => {
    const moved = (by: number): number[] =>
      normalized(
        mode,
        x.map((value, j) => (j === i ? value + by : value)),
      );
    const [above, below] = [moved(h), moved(-h)];
    return dy.reduce((total, weight, j) => total + (weight * (above[j] - below[j])) / (2 * h), 0);
  });
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThan(within);
}

describe.each(normalizations)('%s', (mode) => {
  test.each(shapes)('of $rows x $columns within 2e-6 of the equation in double precision', ({ rows, columns }) => {
    const x = randoms(rows * columns, 1, 0.5);
    const out = new Float32Array(x.length);
    call(f32_normalize(mode), { out, x, epsilon, rows, columns });
    for (let begin = 0; begin < x.length; begin += columns) {
      const row = (values: Float32Array): number[] => [...values.subarray(begin, begin + columns)];
      expectClose(row(out), normalized(mode, row(x)), 2e-6);
    }
  });

  test.each(shapes)('gradient of $rows x $columns within 1e-4 of central differences', ({ rows, columns }) => {
    const [x, dy] = [randoms(rows * columns, 2, 0.5), randoms(rows * columns, 3)];
    const dx = new Float32Array(x.length);
    call(f32_normalize_gradient(mode), { dx, x, dy, epsilon, rows, columns });
    for (let begin = 0; begin < x.length; begin += columns) {
      const row = (values: Float32Array): number[] => [...values.subarray(begin, begin + columns)];
      expectClose(row(dx), differentiated(mode, row(x), row(dy)), 1e-4);
    }
  });
});

test('layer normalisation does not lose a small variation on a large mean', () => {
  const x = randoms(64, 4).map((value) => 1000 + value);
  const out = new Float32Array(64);
  call(f32_normalize('layer'), { out, x, epsilon, rows: 1, columns: 64 });
  expectClose(out, normalized('layer', [...x]), 1e-3);
});

describe('group', () => {
  /** The indices of each group's elements. */
  function* groupsOf({ batch, positions, channels, groups }: Record<string, number>): Generator<number[]> {
    const groupOf = (element: number): number => Math.floor(((element % channels) * groups) / channels);
    for (let sample = 0; sample < batch; sample++) {
      const elements = Array.from({ length: positions * channels }, (_, i) => sample * positions * channels + i);
      for (let group = 0; group < groups; group++) yield elements.filter((element) => groupOf(element) === group);
    }
  }

  test.each(groupCases())('$batch x $positions x $channels in $groups groups within 2e-6 of the equation', (sizes) => {
    const x = randoms(sizes.batch * sizes.positions * sizes.channels, 5, 0.5);
    const out = new Float32Array(x.length);
    call(f32_group_normalize, { out, x, epsilon, ...sizes });
    for (const group of groupsOf(sizes)) {
      expectClose(
        group.map((i) => out[i]),
        normalized(
          'layer',
          group.map((i) => x[i]),
        ),
        2e-6,
      );
    }
  });

  test.each(groupCases())('gradient of $batch x $positions x $channels in $groups groups within 1e-4', (sizes) => {
    const n = sizes.batch * sizes.positions * sizes.channels;
    const [x, dy] = [randoms(n, 6, 0.5), randoms(n, 7)];
    const dx = new Float32Array(n);
    call(f32_group_normalize_gradient, { dx, x, dy, epsilon, ...sizes });
    for (const group of groupsOf(sizes)) {
      const of = (values: Float32Array): number[] => group.map((i) => values[i]);
      expectClose(of(dx), differentiated('layer', of(x), of(dy)), 1e-4);
    }
  });
});
