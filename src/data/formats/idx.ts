// IDX, the format of MNIST and its kin: reader, plain or gzipped.
//
//   0, 0, element type, rank;  rank dimensions, uint32;  elements. All big-endian.
//
// Source: http://yann.lecun.com/exdb/mnist/, "the IDX file format".

import { expectBytes } from '../expect.ts';
import { gunzip, isGzip } from './decompress.ts';
import { DataError } from '../errors.ts';
import type { ElementType, NDArray } from './ndarray.ts';
import { elementTypes, readElements } from './ndarray.ts';

const TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, elementTypes.u1],
  [0x09, elementTypes.i1],
  [0x0b, elementTypes.i2],
  [0x0c, elementTypes.i4],
  [0x0d, elementTypes.f4],
  [0x0e, elementTypes.f8],
]);

/**
 * Reads an IDX file that is not compressed.
 *
 * @throws DataError for a wrong magic number or type, and where the file's length is not that of its shape
 */
export function parseIdx(bytes: Uint8Array): NDArray {
  expectBytes('parseIdx', bytes);
  return parse(bytes, false);
}

/** @param mayShare whether the values may lie in the same memory */
function parse(bytes: Uint8Array, mayShare: boolean): NDArray {
  const [zero0, zero1, code, rank] = bytes;
  if (bytes.length < 4 || zero0 !== 0 || zero1 !== 0) {
    const start = Array.from(bytes.subarray(0, 4), hex).join(' ') || 'nothing';
    throw new DataError(`not an IDX file: it begins with ${start}; wanted 0x00 0x00, type, rank`);
  }
  const type = TYPES.get(code);
  if (!type) {
    const known = Array.from(TYPES, ([key, { name }]) => `${hex(key)} (${name})`);
    throw new DataError(`IDX type at byte 2 is ${hex(code)}; wanted one of ${known.join(', ')}`);
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw new DataError(`IDX header of rank ${rank} wants ${start} bytes, but the file ends at byte ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { data: readElements(bytes, start, type, shape, false, mayShare), shape };
}

/**
 * Reads an IDX file, gzipped or not.
 *
 * @param maxBytes limit of the unpacked size; that of `gunzip` unless told
 * @throws DataError as `parseIdx`, and for a damaged gzip
 */
export async function readIdx(bytes: Uint8Array, maxBytes?: number): Promise<NDArray> {
  expectBytes('readIdx', bytes);
  return isGzip(bytes) ? parse(await gunzip(bytes, maxBytes), true) : parseIdx(bytes);
}

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;
