// NumPy's .npy (versions 1 to 3) and .npz: reader and writer. Not pickled objects, structured or complex types.
//
//   93 "NUMPY" major minor, header length (uint16, from version 2 uint32), header, elements
//   header: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } padded by blanks to a multiple of 64, "\n"
//
// Source: numpy.lib.format; NEP 1.

import { DataError } from '../errors.ts';
import type { ElementCode, ElementType, NDArray, TypedArray } from './ndarray.ts';
import { elementCount, elementTypes, readElements } from './ndarray.ts';
import { readZip, writeZip } from './zip.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** NumPy's own limit (numpy.lib.format, max_header_size). */
const MAX_HEADER = 10_000;
/** NumPy's own limit (NPY_MAXDIMS). */
const MAX_RANK = 64;

/**
 * Reads one array; Fortran order becomes row-major. An int64 comes as Float64Array, a bool as Uint8Array of 0 and 1.
 *
 * @throws DataError for a wrong magic number, header or type, and where the file's length is not that of its shape
 */
export function readNpy(bytes: Uint8Array): NDArray {
  const { text, start } = readHeader(bytes);
  const descr = /'descr':\s*'([<>|=]?)(\w+)'/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(text);
  if (!descr || !order || !shapeText) {
    throw new DataError(`npy header is "${text.trim()}"; wanted descr, fortran_order and shape`);
  }
  const type = findType(descr[2]);
  const shape = parseShape(shapeText[1]);
  const data = readElements(bytes, start, type, shape, descr[1] !== '>');
  return { data: order[1] === 'True' ? fromFortranOrder(data, shape, type) : data, shape };
}

function readHeader(bytes: Uint8Array): { text: string; start: number } {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
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
  throw new DataError(`npy type '${code}' is not read; wanted one of ${codes.join(', ')}`);
}

function parseShape(text: string): number[] {
  const dims = text.split(',').map((dim) => dim.trim());
  if (dims[dims.length - 1] === '') dims.pop();
  if (dims.length > MAX_RANK || !dims.every((dim) => /^\d{1,15}$/.test(dim))) {
    throw new DataError(`npy shape is (${text}); wanted up to ${MAX_RANK} whole numbers`);
  }
  return dims.map(Number);
}

/** Walks the elements in file order, first index fastest, and puts each at its row-major place. */
function fromFortranOrder(source: TypedArray, shape: readonly number[], type: ElementType): TypedArray {
  const data = type.create(source.length);
  visitFortranOrder(shape, source.length, (place, i) => {
    data[place] = source[i];
  });
  return data;
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
export function writeNpy({ data, shape }: NDArray, options: NpyOptions = {}): Uint8Array {
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

/**
 * Reads every array of an .npz archive, by name without ".npy"; other entries are left out.
 *
 * @throws DataError as `readNpy`, with the name of the array, and for a damaged archive
 */
export async function readNpz(bytes: Uint8Array): Promise<Map<string, NDArray>> {
  const arrays = new Map<string, NDArray>();
  for (const [name, file] of await readZip(bytes)) {
    if (!name.endsWith('.npy')) continue;
    const key = name.slice(0, -'.npy'.length);
    try {
      arrays.set(key, readNpy(file));
    } catch (error) {
      throw error instanceof DataError ? new DataError(`array "${key}": ${error.message}`) : error;
    }
  }
  return arrays;
}

/** Writes an .npz archive as `numpy.savez` does: not compressed. */
export function writeNpz(arrays: ReadonlyMap<string, NDArray>): Uint8Array {
  return writeZip(new Map(Array.from(arrays, ([name, array]) => [`${name}.npy`, writeNpy(array)])));
}
