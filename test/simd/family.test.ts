// Families keep their members apart: two pieces of one name are never taken for each other.

import { describe, expect, test } from 'vitest';
import { f32, family, kernel, size } from '../../runtime/simd/kernel.ts';
import { f32_map } from '../../runtime/simd/kernels/f32-map.ts';
import { f32_matmul_update } from '../../runtime/simd/kernels/f32-matmul-update.ts';
import { f32_update } from '../../runtime/simd/kernels/f32-update.ts';
import type { Update } from '../../runtime/simd/parts/update.ts';
import { sampleUpdates } from '../../runtime/simd/cases/updates.ts';
import { call } from './call.ts';

const [known] = sampleUpdates;
/** What a user may write: the same name, and it moves nothing. */
const still: Update = { ...known, change: (k) => k.f32(0) };

describe.each([
  ['f32_update', f32_update],
  ['f32_matmul_update', f32_matmul_update],
])('%s', (name, members) => {
  test('refuses another update of a known name, whichever came first', () => {
    members(known);
    expect(() => members(still)).toThrow(`${name}_plain: two unlike pieces are named 'plain'`);
    const own: Update = { ...still, name: `own-${name}` };
    members(own);
    expect(() => members({ ...known, name: own.name })).toThrow('two unlike pieces');
    expect(members(own)).toBe(members(own));
  });
});

test('equal data is one member, and unlike constants are two', () => {
  expect(f32_map({ kind: 'constant', value: 0.25 })).toBe(f32_map({ kind: 'constant', value: 0.25 }));
  expect(f32_map({ kind: 'constant', value: -0 })).not.toBe(f32_map({ kind: 'constant', value: 0 }));
});

test('a number beside a vector is the same number in all four lanes, in the scalar form too', () => {
  const parameters = { out: f32.out('n'), x: f32.in('n'), factor: f32.in(1), n: size };
  const scale = family('scale', String, (_: string, name) =>
    kernel(name, parameters, (_k, { out, x, factor }) => out.vector(0).set(x.vector(0).mul(factor.at(0)))),
  );
  for (const features of ['none', 'simd128'] as const) {
    const args = {
      out: new Float32Array(4),
      x: Float32Array.of(1, 2, 3, 4),
      factor: Float32Array.of(5, 6, 7, 8),
      n: 4,
    };
    call(scale('test'), args, features);
    expect(args.out, features).toEqual(Float32Array.of(5, 10, 15, 20));
  }
});
