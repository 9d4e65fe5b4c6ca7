// NumPy's .npy (versions 1 to 3) and .npz: reader and writer. Not pickled objects, structured, complex or date types.
//
//   93 "NUMPY" major minor, header length (uint16, from version 2 uint32), header, elements
//   header: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } padded by blanks to a multiple of 64, "\n"
//
// Source: numpy.lib.format; NEP 1.

import { expectThat } from '../../options.ts';
import { expectBytes, expectArray } from '../expect.ts';
import { DataError, listed, quoted } from '../errors.ts';
import type { ElementCode, ElementType, NDArray, TextArray, TypedArray } from './ndarray.ts';
import { elementCount, elementTypes, isText, readElements } from './ndarray.ts';
import { decodeText } from './text.ts';
import { openZip, writeZip } from './zip.ts';

const SUFFIX = '.npy';
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limit (numpy.lib.format, max_header_size). */
const MAX_HEADER = 10_000;
/** NumPy's own limit (NPY_MAXDIMS). */
const MAX_RANK = 64;

/**
 * Reads one array of numbers; Fortran order becomes row-major. Integers of 64 bits come as Float64Array, halves as
 * Float32Array, a bool as Int8Array of 0 and 1.
 *
 * @throws DataError for a wrong magic number, header or type, and where the file's length is not that of its shape
 */
export function readNpy(bytes: Uint8Array): NDArray {
  expectBytes('readNpy', bytes);
  const array = readArray(bytes, false);
  if (!isText(array)) return array;
  throw new DataError(`npy holds text, such as ${quoted(array.data[0] ?? '')}; wanted numbers`);
}

/** @param mayShare whether the values may lie in the same memory */
function readArray(bytes: Uint8Array, mayShare: boolean): NDArray | TextArray {
  const { text, start } = readHeader(bytes);
  const descr = /['"]descr['"]:\s*(['"])([<>|=]?)(.*?)\1/.exec(text);
  const order = /['"]fortran_order['"]:\s*(True|False)/.exec(text);
  const shapeText = /['"]shape['"]:\s*\(([^)]*)\)/.exec(text);
  if (!descr || !order || !shapeText) {
    throw new DataError(`npy header is ${quoted(text.trim())}; wanted descr of one type, fortran_order and shape`);
  }
  const [, , byteOrder, code] = descr;
  const shape = parseShape(shapeText[1]);
  const isFortran = order[1] === 'True';
  const littleEndian = byteOrder !== '>';
  const words = /^([SU])(\d{1,6})$/.exec(code);
  if (words) {
    const data = readWords(bytes, start, words[1] === 'U', Number(words[2]), shape, littleEndian);
    return { data: isFortran ? fromFortranOrder(data, shape, new Array<string>(data.length)) : data, shape };
  }
  const type = findType(code);
  const data = readElements(bytes, start, type, shape, littleEndian, mayShare && !isFortran);
  return { data: isFortran ? fromFortranOrder(data, shape, type.create(data.length)) : data, shape };
}

/** Words of a fixed number of letters: of 4 bytes each, a code point, or of one; zeros behind them are padding. */
function readWords(
  bytes: Uint8Array,
  start: number,
  isWide: boolean,
  letters: number,
  shape: readonly number[],
  littleEndian: boolean,
): string[] {
  const count = elementCount(shape);
  const size = letters * (isWide ? 4 : 1);
  if (count * size !== bytes.length - start || size === 0) {
    throw new DataError(
      `shape [${shape.join(', ')}] of words of ${size} bytes wants ${count * size} bytes from byte ${start}, ` +
        `but the file holds ${bytes.length - start} there`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: count }, (_, at) => {
    const first = start + at * size;
    if (!isWide) {
      let end = first + size;
      while (end > first && bytes[end - 1] === 0) end--;
      return decodeText(bytes.subarray(first, end));
    }
    let word = '';
    for (let offset = first; offset < first + size; offset += 4) {
      const point = view.getUint32(offset, littleEndian);
      if (point > 0x10ffff) throw new DataError(`npy letter at byte ${offset} is ${point}; wanted a code point`);
      word += String.fromCodePoint(point);
    }
    return word.replace(/\0+$/, '');
  });
}

export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

function readHeader(bytes: Uint8Array): { text: string; start: number } {
  if (bytes.length < 12 || !isNpy(bytes)) {
    throw new DataError(`not an npy file: ${bytes.length} bytes without the magic number 93 "NUMPY"`);
  }
  const major = bytes[6];
  if (major < 1 || major > 3) throw new DataError(`npy version ${major} at byte 6; wanted 1, 2 or 3`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const textStart = major === 1 ? 10 : 12;
  const start = textStart + length;
  if (length > MAX_HEADER || start > bytes.length) {
    const limit = Math.min(MAX_HEADER, bytes.length - textStart);
    throw new DataError(`npy header length at byte 8 is ${length}; wanted at most ${limit}`);
  }
  return { text: new TextDecoder().decode(bytes.subarray(textStart, start)), start };
}

function findType(code: string): ElementType {
  const codes = Object.keys(elementTypes);
  if (codes.includes(code)) return elementTypes[code as ElementCode];
  const is = code === 'O' ? "'O' (objects of Python)" : quoted(code);
  throw new DataError(`npy type ${is} is not read; wanted one of ${codes.join(', ')}, U or S (text)`);
}

function parseShape(text: string): number[] {
  const dims = text.split(',').map((dim) => dim.trim().replace(/L$/, '')); // L: long integers of Python 2
  if (dims[dims.length - 1] === '') dims.pop();
  if (dims.length > MAX_RANK || !dims.every((dim) => /^\d{1,15}$/.test(dim))) {
    throw new DataError(`npy shape is (${text}); wanted up to ${MAX_RANK} whole numbers`);
  }
  return dims.map(Number);
}

/** Walks the elements in file order, first index fastest, and puts each at its row-major place. */
function fromFortranOrder<Values extends { [place: number]: number | string }>(
  source: Values & { readonly length: number },
  shape: readonly number[],
  out: Values,
): Values {
  visitFortranOrder(shape, source.length, (place, i) => {
    out[place] = source[i];
  });
  return out;
}

/** Calls `visit(row-major place, i)` for i = 0, 1, ... with the first index running fastest. */
function visitFortranOrder(shape: readonly number[], count: number, visit: (place: number, i: number) => void): void {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const index = shape.map(() => 0);
  let place = 0;
  for (let i = 0; i < count; i++) {
    visit(place, i);
    for (let axis = 0; axis < shape.length; axis++) {
      index[axis] += 1;
      place += strides[axis];
      if (index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
}

export interface NpyOptions {
  /** Type in the file; that of `data` unless told. */
  readonly type?: ElementCode;
  readonly fortranOrder?: boolean;
}

/**
 * Writes one array as version 1, little-endian.
 *
 * @throws DataError where `data` does not fill `shape`, and for a value that is no integer where `type` is 'i8'
 */
export function writeNpy(array: NDArray, options: NpyOptions = {}): Uint8Array {
  expectArray('writeNpy', array);
  const { data, shape } = array;
  const count = elementCount(shape);
  if (count !== data.length) {
    throw new DataError(`shape [${shape.join(', ')}] wants ${count} values, but there are ${data.length}`);
  }
  const code = options.type ?? codeOf(data);
  const type: ElementType = elementTypes[code];
  const fortran = options.fortranOrder ?? false;
  const dims = shape.length === 1 ? `${count},` : shape.join(', ');
  const descr = `${type.bytes === 1 ? '|' : '<'}${code}`;
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${dims}), }`;
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + count * type.bytes);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  bytes[6] = 1;
  view.setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  const put = (place: number, i: number) => type.set(view, start + i * type.bytes, data[place], true);
  if (fortran) visitFortranOrder(shape, count, put);
  else for (let i = 0; i < count; i++) put(i, i);
  return bytes;
}

function codeOf(data: TypedArray): ElementCode {
  if (data instanceof Float32Array) return 'f4';
  if (data instanceof Float64Array) return 'f8';
  const signed = data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
  return `${signed ? 'i' : 'u'}${data.BYTES_PER_ELEMENT}` as ElementCode;
}

/** An .npz archive, of which an array is unpacked when it is asked for. */
export interface Npz {
  /** Names of the arrays, without ".npy". */
  readonly names: readonly string[];
  /** @throws DataError with the name, where there is no such array, or it cannot be read */
  read(name: string): Promise<NDArray | TextArray>;
}

/**
 * Opens an archive; entries that are no arrays are left out.
 *
 * @param maxBytes limit of the unpacked size of all that is read; that of `gunzip` unless told
 * @throws DataError for a damaged archive
 */
export function openNpz(bytes: Uint8Array, maxBytes?: number): Npz {
  expectBytes('openNpz', bytes);
  const zip = openZip(bytes, maxBytes);
  const names = zip.names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  return {
    names,
    async read(name) {
      if (!names.includes(name)) throw new DataError(`there is no array "${name}"; wanted one of ${listed(names)}`);
      try {
        return readArray(await zip.read(`${name}${SUFFIX}`), true);
      } catch (error) {
        throw error instanceof DataError ? new DataError(`array "${name}": ${error.message}`) : error;
      }
    },
  };
}

/**
 * Reads every array of an .npz archive, by name without ".npy"; other entries are left out.
 *
 * @throws DataError as `readNpy`, with the name of the array, and for a damaged archive
 */
export async function readNpz(bytes: Uint8Array, maxBytes?: number): Promise<Map<string, NDArray | TextArray>> {
  const npz = openNpz(bytes, maxBytes);
  const arrays = new Map<string, NDArray | TextArray>();
  for (const name of npz.names) arrays.set(name, await npz.read(name));
  return arrays;
}

/** Writes an .npz archive as `numpy.savez` does: not compressed. */
export function writeNpz(arrays: ReadonlyMap<string, NDArray>): Uint8Array {
  expectThat(arrays instanceof Map, 'writeNpz: arrays', arrays, 'a Map of arrays by name', DataError);
  return writeZip(new Map(Array.from(arrays, ([name, array]) => [`${name}${SUFFIX}`, writeNpy(array)])));
}
