// The calling conventions for samples: what users may give, and the one form in which it reaches memory. The table is
// in docs/conventions.md.
//
//   Uint8Array, Uint8ClampedArray    pixels: 0..255 becomes 0..1
//   other typed arrays               values as they are
//   arrays of numbers                values as they are
//   ImageData                        RGBA pixels of the network's size
//   arrays of these                  one sample each, or the rows of one
//
// All is read where it is. Arrays may be nested as the network's shape is, or less finely: what other axes there are in
// them (channels first, several samples in the place of one) would be read in another order than was meant.

import { elementsOf } from '../../runtime/program/layout.ts';
import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import { InputError } from '../errors.ts';
import { copyImage, expectImage, isImage, pixelsOf, type Image } from './images.ts';

type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;
type Nested = readonly (number | TypedArray | Nested)[];

/** One sample or many. */
export type SampleInput = TypedArray | Image | Nested | readonly (TypedArray | Image)[];

/** Many samples, read one after the other into memory without a copy of the whole. */
export interface Samples {
  readonly count: number;
  /** Time steps of a sequence, where they vary. */
  steps?(index: number): number;
  /**
   * Writes sample `index`, as floats, doubles or bytes; an error calls it `row`.
   * @throws InputError for a value that is not finite.
   */
  copy(index: number, out: ElementArray | Float64Array, offset: number, row?: number): void;
}

const BYTES_WANTED = 'this network keeps samples as bytes, wanted a Uint8Array or a list of them';
/** More than any shape has: the nesting of an array that holds itself ends here. */
export const MOST_LEVELS = 16;

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const isBytes = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array || value instanceof Uint8ClampedArray;
const isTyped = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && 'BYTES_PER_ELEMENT' in value && typeof (value as Uint8Array)[0] !== 'bigint';

/** @throws InputError giving the number of values, their range, the shape of a sample and what would fit. */
export function readSamples(input: SampleInput, shape: readonly number[], element: 'f32' | 'u8' = 'f32'): Samples {
  if (isTyped(input)) return readFlat(input, shape, element);
  if (isImage(input) && element === 'f32') return readList([input], shape);
  if (element === 'u8' && !(Array.isArray(input) && input.every(isBytes))) throw new InputError(BYTES_WANTED);
  if (!Array.isArray(input)) throw refusal('samples are', input, shape);
  const items: readonly unknown[] = input;
  if (items.length > 0 && typeof items[0] !== 'number') return readList(samplesIn(items, elementsOf(shape)), shape);
  const odd = oddIn(items);
  if (odd >= 0) throw refusal(`value ${odd} of the samples is`, items[odd], shape);
  return readFlat(Float64Array.from(items as number[]), shape);
}

/** @throws InputError naming what a value is, and the line that makes samples of it, where there is one. */
export function refusal(what: string, value: unknown, shape: readonly (number | string)[]): InputError {
  const kind = typeof value === 'object' ? Object.prototype.toString.call(value).slice(8, -1) : typeof value;
  const came = value === null || value === undefined ? `${what} ${value}` : `${what} of type ${kind}`;
  const remedy = kind.startsWith('Big') ? ': Float64Array.from(it, Number)' : pixelsOf(kind, shape);
  return new InputError(`${came}, wanted a typed array of numbers, nested arrays or ImageData${remedy}`);
}

// ---- one array ------------------------------------------------------------------------------------------------------

function readFlat(values: ArrayLike<number>, shape: readonly number[], element: 'f32' | 'u8' = 'f32'): Samples {
  const size = elementsOf(shape);
  const count = Math.floor(values.length / size);
  if (values.length === 0 || values.length !== count * size) {
    const fits = (samples: number): string => `${samples} of them ${samples * size}`;
    const came = values.length === 0 ? 'no samples (an array handed over to a worker is empty)' : countAndRange(values);
    throw new InputError(
      `got ${came}, but a sample of ${text(shape)} has ${size}: ` +
        `${count === 0 ? '' : `${fits(count)}, `}${fits(count + 1)}`,
    );
  }
  const areBytes = isBytes(values);
  if (element === 'u8' && !areBytes) throw new InputError(BYTES_WANTED);
  // of all bytes the product is the same float as the quotient by 255
  const asFloat = areBytes ? 1 / 255 : 1;
  return {
    count,
    copy(index, out, offset, row = index) {
      const start = index * size;
      const scale = out instanceof Uint8Array ? 1 : asFloat;
      let poison = 0;
      for (let i = 0; i < size; i++) {
        out[offset + i] = values[start + i] * scale;
        poison += Math.fround(out[offset + i]) * 0;
      }
      if (poison !== 0) refuseValue(values, start, shape, row);
    },
  };
}

/** Names the first value of a sample that is not a finite float32. */
function refuseValue(values: ArrayLike<number>, start: number, shape: readonly number[], row: number): never {
  let at = 0;
  while (Number.isFinite(Math.fround(values[start + at]))) at++;
  const position = shape.map((axis, index) => Math.floor(at / elementsOf(shape.slice(index + 1))) % axis);
  throw new InputError(
    `sample ${row} has ${values[start + at]} at ${text(position)} of ${text(shape)}, ` +
      'wanted finite numbers: drop the sample or replace the value',
  );
}

function countAndRange(values: ArrayLike<number>): string {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return `${values.length} values from ${least} to ${most}`;
}

// ---- a list ---------------------------------------------------------------------------------------------------------

/** The values of an array as its first items have them; without end for what is none. */
export function sizeOf(value: unknown, level = 0): number {
  if (isTyped(value)) return value.length;
  if (!Array.isArray(value)) return typeof value === 'object' ? Infinity : 1;
  return level === MOST_LEVELS ? Number.NaN : value.length === 0 ? 0 : value.length * sizeOf(value[0], level + 1);
}

/** One sample, whose rows were given; the items of a list; or those of lists in it. */
function samplesIn(list: readonly unknown[], size: number): readonly unknown[] {
  const [first] = list;
  if (sizeOf(list) === size && sizeOf(first) !== size) return [list];
  const holdsSamples = Array.isArray(first) && typeof first[0] === 'object' && sizeOf(first[0]) >= size;
  return holdsSamples ? samplesIn(list.flat(), size) : list;
}

function readList(items: readonly unknown[], shape: readonly number[]): Samples {
  const size = elementsOf(shape);
  const rests = shape.slice(1).map((_, axis) => elementsOf(shape.slice(axis + 1)));
  for (let row = 0; row < items.length; row++) {
    const item = items[row];
    if (isImage(item)) expectImage(item, shape);
    else expectValues(item, size, rests, { item, row, shape });
  }
  return {
    count: items.length,
    copy(index, out, offset, row = index) {
      const item = items[index];
      if (isImage(item)) return copyImage(item, shape[2], out, offset);
      copyValues(item as Nested | TypedArray, out, offset);
      let poison = 0;
      for (let i = offset; i < offset + size; i++) poison += Math.fround(out[i]) * 0;
      if (poison === 0) return;
      const values = new Float64Array(size);
      copyValues(item as Nested | TypedArray, values, 0);
      refuseValue(values, 0, shape, row);
    },
  };
}

/** Writes all values; gives where they end. */
function copyValues(values: Nested | TypedArray, out: ElementArray | Float64Array, offset: number): number {
  if (typeof values[0] !== 'number') {
    let end = offset;
    for (let i = 0; i < values.length; i++) end = copyValues(values[i] as Nested, out, end);
    return end;
  }
  const scale = isBytes(values) && !(out instanceof Uint8Array) ? 1 / 255 : 1;
  for (let i = 0; i < values.length; i++) out[offset + i] = (values[i] as number) * scale;
  return offset + values.length;
}

/** What an error says of the sample in which something is. */
interface Whole {
  readonly item: unknown;
  readonly row: number;
  readonly shape: readonly number[];
}

/**
 * @param rests how many values may stand together in the arrays of this one: what the axes behind each axis hold
 * @throws InputError unless there are as many numbers as wanted, nested along the axes of the shape.
 */
function expectValues(values: unknown, wanted: number, rests: readonly number[], whole: Whole): void {
  const { row, shape } = whole;
  const refuse = (fault: string): never => {
    throw new InputError(`sample ${row} ${fault}, but a sample of ${text(shape)} has ${elementsOf(shape)}`);
  };
  if (!isTyped(values) && !Array.isArray(values)) throw refusal(`sample ${row} holds something`, values, shape);
  const { length } = values;
  if (isTyped(values) || typeof values[0] === 'number' || length === 0) {
    const odd = isTyped(values) ? -1 : oddIn(values);
    if (odd >= 0) throw refusal(`sample ${row} holds something`, (values as readonly unknown[])[odd], shape);
    if (length !== wanted) refuse(values === whole.item ? `has ${length} values` : `has a row of ${length} values`);
    return;
  }
  const part = wanted / length;
  const axis = rests.indexOf(part);
  if (axis < 0 && typeof values[0] === 'object') refuse(`is nested as ${text(nestingOf(whole.item))}`);
  for (let i = 0; i < length; i++) expectValues(values[i], part, rests.slice(axis + 1), whole);
}

/** Where something stands among numbers that is none; -1 for nowhere. */
function oddIn(items: readonly unknown[]): number {
  for (let i = 0; i < items.length; i++) if (typeof items[i] !== 'number') return i;
  return -1;
}

/** The lengths of an array and of the first ones in it. */
function nestingOf(value: unknown, level = 0): number[] {
  if (isTyped(value)) return [value.length];
  return Array.isArray(value) && level < MOST_LEVELS ? [value.length, ...nestingOf(value[0], level + 1)] : [];
}
