// Pairs of 16-bit integers, against plain arithmetic on every number, as vectors and lane by lane.

import { expect, test } from 'vitest';
import { Emitter } from '../../runtime/wasm/emitter.ts';
import type { Features } from '../../runtime/wasm/features.ts';
import { ModuleBuilder } from '../../runtime/wasm/module.ts';
import { unpackedNibbles } from '../../runtime/wasm/nibbles.ts';
import {
  addPairs,
  dotPairs,
  eqPairs,
  maxPairs,
  maxWords,
  minPairs,
  narrowPairs,
  pairOf,
  pairsAt,
  setPairs,
  subPairs,
  zipPairs,
} from '../../runtime/wasm/pairs.ts';

const forms = ['none', 'simd128'] as const satisfies Features[];

/** What a function leaves in memory that begins with these bytes; it may write from byte 64 on. */
function ran(features: Features, bytes: Int8Array, emit: (k: Emitter) => void): ArrayBuffer {
  const k = new Emitter(features);
  emit(k);
  const module = new ModuleBuilder();
  module.add(k.finish('run', true));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)), { onward: { memory } });
  new Int8Array(memory.buffer).set(bytes);
  (instance.exports.run as () => void)();
  return memory.buffer.slice(64);
}

const bytes = Int8Array.of(-128, 127, 0, -1, 5, 100, -77, 3, 127, 127, -128, -128, 1, -2, 50, -50);
const [left, right] = [bytes.subarray(0, 8), bytes.subarray(8)];

test.each(forms)('eight neighbours are multiplied, two products to a sum, as %s', (features) => {
  const memory = ran(features, bytes, (k) => {
    const at = k.pointer('i8', k.i32(0));
    k.pointer('i32', k.i32(64))
      .vector(0)
      .set(dotPairs(pairsAt(at), pairsAt(at.plus(8))));
  });
  const sums = [0, 2, 4, 6].map((i) => left[i] * right[i] + left[i + 1] * right[i + 1]);
  expect([...new Int32Array(memory, 0, 4)]).toEqual(sums);
});

test.each(forms)('two rows are zipped, as %s', (features) => {
  const memory = ran(features, bytes, (k) => {
    const [a, b] = [pairsAt(k.pointer('i8', k.i32(0))), pairsAt(k.pointer('i8', k.i32(8)))];
    k.pointer('i32', k.i32(64))
      .vector(0)
      .set(zipPairs(a, b, 'low'));
    k.pointer('i32', k.i32(64))
      .vector(4)
      .set(zipPairs(a, b, 'high'));
  });
  const zipped = [...left].flatMap((value, i) => [value, right[i]]);
  expect([...new Int16Array(memory, 0, 16)]).toEqual(zipped);
});

test.each(forms)('a zero point is taken from each number, and a pair read again is splat, as %s', (features) => {
  const memory = ran(features, bytes, (k) => {
    const numbers = k.pointer('i16', k.i32(64));
    k.pointer('i32', k.i32(64))
      .vector(0)
      .set(subPairs(pairsAt(k.pointer('i8', k.i32(0))), k.i32x4(pairOf(k.i32(-128)))));
    k.pointer('i32', k.i32(80))
      .vector(0)
      .set(k.pointer('i32', numbers.plus(4).address).splat());
  });
  const moved = [...left].map((value) => value + 128);
  expect([...new Int16Array(memory, 0, 8)]).toEqual(moved);
  expect([...new Int16Array(memory, 16, 8)]).toEqual([4, 4, 4, 4].flatMap((at) => [moved[at], moved[at + 1]]));
});

test.each(forms)('numbers are added, held against each other and compared one by one, as %s', (features) => {
  const memory = ran(features, bytes, (k) => {
    const at = k.pointer('i8', k.i32(0));
    const [a, b] = [k.let(pairsAt(at)), k.let(pairsAt(at.plus(8)))];
    [addPairs(a, b), minPairs(a, b), maxPairs(a, b), eqPairs(a, maxPairs(a, b)), maxWords(a, b)].forEach(
      (pairs, place) =>
        k
          .pointer('i32', k.i32(64 + 16 * place))
          .vector(0)
          .set(pairs),
    );
  });
  const eight = (place: number): number[] => [...new Int16Array(memory, 16 * place, 8)];
  const each = (of: (a: number, b: number) => number): number[] => Array.from(left, (a, i) => of(a, right[i]));
  expect(eight(0)).toEqual(each((a, b) => a + b));
  expect(eight(1)).toEqual(each(Math.min));
  expect(eight(2)).toEqual(each(Math.max));
  expect(eight(3)).toEqual(each((a, b) => (a >= b ? -1 : 0)));
  const [words, others] = [left, right].map((half) => new Int32Array(Int16Array.from(half).buffer));
  expect(new Int32Array(memory, 64, 4)).toEqual(words.map((word, i) => Math.max(word, others[i])));
});

test.each(forms)('eight integers become bytes, or half bytes, as %s', (features) => {
  const memory = ran(features, bytes, (k) => {
    const low = k.iota().mul(40).sub(128);
    setPairs(k.pointer('i8', k.i32(64)), k.let(narrowPairs(low, k.iota().sub(1))));
    setPairs(k.pointer('i4', k.i32(80)), k.let(narrowPairs(k.iota().mul(5).sub(8), k.iota().sub(1))));
  });
  expect([...new Int8Array(memory, 0, 9)]).toEqual([-128, -88, -48, -8, -1, 0, 1, 2, 0]);
  expect([...unpackedNibbles(new Uint8Array(memory, 16, 5))]).toEqual([-8, -3, 2, 7, -1, 0, 1, 2, 0, 0]);
});
