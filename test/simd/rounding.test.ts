// Stochastic rounding: its mean is the change, no change is no change, nothing that is not finite becomes a number, and
// draws do not depend on how weights are grouped. All draws are seeded; a bound of five standard deviations is a bound
// on these numbers, not a gamble.

import { describe, expect, test } from 'vitest';
import { i8_map_scale } from '../../runtime/simd/kernels/i8-map-scale.ts';
import { i8_map_sr } from '../../runtime/simd/kernels/i8-map-sr.ts';
import { int_rescale_sr } from '../../runtime/simd/kernels/int-rescale-sr.ts';
import { int_update_sr } from '../../runtime/simd/kernels/int-update-sr.ts';
import { streamKey } from '../../runtime/simd/parts/philox.ts';
import { panelIndex } from '../../runtime/simd/parts/panels.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { call } from './call.ts';

const ROWS = 4096;
const COLUMNS = 16;
const N = ROWS * COLUMNS;
const SCALE = 0.25;
const source = { first: 0, seed: 7, stream: streamKey('test/rounding'), step: 5, turn: 0 };

/** Weights after a change of `moves[element]` steps of q each, from `q` on. */
function changed(moves: Float32Array, q: number, given: Partial<typeof source> = {}) {
  const weight = new Int8Array(moves.length).fill(q);
  const health = new Int32Array(2);
  call(int_update_sr({ update: sgd().update, element: 'i8' }), {
    weight,
    gradient: moves.map((move) => -SCALE * move),
    scale: new Float32Array(COLUMNS).fill(SCALE),
    hyper: Float32Array.of(1),
    health,
    rows: moves.length / COLUMNS,
    columns: COLUMNS,
    ...source,
    ...given,
  });
  return { weight, health };
}

const all = (move: number): Float32Array => new Float32Array(N).fill(move);
const mean = (values: ArrayLike<number>, of: (value: number, at: number) => number): number => {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += of(values[at], at);
  return sum / values.length;
};

describe('the mean of what is stored moves by the change, within five deviations', () => {
  test.each([0.3, -0.3, 0.004, -0.004, 0.5, 2.75, -1.125])('%f steps', (move) => {
    const share = move - Math.floor(move);
    const bound = 5 * Math.sqrt((share * (1 - share)) / N);
    for (const q of [0, -90, 101]) {
      const { weight, health } = changed(all(move), q);
      expect(Math.abs(mean(weight, (value) => value - q) - move)).toBeLessThan(bound);
      expect(weight.every((value) => [Math.floor(move), Math.ceil(move)].includes(value - q))).toBe(true);
      expect([...health]).toEqual([0, 0]);
    }
  });

  test('and draws of neighbours, of both halves of a word and of two steps have nothing in common', () => {
    const up = (given: Partial<typeof source>): number[] =>
      Array.from(changed(all(0.5), 0, given).weight, (v) => v - 0.5);
    const [now, next] = [up({}), up({ step: 6 })];
    const bound = (5 * 0.25) / Math.sqrt(N);
    for (const apart of [1, 2, 4, 8, 16, 32, 1024]) {
      expect(Math.abs(mean(now, (value, at) => value * now[(at + apart) % N]))).toBeLessThan(bound);
    }
    expect(Math.abs(mean(now, (value, at) => value * next[at]))).toBeLessThan(bound);
  });
});

test('no change leaves every weight as it is, whatever is drawn beside it', () => {
  const moves = all(0).map((_, at) => (at % 3 === 0 ? 0.5 : 0));
  const { weight } = changed(moves, 111);
  expect(weight.every((value, at) => at % 3 === 0 || value === 111)).toBe(true);
  expect(new Set(weight)).toEqual(new Set([111, 112]));
});

test('a change that is not finite leaves its weight alone and is counted; limits are kept, and counted', () => {
  const moves = all(0);
  [moves[3], moves[50], moves[99]] = [Number.NaN, Infinity, -Infinity];
  [moves[200], moves[201]] = [400, -4e9];
  const { weight, health } = changed(moves, 9);
  const others = weight.filter((_, at) => at !== 200 && at !== 201);
  expect([weight[200], weight[201]]).toEqual([127, -127]);
  expect(others.every((value) => value === 9)).toBe(true);
  expect([...health]).toEqual([3, 2]);
});

test('a weight is drawn for by its place, not by its group', () => {
  const moves = all(0.5).map((_, at) => 0.5 + (at % 7) / 16);
  const whole = changed(moves, 0).weight;
  const half = ROWS * 8;
  const scale = new Float32Array(8).fill(SCALE);
  const parts = [0, half].map((first) => {
    const weight = new Int8Array(half);
    const gradient = moves.subarray(first, first + half).map((move) => -SCALE * move);
    const update = { weight, gradient, scale, hyper: Float32Array.of(1), health: new Int32Array(2) };
    call(int_update_sr({ update: sgd().update, element: 'i8' }), {
      ...update,
      rows: ROWS,
      columns: 8,
      ...source,
      first,
    });
    return weight;
  });
  expect([...parts[0], ...parts[1]]).toEqual([...whole]);
});

/** Rows of floats as int8, by the scale of their largest, each row of a sample or all of one. */
function asInt8(x0: Float32Array, rows: number, padded: number, given: Partial<Record<string, number>> = {}) {
  const [out, scale, columns] = [new Int8Array(rows * padded), new Float32Array(1), x0.length / rows];
  const matrix = { kind: 'matrix', leaf: 0 } as const;
  const window = { x0, x0Stride: columns, rows, columns };
  call(i8_map_scale(matrix), { scale, ...window });
  const samples = new Int32Array(rows).map((_, row) => row);
  const own = { samples, rowsOfSample: 1, pitch: padded, outStride: padded, padded };
  call(i8_map_sr(matrix), { out, scale: scale[0], ...window, ...own, ...source, ...given });
  return { out, scale: scale[0] };
}

test('deltas as int8 mean in the mean what they are, within five deviations; their largest is kept, zeros stay', () => {
  const x = Float32Array.from({ length: N }, (_, at) => [1, 0, 0.3, -0.3, 0.004, -0.004, 0.5, -0.0001][at % 8]);
  const { out, scale } = asInt8(x, ROWS, COLUMNS);
  expect(scale).toBe(Math.fround(1 / 127));
  for (let at = 0; at < 8; at++) {
    const kept = out.filter((_, index) => index % 8 === at);
    const steps = 127 * x[at];
    const share = steps - Math.floor(steps);
    const bound = 5 * Math.sqrt((share * (1 - share)) / kept.length);
    expect(Math.abs(mean(kept, (value) => value) - steps), `${x[at]}`).toBeLessThanOrEqual(bound);
  }
});

test('a delta is drawn for by its place in its sample, however that is cut', () => {
  const [rows, columns] = [12, 20];
  const x = Float32Array.from({ length: rows * columns }, (_, at) => (at === 0 ? 1 : 0.3));
  const whole = asInt8(x, rows, 24, { rowsOfSample: rows }).out;
  const half = rows / 2;
  const rest = asInt8(Float32Array.of(1, ...x.subarray(1, half * columns)), half, 24, {
    rowsOfSample: half,
    first: half * 24,
  }).out;
  expect([...rest.subarray(24)]).toEqual([...whole.subarray((half + 1) * 24)]);
});

test('a delta that is not finite makes the scale so', () => {
  for (const value of [Number.NaN, Infinity]) {
    const { out, scale } = asInt8(Float32Array.of(1, value, 0, -2), 1, 8);
    expect(scale).toBe(value);
    expect([...out.subarray(4)]).toEqual([0, 0, 0, 0]);
  }
});

test('rescaling halves the columns that hold a value at the limit, odd values up or down alike, and no others', () => {
  const weight = Int8Array.from({ length: N }, (_, at) => ((at * 37) % 201) - 100);
  weight[panelIndex(ROWS, 77, 3)] = 127;
  weight[panelIndex(ROWS, 5, 12)] = -127;
  const before = weight.slice();
  const scale = new Float32Array(COLUMNS).fill(SCALE);
  const health = Int32Array.of(0, 17);
  call(int_rescale_sr({ element: 'i8', shared: false }), {
    weight,
    scale,
    health,
    rows: ROWS,
    columns: COLUMNS,
    ...source,
  });
  expect([...scale]).toEqual(Array.from(scale, (_, column) => ([3, 12].includes(column) ? 2 * SCALE : SCALE)));
  expect([...health]).toEqual([0, 0]);
  for (let column = 0; column < COLUMNS; column++) {
    const places = Array.from({ length: ROWS }, (_, row) => panelIndex(ROWS, row, column));
    const off = places.map((at) => weight[at] - before[at] * (scale[column] === SCALE ? 1 : 0.5));
    const odd = scale[column] === SCALE ? 0 : places.filter((at) => before[at] % 2 !== 0).length;
    expect(off.filter((value) => Math.abs(value) === 0.5)).toHaveLength(odd);
    expect(off.filter((value) => value === 0)).toHaveLength(ROWS - odd);
    expect(Math.abs(mean(off, (value) => value))).toBeLessThanOrEqual((5 * 0.5) / Math.sqrt(ROWS));
  }
});
