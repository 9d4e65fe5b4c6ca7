// HDF5, as far as SHD and files like it need it: data sets of numbers, or of rows of numbers of different lengths, in
// one piece or in chunks. What h5py and PyTables write unless told otherwise. Not the newer form (`libver='latest'`),
// compression, text or compounds: refused by name where they are asked for.
//
// Source: HDF5 File Format Specification 3.0, II.A (superblock 0), IV.A.2 (messages).

import { expectBytes } from '../../expect.ts';
import { DataError, listed, quoted } from '../../errors.ts';
import {
  type ElementCode,
  elementCount,
  type ElementType,
  elementTypes,
  type NDArray,
  readElements,
  type TypedArray,
} from '../ndarray.ts';
import { Bytes } from './bytes.ts';
import { leavesOf, MESSAGE, type Messages, messageOf, objectsOf, readHeap } from './objects.ts';

/** A file, of which a data set is read when it is asked for. */
export interface Hdf5 {
  /** Paths of all data sets, such as `spikes/times`. */
  readonly names: readonly string[];
  /** @throws DataError where there is no such data set, or it holds no numbers */
  readNumbers(name: string): NDArray;
  /** Rows of different lengths. @throws DataError where there is no such data set, or it holds others */
  readRows(name: string): TypedArray[];
}

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ROOT_HEADER = 64;
const VERSION = { dataspace: [1, 2], layout: 3 };

/** @throws DataError for what is no HDF5 file, is damaged, or of a form that is not read */
export function openHdf5(bytes: Uint8Array): Hdf5 {
  expectBytes('openHdf5', bytes);
  const file = new Bytes(bytes);
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) throw new DataError('not an HDF5 file: it has no signature');
  const [version, addressBytes, lengthBytes] = [file.u8(8), file.u8(13), file.u8(14)];
  if (version !== 0 || addressBytes !== 8 || lengthBytes !== 8) {
    const found = `version ${version} with addresses of ${addressBytes} bytes`;
    throw new DataError(`HDF5 file is of ${found}; wanted 0 with 8, what h5py writes without libver='latest'`);
  }
  const objects = new Map(objectsOf(file, file.u64(ROOT_HEADER)));
  const find = (name: string): DataSet => {
    const messages = objects.get(name);
    if (messages) return readSet(file, name, messages);
    throw new DataError(`HDF5 file holds ${listed([...objects.keys()]) || 'nothing'}; wanted ${quoted(name)}`);
  };
  return {
    names: [...objects.keys()],
    readNumbers(name) {
      const { data, type, shape } = find(name);
      return { data: numbersOf(data, numberType(type, name), shape), shape };
    },
    readRows(name) {
      const { data, type, shape } = find(name);
      if (classOf(type) !== CLASS.rows) throw new DataError(`HDF5: ${name} holds no rows of different lengths`);
      const base = numberType(type.part(8, type.length - 8), name);
      const heaps = new Map<number, ReadonlyMap<number, Bytes>>();
      return Array.from({ length: elementCount(shape) }, (_, row) => {
        const [length, heap, index] = [data.u32(16 * row), data.u64(16 * row + 4), data.u32(16 * row + 12)];
        if (length === 0) return numbersOf(data.part(0, 0), base, [0]);
        if (!heaps.has(heap)) heaps.set(heap, readHeap(file, heap));
        const object = heaps.get(heap)!.get(index);
        if (object) return numbersOf(object, base, [length]);
        throw new DataError(`HDF5: row ${row} of ${name} is object ${index} of the heap at ${heap}, which has none`);
      });
    },
  };
}

interface DataSet {
  /** Elements in row-major order. */
  readonly data: Bytes;
  /** The message that describes an element. */
  readonly type: Bytes;
  readonly shape: number[];
}

function readSet(file: Bytes, name: string, messages: Messages): DataSet {
  const type = messageOf(messages, 'datatype', name);
  const shape = readShape(messageOf(messages, 'dataspace', name), name);
  if (messages.has(MESSAGE.filters)) throw new DataError(`HDF5: ${name} is compressed; wanted it without`);
  return { data: readData(file, name, messageOf(messages, 'layout', name), shape, type.u32(4)), type, shape };
}

function readShape(space: Bytes, name: string): number[] {
  const [version, rank] = [space.u8(0), space.u8(1)];
  if (!VERSION.dataspace.includes(version)) throw new DataError(`HDF5: the shape of ${name} is of version ${version}`);
  const first = version === 1 ? 8 : 4;
  return Array.from({ length: rank }, (_, axis) => space.u64(first + 8 * axis));
}

const LAYOUT = { compact: 0, contiguous: 1, chunked: 2 };
/** An address of nothing, where nothing was written. */
const NOWHERE = 2 ** 64;

function readData(file: Bytes, name: string, layout: Bytes, shape: readonly number[], size: number): Bytes {
  const [version, kind] = [layout.u8(0), layout.u8(1)];
  const length = elementCount(shape) * size;
  if (version !== VERSION.layout || !Object.values(LAYOUT).includes(kind)) {
    throw new DataError(`HDF5: ${name} lies in form ${kind} of version ${version}; wanted version ${VERSION.layout}`);
  }
  if (kind === LAYOUT.compact) return layout.part(4, length);
  const address = layout.u64(kind === LAYOUT.contiguous ? 2 : 3);
  if (length === 0) return file.part(0, 0);
  if (address === NOWHERE) throw new DataError(`HDF5: ${name} was declared and not written`);
  if (kind === LAYOUT.contiguous) return file.part(address, length);
  const chunk = shape.map((_, axis) => layout.u32(11 + 4 * axis));
  return gathered(file, name, address, { shape, chunk, size });
}

/** The chunks that a tree leads to, as one piece. */
function gathered(file: Bytes, name: string, tree: number, chunked: Omit<Chunk, 'origin'>): Bytes {
  const { shape, chunk, size } = chunked;
  const wanted = elementCount(shape.map((length, axis) => Math.ceil(length / chunk[axis])));
  const bytes = elementCount(chunk) * size;
  if (!(wanted * bytes <= file.length)) {
    throw new DataError(`HDF5: ${name} has ${wanted} chunks of ${bytes} bytes, but the file ${file.length} bytes`);
  }
  const out = new Uint8Array(elementCount(shape) * size);
  let found = 0;
  for (const { key, child } of leavesOf(file, tree, 8 + 8 * (shape.length + 1))) {
    if (found++ === wanted) break;
    const origin = shape.map((_, axis) => key.u64(8 + 8 * axis));
    copyChunk(out, file.part(child, bytes).raw(), { ...chunked, origin });
  }
  if (found === wanted) return new Bytes(out);
  throw new DataError(`HDF5: ${name} has ${found} chunks; wanted ${wanted}`);
}

interface Chunk {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  /** Where its first element stands. */
  readonly origin: readonly number[];
  /** Bytes of an element. */
  readonly size: number;
}

/** Copies what of a chunk lies within the shape. */
function copyChunk(out: Uint8Array, from: Uint8Array, { shape, chunk, origin, size }: Chunk): void {
  const last = shape.length - 1;
  const width = Math.min(chunk[last], shape[last] - origin[last]);
  const rows = elementCount(chunk.slice(0, last));
  for (let row = 0; row < rows; row++) {
    let [rest, target, stride, isInside] = [row, origin[last], shape[last], width > 0];
    for (let axis = last - 1; axis >= 0; axis--) {
      const place = origin[axis] + (rest % chunk[axis]);
      rest = Math.floor(rest / chunk[axis]);
      isInside &&= place < shape[axis];
      target += place * stride;
      stride *= shape[axis];
    }
    const first = row * chunk[last] * size;
    if (isInside) out.set(from.subarray(first, first + width * size), target * size);
  }
}

const CLASS = { integer: 0, float: 1, rows: 9 };
const BIG_ENDIAN = 1;
const SIGNED = 8;

const classOf = (type: Bytes): number => type.u8(0) & 15;

interface NumberType {
  readonly element: ElementType;
  readonly littleEndian: boolean;
}

/** @throws DataError for elements that are no integers or floats */
function numberType(type: Bytes, name: string): NumberType {
  const [kind, flags, size] = [classOf(type), type.u8(1), type.u32(4)];
  const letter = kind === CLASS.float ? 'f' : flags & SIGNED ? 'i' : 'u';
  const code = `${letter}${size}`;
  if ((kind === CLASS.integer || kind === CLASS.float) && code in elementTypes) {
    return { element: elementTypes[code as ElementCode], littleEndian: !(flags & BIG_ENDIAN) };
  }
  throw new DataError(`HDF5: ${name} holds elements of class ${kind} with ${size} bytes; wanted integers or floats`);
}

const numbersOf = (data: Bytes, { element, littleEndian }: NumberType, shape: readonly number[]): TypedArray =>
  readElements(data.part(0, elementCount(shape) * element.bytes).raw(), 0, element, shape, littleEndian);
