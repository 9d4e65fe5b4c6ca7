// What every reader returns: typed values and a shape, row-major. Not a tensor library: nothing is computed here.
// Below it, the table of element types that the binary formats (IDX, npy) share.

import { DataError } from '../errors.ts';

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Values in row-major (C) order; `data.length` is the product of `shape`, and `[]` is the shape of one value. */
export interface NDArray {
  readonly data: TypedArray;
  readonly shape: number[];
}

/** Words in row-major order: what NumPy keeps labels as. */
export interface TextArray {
  readonly data: string[];
  readonly shape: number[];
}

export const isText = (array: NDArray | TextArray): array is TextArray => Array.isArray(array.data);

/** How one element lies in a file and which array holds it in memory. */
export interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly create: (length: number) => TypedArray;
  readonly get: (view: DataView, offset: number, littleEndian: boolean) => number;
  readonly set: (view: DataView, offset: number, value: number, littleEndian: boolean) => void;
  /** The array that holds the bytes as they lie in a file, where their order is that of this machine. */
  readonly over?: (buffer: ArrayBufferLike, offset: number, length: number) => TypedArray;
}

/** @param high reads the upper half: `getInt32` where there is a sign */
const getInt64 =
  (name: string, high: 'getInt32' | 'getUint32') =>
  (view: DataView, offset: number, littleEndian: boolean): number => {
    const low = view.getUint32(littleEndian ? offset : offset + 4, littleEndian);
    const value = view[high](littleEndian ? offset + 4 : offset, littleEndian) * 2 ** 32 + low;
    if (Number.isSafeInteger(value)) return value;
    throw new DataError(`${name} at byte ${offset} is about ${value}; wanted less than 2^53 in magnitude`);
  };

function setInt64(view: DataView, offset: number, value: number, littleEndian: boolean): void {
  if (!Number.isSafeInteger(value)) throw new DataError(`cannot write ${value} as int64; wanted an exact integer`);
  view.setUint32(littleEndian ? offset : offset + 4, value >>> 0, littleEndian);
  view.setInt32(littleEndian ? offset + 4 : offset, Math.floor(value / 2 ** 32), littleEndian);
}

/** 1 sign, 5 exponent, 10 fraction bits. */
function getFloat16(view: DataView, offset: number, littleEndian: boolean): number {
  const bits = view.getUint16(offset, littleEndian);
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Rounds to nearest, ties to even. */
function setFloat16(view: DataView, offset: number, value: number, littleEndian: boolean): void {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  view.setUint16(offset, sign | float16Bits(size), littleEndian);
}

function float16Bits(size: number): number {
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return 0x7c00;
  let exponent = 1;
  while (exponent < 30 && size >= 2 ** (exponent - 14)) exponent++;
  const steps = size / 2 ** (exponent - 25);
  const below = Math.floor(steps);
  const rest = steps - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  return rounded < 1024 ? rounded : (exponent << 10) + rounded - 1024; // a carry goes into the exponent
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

type Numeric = 'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64';

interface ArrayConstructor {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, offset: number, length: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

/** The type that DataView reads as `view.get<name>`. */
const numeric = (name: Numeric, Values: ArrayConstructor): ElementType => ({
  name: name.toLowerCase(),
  bytes: Values.BYTES_PER_ELEMENT,
  create: (length) => new Values(length),
  get: (view, offset, littleEndian) => view[`get${name}`](offset, littleEndian),
  set: (view, offset, value, littleEndian) => view[`set${name}`](offset, value, littleEndian),
  over: (buffer, offset, length) => new Values(buffer, offset, length),
});

/** Held as signed bytes, because unsigned ones are pixels to a learner. */
const bool: ElementType = {
  ...numeric('Int8', Int8Array),
  name: 'bool',
  over: undefined,
  get: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  set: (view, offset, value) => view.setUint8(offset, value === 0 ? 0 : 1),
};

const wide = (length: number): Float64Array => new Float64Array(length);

/**
 * Element types by their npy code without byte order. Integers of 64 bits are held in a Float64Array, exact below 2^53,
 * halves in a Float32Array.
 */
export const elementTypes = {
  b1: bool,
  u1: numeric('Uint8', Uint8Array),
  i1: numeric('Int8', Int8Array),
  u2: numeric('Uint16', Uint16Array),
  i2: numeric('Int16', Int16Array),
  u4: numeric('Uint32', Uint32Array),
  i4: numeric('Int32', Int32Array),
  u8: { name: 'uint64', bytes: 8, create: wide, get: getInt64('uint64', 'getUint32'), set: setInt64 },
  i8: { name: 'int64', bytes: 8, create: wide, get: getInt64('int64', 'getInt32'), set: setInt64 },
  f2: { name: 'float16', bytes: 2, create: (n) => new Float32Array(n), get: getFloat16, set: setFloat16 },
  f4: numeric('Float32', Float32Array),
  f8: numeric('Float64', Float64Array),
} as const satisfies Record<string, ElementType>;

export type ElementCode = keyof typeof elementTypes;

/**
 * Product of the dimensions.
 *
 * @throws DataError where the product is beyond 2^53, before anything is allocated
 */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dim of shape) count *= dim;
  if (Number.isSafeInteger(count)) return count;
  throw new DataError(`shape [${shape.join(', ')}] has ${count} elements; wanted a size that memory can hold`);
}

/**
 * The elements that fill `bytes` from `offset` to its end.
 *
 * @param mayShare whether they may lie in the same memory
 * @throws DataError where the bytes there are not exactly those of `shape`
 */
export function readElements(
  bytes: Uint8Array,
  offset: number,
  type: ElementType,
  shape: readonly number[],
  littleEndian: boolean,
  mayShare = false,
): TypedArray {
  const count = elementCount(shape);
  const held = bytes.length - offset;
  if (count * type.bytes !== held) {
    throw new DataError(
      `shape [${shape.join(', ')}] of ${type.name} wants ${count * type.bytes} bytes from byte ${offset}, ` +
        `but the file holds ${held} there`,
    );
  }
  const start = bytes.byteOffset + offset;
  if (type.over && (type.bytes === 1 || littleEndian === isLittleEndian)) {
    if (mayShare && start % type.bytes === 0) return type.over(bytes.buffer, start, count);
    return type.over(new Uint8Array(bytes.subarray(offset)).buffer, 0, count); // slice of a Node Buffer does not copy
  }
  const data = type.create(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) data[i] = type.get(view, offset + i * type.bytes, littleEndian);
  return data;
}
