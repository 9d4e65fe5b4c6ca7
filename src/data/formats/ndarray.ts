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

/** How one element lies in a file and which array holds it in memory. */
export interface ElementType {
  readonly name: string;
  readonly bytes: number;
  readonly create: (length: number) => TypedArray;
  readonly get: (view: DataView, offset: number, littleEndian: boolean) => number;
  readonly set: (view: DataView, offset: number, value: number, littleEndian: boolean) => void;
}

function getInt64(view: DataView, offset: number, littleEndian: boolean): number {
  const low = view.getUint32(littleEndian ? offset : offset + 4, littleEndian);
  const high = view.getInt32(littleEndian ? offset + 4 : offset, littleEndian);
  const value = high * 2 ** 32 + low;
  if (Number.isSafeInteger(value)) return value;
  throw new DataError(`int64 at byte ${offset} is about ${value}; wanted less than 2^53 in magnitude`);
}

function setInt64(view: DataView, offset: number, value: number, littleEndian: boolean): void {
  if (!Number.isSafeInteger(value)) throw new DataError(`cannot write ${value} as int64; wanted an exact integer`);
  view.setUint32(littleEndian ? offset : offset + 4, value >>> 0, littleEndian);
  view.setInt32(littleEndian ? offset + 4 : offset, Math.floor(value / 2 ** 32), littleEndian);
}

type Numeric = 'Uint8' | 'Int8' | 'Uint16' | 'Int16' | 'Uint32' | 'Int32' | 'Float32' | 'Float64';

/** The type that DataView reads as `view.get<name>`. */
const numeric = (name: Numeric, create: ElementType['create']): ElementType => ({
  name: name.toLowerCase(),
  bytes: create(0).BYTES_PER_ELEMENT,
  create,
  get: (view, offset, littleEndian) => view[`get${name}`](offset, littleEndian),
  set: (view, offset, value, littleEndian) => view[`set${name}`](offset, value, littleEndian),
});

const bool: ElementType = {
  ...numeric('Uint8', (n) => new Uint8Array(n)),
  name: 'bool',
  get: (view, offset) => (view.getUint8(offset) === 0 ? 0 : 1),
  set: (view, offset, value) => view.setUint8(offset, value === 0 ? 0 : 1),
};

/** Element types by their npy code without byte order. An int64 is held in a Float64Array, exact below 2^53. */
export const elementTypes = {
  b1: bool,
  u1: numeric('Uint8', (n) => new Uint8Array(n)),
  i1: numeric('Int8', (n) => new Int8Array(n)),
  u2: numeric('Uint16', (n) => new Uint16Array(n)),
  i2: numeric('Int16', (n) => new Int16Array(n)),
  u4: numeric('Uint32', (n) => new Uint32Array(n)),
  i4: numeric('Int32', (n) => new Int32Array(n)),
  i8: { name: 'int64', bytes: 8, create: (n) => new Float64Array(n), get: getInt64, set: setInt64 },
  f4: numeric('Float32', (n) => new Float32Array(n)),
  f8: numeric('Float64', (n) => new Float64Array(n)),
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
 * @throws DataError where the bytes there are not exactly those of `shape`
 */
export function readElements(
  bytes: Uint8Array,
  offset: number,
  type: ElementType,
  shape: readonly number[],
  littleEndian: boolean,
): TypedArray {
  const count = elementCount(shape);
  const held = bytes.length - offset;
  if (count * type.bytes !== held) {
    throw new DataError(
      `shape [${shape.join(', ')}] of ${type.name} wants ${count * type.bytes} bytes from byte ${offset}, ` +
        `but the file holds ${held} there`,
    );
  }
  if (type === elementTypes.u1) return new Uint8Array(bytes.subarray(offset)); // slice of a Node Buffer does not copy
  const data = type.create(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) data[i] = type.get(view, offset + i * type.bytes, littleEndian);
  return data;
}
