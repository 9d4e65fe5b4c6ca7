// Philox4x32-10 against the known answers published with Random123 (`kat_vectors`), and the stream convention.

import { describe, expect, test } from 'vitest';
import {
  philox4x32,
  randomBelow,
  randomWord,
  streamKey,
  uniformFromWord,
  wordReader,
} from '../../runtime/simd/parts/philox.ts';

const ONES = 0xffffffff;

describe('philox4x32', () => {
  test.each([
    { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    { counter: [ONES, ONES, ONES, ONES], key: [ONES, ONES], words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd] },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)('known answer for counter $counter, key $key', ({ counter, key, words }) => {
    expect(philox4x32(counter, key)).toEqual(words);
  });

  test('signed and unsigned inputs of the same bits agree', () => {
    expect(philox4x32([-1, -1, -1, -1], [-1, -1])).toEqual(philox4x32([ONES, ONES, ONES, ONES], [ONES, ONES]));
  });
});

describe('streams', () => {
  test('element e is word e & 3 of counter e >>> 2, and the reader returns elements in order', () => {
    const stream = streamKey('dense_1/target');
    const next = wordReader(7, stream, 3);
    for (let element = 0; element < 11; element++) {
      const expected = philox4x32([element >>> 2, 3, 0, 0], [7, stream])[element & 3];
      expect(randomWord(7, stream, 3, element)).toBe(expected);
      expect(next()).toBe(expected);
    }
    expect(randomWord(7, stream, 3, ONES)).toBe(philox4x32([0x3fffffff, 3, 0, 0], [7, stream])[3]);
  });

  test('keys are stable, unsigned and differ for 10,000 similar names', () => {
    expect(streamKey('')).toBe(0xab3e7c0b); // recorded: a change of the hash changes every seeded result
    expect(streamKey('shuffle')).toBe(0xeebd3f44);
    const keys = new Set<number>();
    for (let i = 0; i < 10_000; i++) keys.add(streamKey(`layer_${i}/noise`));
    expect(keys.size).toBe(10_000);
  });

  test('a uniform stays below 1 and is exact in float32', () => {
    expect(uniformFromWord(0)).toBe(0);
    expect(uniformFromWord(ONES)).toBe(1 - 2 ** -24);
    expect(Math.fround(uniformFromWord(0x12345678))).toBe(uniformFromWord(0x12345678));
  });

  test('100,000 uniforms: mean within 0.005 of 1/2, sixteen bins within 5 standard deviations', () => {
    const next = wordReader(1, streamKey('statistics'), 0);
    const bins = new Float64Array(16);
    let sum = 0;
    for (let i = 0; i < 100_000; i++) {
      const uniform = uniformFromWord(next());
      sum += uniform;
      bins[Math.floor(uniform * 16)] += 1;
    }
    expect(Math.abs(sum / 100_000 - 0.5)).toBeLessThan(0.005);
    for (const count of bins) expect(Math.abs(count - 6250)).toBeLessThan(5 * Math.sqrt(6250));
  });

  test('a bounded draw redraws the words that would make it biased', () => {
    const words = [2 ** 32 - 1, 2 ** 32 - 2, 8, 2 ** 32 - 1];
    const next = () => words.shift() ?? 0;
    expect(randomBelow(next, 3)).toBe((2 ** 32 - 2) % 3); // 2^32 - 1 is the one word beyond a multiple of 3
    expect(randomBelow(next, 5)).toBe(3);
    expect(randomBelow(next, 2 ** 32)).toBe(ONES);
    expect(randomBelow(next, 1)).toBe(0);
  });
});
