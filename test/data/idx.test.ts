// IDX: every element type, gzip, refusals that say what came and what was wanted.

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DataError, gunzip, parseIdx, readIdx } from '../../src/data/index.ts';

const idx = (type: number, dims: number[], elements: number[]): Uint8Array => {
  const header = dims.flatMap((dim) => [dim >>> 24, (dim >>> 16) & 255, (dim >>> 8) & 255, dim & 255]);
  return Uint8Array.from([0, 0, type, dims.length, ...header, ...elements]);
};

describe('readIdx', () => {
  test.each([
    ['uint8', 0x08, [0, 127, 128, 255], Uint8Array.of(0, 127, 128, 255)],
    ['int8', 0x09, [0, 127, 128, 255], Int8Array.of(0, 127, -128, -1)],
    ['int16', 0x0b, [0x01, 0x02, 0xff, 0xfe], Int16Array.of(0x0102, -2)],
    ['int32', 0x0c, [0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff], Int32Array.of(0x10002, -1)],
    ['float32', 0x0d, [0x3f, 0xc0, 0, 0], Float32Array.of(1.5)],
    ['float64', 0x0e, [0xc0, 0x02, 0, 0, 0, 0, 0, 0], Float64Array.of(-2.25)],
  ])('%s, big-endian', async (_, type, elements, data) => {
    expect(await readIdx(idx(type, [data.length], elements))).toEqual({ data, shape: [data.length] });
  });

  test('gzipped, and as a view into a larger buffer', async () => {
    const plain = idx(8, [2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const wanted = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [2, 1, 3] };
    expect(await readIdx(gzipSync(plain))).toEqual(wanted);
    expect(parseIdx(Buffer.from(plain)).data.constructor).toBe(Uint8Array);
    const larger = new Uint8Array(plain.length + 10);
    larger.set(plain, 5);
    expect(parseIdx(larger.subarray(5, 5 + plain.length))).toEqual(wanted);
  });

  test('a set without samples', () => {
    expect(parseIdx(idx(8, [0, 28, 28], []))).toEqual({ data: new Uint8Array(0), shape: [0, 28, 28] });
  });

  test.each([
    ['nothing', new Uint8Array(0), 'begins with nothing; wanted 0x00 0x00'],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'begins with 0x89 0x50 0x4e 0x47'],
    ['an unknown type', idx(0x0a, [1], [1]), 'IDX type at byte 2 is 0x0a; wanted one of 0x08 (uint8)'],
    ['a cut header', idx(8, [2, 2], []).subarray(0, 9), 'rank 2 wants 12 bytes, but the file ends at byte 9'],
    ['a missing element', idx(8, [2, 2], [1, 2, 3]), 'wants 4 bytes from byte 12, but the file holds 3 there'],
    ['an extra element', idx(8, [2], [1, 2, 3]), 'wants 2 bytes from byte 8, but the file holds 3 there'],
    ['a product beyond 2^53', idx(8, [0xffffffff, 0xffffffff, 0xffffffff], []), 'wanted a size that memory can hold'],
    ['16 TiB that are not there', idx(8, [0xffffffff, 4096], [1]), 'but the file holds 1 there'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseIdx(bytes)).toThrow(DataError);
    expect(() => parseIdx(bytes)).toThrow(message);
  });
});

describe('gunzip', () => {
  test('refuses truncated and damaged input, and names the size', async () => {
    const packed = gzipSync(new Uint8Array(1000));
    const damaged = packed.slice();
    damaged[damaged.length - 6] ^= 1;
    await expect(gunzip(packed.subarray(0, packed.length - 3))).rejects.toThrow(DataError);
    await expect(gunzip(damaged)).rejects.toThrow(
      `gzip of ${packed.length} bytes is refused: the member from byte 0 is damaged`,
    );
  });

  test('stops a bomb at the limit', async () => {
    const bomb = gzipSync(new Uint8Array(2 ** 24));
    await expect(gunzip(bomb, 2 ** 20)).rejects.toThrow('unfolds to more than the limit of 1048576 bytes');
  });
});
