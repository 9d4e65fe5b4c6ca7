// .npy and .npz: files written by NumPy 2.4, round trips, refusals.

import { describe, expect, test } from 'vitest';
import type { ElementCode, NDArray } from '../../src/data/index.ts';
import { DataError, readNpy, readNpz, writeNpy, writeNpz } from '../../src/data/index.ts';
import { writeZip } from '../../src/data/formats/zip.ts';
import { fromBase64 } from './base64.ts';

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
    [
      'float16: least, greatest, infinite, -0.5',
      npy(header('<f2', 'False', '(4,)'), [1, 0, 0xff, 0x7b, 0, 0x7c, 0, 0xb8]),
      { data: Float32Array.of(2 ** -24, 65504, Infinity, -0.5), shape: [4] },
    ],
    [
      'uint64',
      npy(header('<u8', 'False', '(1,)'), [0, 0, 0, 0, 0, 0, 16, 0]),
      { data: Float64Array.of(2 ** 52), shape: [1] },
    ],
    [
      'a header in double quotes, with long integers',
      npy('{"descr": "<u2", "fortran_order": False, "shape": (2L,), }', [1, 0, 2, 0]),
      { data: Uint16Array.of(1, 2), shape: [2] },
    ],
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
    ['dates', npy(header('<M8[ns]', 'False', '(1,)'), [0]), 'npy type "M8[ns]" is not read'],
    ['complex numbers', npy(header('<c8', 'False', '(1,)'), [0]), 'npy type "c8" is not read'],
    [
      'fields',
      npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", [0]),
      'wanted descr of one type, fortran_order and shape',
    ],
    ['text', npy(header('|S2', 'False', '(1,)'), [65, 66]), 'npy holds text, such as "AB"; wanted numbers'],
    ['missing letters', npy(header('<U2', 'False', '(1,)'), [65, 0, 0, 0]), 'wants 8 bytes from byte'],
    ['a letter there is not', npy(header('<U1', 'False', '(1,)'), [0, 0, 0, 1]), 'wanted a code point'],
    ['a uint64 beyond 2^53', npy(header('<u8', 'False', '()'), [0, 0, 0, 0, 0, 0, 0, 128]), 'uint64 at byte'],
    ['a name of Object.prototype', npy(header('|constructor', 'False', '()'), [0]), 'is not read'],
    ['a negative dimension', npy(header('<f4', 'False', '(-1,)'), []), 'npy shape is (-1,); wanted up to 64 whole'],
    ['a product beyond 2^53', npy(header('|u1', 'True', '(999999999999999, 99)'), [0]), 'wanted a size that memory'],
    ['missing elements', npy(header('<f4', 'False', '(3,)'), [0, 0, 0, 0]), 'but the file holds 4 there'],
    ['an int64 beyond 2^53', npy(header('<i8', 'False', '()'), [0, 0, 0, 0, 0, 0, 0, 1]), 'wanted less than 2^53'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes)).toThrow(DataError);
    expect(() => readNpy(bytes)).toThrow(message);
  });
});

describe('writeNpy', () => {
  const array: NDArray = { data: Float64Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] };
  const codes: ElementCode[] = ['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8'];

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

  test('float16 is rounded to nearest, ties to even', () => {
    const values = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 2 ** -25, 1.5 * 2 ** -24, -0, Number.NaN, 0.1];
    const { data } = readNpy(writeNpy({ data: Float64Array.from(values), shape: [9] }, { type: 'f2' }));
    expect([...data]).toEqual([1, 1 + 2 ** -9, 65504, Infinity, 0, 2 ** -23, -0, Number.NaN, 0.0999755859375]);
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

  test('words, of four bytes a letter in both orders, of one, and in Fortran order', async () => {
    const wide = (text: string): number[] => [...text].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0]);
    const words = wide('catdo\0ü\0\0\0\0\0');
    const swapped = words.map((_, i) => words[(i & ~3) + 3 - (i & 3)]);
    const files: [string, Uint8Array][] = [
      ['little', npy(header('<U3', 'False', '(2, 2)'), words)],
      ['big', npy(header('>U3', 'False', '(2, 2)'), swapped)],
      ['fortran', npy(header('<U3', 'True', '(2, 2)'), words)],
      ['bytes', npy(header('|S3', 'False', '(2,)'), [99, 97, 116, 100, 111, 0])],
    ];
    const arrays = await readNpz(writeZip(new Map(files.map(([name, file]) => [`${name}.npy`, file]))));
    expect(arrays.get('little')).toEqual({ data: ['cat', 'do', 'ü', ''], shape: [2, 2] });
    expect(arrays.get('big')).toEqual(arrays.get('little'));
    expect(arrays.get('fortran')).toEqual({ data: ['cat', 'ü', 'do', ''], shape: [2, 2] });
    expect(arrays.get('bytes')).toEqual({ data: ['cat', 'do'], shape: [2] });
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
});
