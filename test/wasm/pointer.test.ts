// Elements narrower than a register: four at once are widened and narrowed again, with and without SIMD, and what lies
// beside them stays.

import { expect, test } from 'vitest';
import { i8, kernel, size, u8 } from '../../runtime/simd/kernel.ts';
import { call } from '../simd/call.ts';

const signed = kernel('double_i8', { out: i8.out('n'), x: i8.in('n'), n: size }, (k, { out, x, n }) => {
  k.lanes(n, (i) => out.at(i).set(x.at(i).shl(1)));
});
const unsigned = kernel('double_u8', { out: u8.out('n'), x: u8.in('n'), n: size }, (k, { out, x, n }) => {
  k.lanes(n, (i) => out.at(i).set(x.at(i).shl(1)));
});

test.each(['none', 'simd128'] as const)('%s: signed and unsigned bytes, four at once and one by one', (features) => {
  const x = Int8Array.of(-64, 63, -1, 0, 1, -33, 60);
  const out = new Int8Array(9).fill(7);
  call(signed, { out, x, n: x.length }, features);
  expect([...out]).toEqual([-128, 126, -2, 0, 2, -66, 120, 7, 7]);

  const bytes = Uint8Array.of(127, 64, 1, 0, 100, 3, 99);
  const wide = new Uint8Array(9).fill(7);
  call(unsigned, { out: wide, x: bytes, n: bytes.length }, features);
  expect([...wide]).toEqual([254, 128, 2, 0, 200, 6, 198, 7, 7]);
});
