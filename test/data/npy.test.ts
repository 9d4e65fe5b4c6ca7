// .npy and .npz: files written by NumPy 2.4, round trips, refusals.

import { describe, expect, test } from 'vitest';
import type { ElementCode, NDArray } from '../../src/data/index.ts';
import { DataError, readNpy, readNpz, writeNpy, writeNpz } from '../../src/data/index.ts';
import { fromBase64 } from './base64.ts';
import { fuzz } from './fuzz.ts';

/** A file of version 1 to 3 with any header. */
const npy = (header: string, elements: number[], version = 1): Uint8Array => {
  const text = new TextEncoder().encode(header);
  const length = [text.length & 255, text.length >>> 8, ...(version === 1 ? [] : [0, 0])];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...length, ...text, ...elements]);
};

const header = (descr: string, order: string, shape: string): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** numpy.save(numpy.asfortranarray(numpy.arange(24, dtype='<i2').reshape(2, 3, 4))) */
const FORTRAN = fromBase64(
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGkyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywgNCksIH0gICAgICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAwABAAQAAgAFAABAA0ABQARAAkAFQACAA4A' +
    'BgASAAoAFgADAA8ABwATAAsAFwA=',
);

/** numpy.savez_compressed(x_train=numpy.arange(12, dtype='u1').reshape(3, 2, 2), y_train=numpy.array([0, 1, 2])) */
const COMPRESSED = fromBase64(
  'UEsDBC0AAAAIAAAAIQCaCbEc//////////8LABQAeF90cmFpbi5ucHkBABAAjAAAAAAAAABUAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxc' +
    'pG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6CkZApKmjUKtAHuBiYGRiZmFlY+fg5OIGAFBLAwQtAAAACAAA' +
    'ACEA90AS6v//////////CwAUAHlfdHJhaW4ubnB5AQAQAJgAAAAAAAAATAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOg' +
    'npZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBihghNJMUBoAUEsBAi0DLQAAAAgAAAAhAJoJsRxUAAAAjAAAAAsA' +
    'AAAAAAAAAAAAAIABAAAAAHhfdHJhaW4ubnB5UEsBAi0DLQAAAAgAAAAhAPdAEupMAAAAmAAAAAsAAAAAAAAAAAAAAIABkQAAAHlfdHJh' +
    'aW4ubnB5UEsFBgAAAAACAAIAcgAAABoBAAAAAA==',
);

/** numpy.savez(a=numpy.arange(3, dtype='f4')) */
const STORED = fromBase64(
  'UEsDBC0AAAAAAAAAIQC2jIZT//////////8FABQAYS5ucHkBABAAjAAAAAAAAACMAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxm' +
    'NCcsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAgD8AAABAUEsBAi0DLQAAAAAAAAAhALaMhlOMAAAAjAAAAAUAAAAAAAAAAAAA' +
    'AIABAAAAAGEubnB5UEsFBgAAAAABAAEAMwAAAMMAAAAAAA==',
);

describe('readNpy', () => {
  test('reads what NumPy wrote in Fortran order', () => {
    expect(readNpy(FORTRAN)).toEqual({ data: Int16Array.from({ length: 24 }, (_, i) => i), shape: [2, 3, 4] });
  });

  test.each<[string, Uint8Array, NDArray]>([
    [
      'float32, version 1',
      npy(header('<f4', 'False', '(1, 2)'), [0, 0, 0xc0, 0x3f, 0, 0, 0x10, 0xc0]),
      { data: Float32Array.of(1.5, -2.25), shape: [1, 2] },
    ],
    [
      'big-endian float64, version 2',
      npy(header('>f8', 'False', '(1,)'), [0xc0, 0x02, 0, 0, 0, 0, 0, 0], 2),
      { data: Float64Array.of(-2.25), shape: [1] },
    ],
    [
      'int64, version 3',
      npy(header('<i8', 'False', '(2,)'), [253, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 1, 0, 0], 3),
      { data: Float64Array.of(-3, 2 ** 40), shape: [2] },
    ],
    ['bool', npy(header('|b1', 'False', '(3,)'), [1, 0, 1]), { data: Int8Array.of(1, 0, 1), shape: [3] }],
    ['a scalar', npy(header('<u4', 'False', '()'), [7, 0, 0, 0]), { data: Uint32Array.of(7), shape: [] }],
    ['no elements', npy(header('<f4', 'True', '(0, 3)'), []), { data: new Float32Array(0), shape: [0, 3] }],
  ])('%s', (_, bytes, array) => {
    expect(readNpy(bytes)).toEqual(array);
  });

  test.each([
    ['another format', new Uint8Array(80), 'not an npy file'],
    ['version 4', npy(header('<f4', 'False', '()'), [0, 0, 0, 0], 4), 'npy version 4 at byte 6; wanted 1, 2 or 3'],
    ['a cut header', FORTRAN.subarray(0, 40), 'npy header length at byte 8 is 118; wanted at most 30'],
    [
      'a header without a shape',
      npy("{'descr': '<f4', 'fortran_order': False}", []),
      'wanted descr of one type, fortran_order and',
    ],
    [
      'objects',
      npy(header('|O', 'False', '(1,)'), [0]),
      "npy type 'O' (objects of Python) is not read; wanted one of b1, u1",
    ],
    ['a name of Object.prototype', npy(header('|constructor', 'False', '()'), [0]), 'is not read'],
    ['a negative dimension', npy(header('<f4', 'False', '(-1,)'), []), 'npy shape is (-1,); wanted up to 64 whole'],
    ['a product beyond 2^53', npy(header('|u1', 'True', '(999999999999999, 99)'), [0]), 'wanted a size that memory'],
    ['missing elements', npy(header('<f4', 'False', '(3,)'), [0, 0, 0, 0]), 'but the file holds 4 there'],
    ['an int64 beyond 2^53', npy(header('<i8', 'False', '()'), [0, 0, 0, 0, 0, 0, 0, 1]), 'wanted less than 2^53'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(DataError);
    expect(() => readNpy(bytes)).toThrow(message);
  });

  test('600 damaged files: only DataError', async () => {
    expect(await fuzz(FORTRAN, 600, 3, readNpy)).toBeGreaterThan(150);
  });
});

describe('writeNpy', () => {
  const array: NDArray = { data: Float64Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] };
  const codes: ElementCode[] = ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'i8', 'f4', 'f8'];

  test.each(codes)('%s comes back in C and in Fortran order', (type) => {
    const values = type === 'b1' ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 5];
    for (const fortranOrder of [false, true]) {
      const { data, shape } = readNpy(writeNpy(array, { type, fortranOrder }));
      expect(Array.from(data)).toEqual(values);
      expect(shape).toEqual([2, 3]);
    }
  });

  test('writes the bytes that NumPy writes', () => {
    const data = Int16Array.from({ length: 24 }, (_, i) => i);
    expect(writeNpy({ data, shape: [2, 3, 4] }, { fortranOrder: true })).toEqual(FORTRAN);
  });

  test('keeps the type of the array', () => {
    for (const data of [Int8Array.of(-1), Uint16Array.of(65535), Int32Array.of(-1), Float32Array.of(0.5)]) {
      expect(readNpy(writeNpy({ data, shape: [1] }))).toEqual({ data, shape: [1] });
    }
  });

  test('refuses data that do not fill the shape, and fractions as int64', () => {
    expect(() => writeNpy({ data: new Uint8Array(3), shape: [2] })).toThrow('wants 2 values, but there are 3');
    expect(() => writeNpy({ data: Float32Array.of(0.5), shape: [1] }, { type: 'i8' })).toThrow(DataError);
  });
});

describe('npz', () => {
  test('reads what NumPy wrote, deflated and stored', async () => {
    const compressed = await readNpz(COMPRESSED);
    expect([...compressed.keys()]).toEqual(['x_train', 'y_train']);
    expect(compressed.get('x_train')).toEqual({ data: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [3, 2, 2] });
    expect(compressed.get('y_train')).toEqual({ data: Float64Array.of(0, 1, 2), shape: [3] });
    expect((await readNpz(STORED)).get('a')).toEqual({ data: Float32Array.of(0, 1, 2), shape: [3] });
  });

  test('what is written comes back', async () => {
    const arrays = new Map<string, NDArray>([
      ['x', { data: Float32Array.of(1, 2), shape: [2, 1] }],
      ['größe', { data: Uint8Array.of(3), shape: [] }],
    ]);
    expect(await readNpz(writeNpz(arrays))).toEqual(arrays);
  });

  test('a damaged array is named, a damaged entry refused', async () => {
    const broken = writeNpz(new Map([['x', { data: Uint8Array.of(1, 2, 3), shape: [3] }]]));
    broken[broken.indexOf(3, 128)] = 4;
    await expect(readNpz(broken)).rejects.toThrow('zip entry "x.npy" at byte 35 is damaged');
    await expect(readNpz(COMPRESSED.subarray(0, 400))).rejects.toThrow('not a zip archive');
  });

  test('800 damaged archives: only DataError', async () => {
    expect(await fuzz(COMPRESSED, 400, 4, readNpz)).toBeGreaterThan(250);
    expect(await fuzz(STORED, 400, 5, readNpz)).toBeGreaterThan(250);
  });
});
