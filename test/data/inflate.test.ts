// Deflate and gzip against zlib: every level and strategy, members one behind the other, damage, limits.

import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { randomBelow, streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import { DataError, gunzip, inflateRaw } from '../../src/data/index.ts';
import { crc32 } from '../../src/data/crc32.ts';

const strategies = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];

/** Bytes of a few values in runs and repeats, or of any. */
function bytesOf(seed: number): Uint8Array {
  const next = wordReader(seed, streamKey('inflate'), 0);
  const values = 1 + randomBelow(next, 256);
  const bytes = new Uint8Array(randomBelow(next, 5000));
  for (let at = 0; at < bytes.length; ) {
    const length = Math.min(1 + randomBelow(next, 40), bytes.length - at);
    if (at > 0 && randomBelow(next, 2) === 0) {
      const back = 1 + randomBelow(next, at);
      for (let i = 0; i < length; i++) bytes[at + i] = bytes[at + i - back];
    } else for (let i = 0; i < length; i++) bytes[at + i] = randomBelow(next, values);
    at += length;
  }
  return bytes;
}

describe('inflateRaw', () => {
  test('1,000 inputs come back from zlib, at every level and strategy', async () => {
    for (let seed = 0; seed < 1000; seed++) {
      const bytes = bytesOf(seed);
      const packed = deflateRawSync(bytes, {
        level: seed % 10,
        strategy: strategies[seed % 5],
        memLevel: 1 + (seed % 9),
      });
      const back = await inflateRaw(packed, bytes.length, crc32(bytes));
      expect(Buffer.compare(back, bytes), `seed ${seed}`).toBe(0);
    }
  });

  test('matches from the farthest place, of the greatest length, and stored blocks', async () => {
    const noise = bytesOf(7).slice(0, 400);
    const bytes = new Uint8Array(32768 + 300);
    bytes.set(noise);
    bytes.set(noise.subarray(0, 300), 32768);
    for (const level of [0, 1, 9]) {
      expect(await inflateRaw(deflateRawSync(bytes, { level }), bytes.length, crc32(bytes))).toEqual(bytes);
    }
  });

  test.each<[string, number[], string]>([
    ['a block of no kind', [0b111], 'a block of kind 3'],
    ['a stored block of two lengths', [1, 1, 0, 0, 0], 'a stored block of two lengths'],
    ['a stored block that is cut', [1, 4, 0, 251, 255, 9], 'deflate ends amid a block'],
    ['a match before the beginning', [0x03 | (1 << 3), 0x02, 0], 'deflate'],
    ['nothing', [], 'deflate ends amid a block'],
  ])('refuses %s', async (_, bytes, message) => {
    const reading = inflateRaw(Uint8Array.from(bytes), 10, 0);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(DataError);
  });

  test('refuses another size and another CRC', async () => {
    const bytes = bytesOf(3);
    const packed = deflateRawSync(bytes);
    await expect(inflateRaw(packed, bytes.length + 1, crc32(bytes))).rejects.toThrow('its size or CRC-32 differs');
    await expect(inflateRaw(packed, bytes.length, 1)).rejects.toThrow('its size or CRC-32 differs');
    await expect(inflateRaw(packed, bytes.length - 1, crc32(bytes))).rejects.toThrow(DataError);
  });
});

describe('gunzip', () => {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

  test('members one behind the other, and zeros behind them', async () => {
    const members = Buffer.concat([gzipSync('1,2\n'), gzipSync(''), gzipSync('3,4\n')]);
    expect(text(await gunzip(members))).toBe('1,2\n3,4\n');
    expect(text(await gunzip(Buffer.concat([members, Buffer.alloc(512)])))).toBe('1,2\n3,4\n');
    expect(text(await gunzip(Buffer.concat(Array.from({ length: 500 }, (_, i) => gzipSync(`${i};`)))))).toMatch(
      /^0;1;.*499;$/,
    );
  });

  test('a header with every field', async () => {
    const packed = gzipSync('abc');
    const fields = [2, 0, 88, 89, ...Buffer.from('name\0comment\0'), 0, 0];
    const full = Buffer.concat([packed.subarray(0, 10), Buffer.from(fields), packed.subarray(10)]);
    full[3] = 2 | 4 | 8 | 16;
    expect(text(await gunzip(full))).toBe('abc');
    full[3] |= 32;
    await expect(gunzip(full)).rejects.toThrow('names no method of gzip');
  });

  test.each<[string, Uint8Array, string]>([
    [
      'something else behind the member',
      Buffer.concat([gzipSync('a'), Buffer.from('junk')]),
      'at byte 21 is no gzip member',
    ],
    ['a second member that is cut', Buffer.concat([gzipSync('a'), gzipSync('b').subarray(0, 12)]), 'refused: '],
    ['a header alone', gzipSync('a').subarray(0, 10), 'it ends within a header'],
    ['a name without end', Uint8Array.of(31, 139, 8, 8, 0, 0, 0, 0, 0, 3, 65, 65), 'it ends within a header'],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(gunzip(bytes)).rejects.toThrow(message);
    await expect(gunzip(bytes)).rejects.toThrow(DataError);
  });

  test('unfolds at most 32 times the size, or 64 MiB, unless told', async () => {
    const bomb = gzipSync(new Uint8Array(2 ** 26 + 1));
    await expect(gunzip(bomb)).rejects.toThrow(
      'unfolds to more than the limit of 67108864 bytes (maxBytes is another)',
    );
    expect((await gunzip(bomb, 2 ** 27)).length).toBe(2 ** 26 + 1);
  });
});
