// The calling conventions for samples: what users may give, and the one form in which it reaches memory. The table is
// in docs/conventions.md.
//
//   Uint8Array, Uint8ClampedArray    pixels: 0..255 becomes 0..1
//   other typed arrays               values as they are
//   arrays of numbers, nested        values as they are
//   ImageData                        RGBA pixels of the network's size; red, green, blue for three channels, for one
//                                    0.299 R + 0.587 G + 0.114 B (ITU-R BT.601)
//   arrays of typed arrays or images one sample each

import { elementsOf } from '../../runtime/program/layout.ts';
import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import { InputError } from '../errors.ts';

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
type Nested = readonly (number | Nested)[];
interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

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

const text = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const describe = (value: unknown): string => (value === null ? 'null' : `of type ${typeof value}`);
const isTyped = (value: unknown): value is TypedArray => ArrayBuffer.isView(value) && !(value instanceof DataView);
const isImage = (value: unknown): value is Image =>
  typeof value === 'object' && value !== null && 'width' in value && 'height' in value && 'data' in value;

const isTypedList = (input: unknown): boolean => Array.isArray(input) && input.length > 0 && input.every(isTyped);

/** @throws InputError giving the number of values, their range, the shape of a sample and what would fit. */
export function readSamples(input: SampleInput, shape: readonly number[], element: 'f32' | 'u8' = 'f32'): Samples {
  if (isImage(input) && element === 'f32') return readImage(input, shape);
  if (isTyped(input)) return readFlat(input, shape, element);
  if (element === 'u8' && !isTypedList(input)) {
    throw new InputError(BYTES_WANTED);
  }
  if (!Array.isArray(input)) {
    throw new InputError(`samples are ${describe(input)}, wanted a typed array, nested arrays or ImageData`);
  }
  const items: readonly unknown[] = input;
  if (items.length === 0 || !items.every((item) => isImage(item) || isTyped(item))) return readNested(items, shape);
  const parts = items.map((item, row) => {
    const part = readSamples(item as SampleInput, shape, element);
    if (part.count === 1) return part;
    throw new InputError(`item ${row} holds ${part.count} samples of ${text(shape)}, wanted one`);
  });
  return { count: parts.length, copy: (index, out, offset, row = index) => parts[index].copy(0, out, offset, row) };
}

function readFlat(values: ArrayLike<number>, shape: readonly number[], element: 'f32' | 'u8' = 'f32'): Samples {
  const size = elementsOf(shape);
  const count = Math.floor(values.length / size);
  if (values.length === 0 || values.length !== count * size) {
    const fits = (samples: number): string => `${samples} of them ${samples * size}`;
    throw new InputError(
      `got ${values.length} values${rangeOf(values)}, but a sample of ${text(shape)} has ${size}: ` +
        `${count === 0 ? '' : `${fits(count)}, `}${fits(count + 1)}`,
    );
  }
  const isBytes = values instanceof Uint8Array || values instanceof Uint8ClampedArray;
  if (element === 'u8' && !isBytes) throw new InputError(BYTES_WANTED);
  // of all bytes the product is the same float as the quotient by 255
  const asFloat = isBytes ? 1 / 255 : 1;
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

function readNested(items: readonly unknown[], shape: readonly number[]): Samples {
  const size = elementsOf(shape);
  const values = items.flat(Infinity);
  const other = values.findIndex((value) => typeof value !== 'number');
  if (other >= 0) {
    throw new InputError(`samples hold something ${describe(values[other])}, wanted numbers, or typed arrays only`);
  }
  if (values.length !== size) {
    items.forEach((item, row) => {
      const length = Array.isArray(item) ? item.flat(Infinity).length : size;
      if (length === size) return;
      throw new InputError(`sample ${row} has ${length} values, but a sample of ${text(shape)} has ${size}`);
    });
  }
  return readFlat(Float32Array.from(values as number[]), shape);
}

function readImage({ width, height, data }: Image, shape: readonly number[]): Samples {
  const [rows, columns, channels] = shape;
  if (shape.length !== 3 || rows !== height || columns !== width || (channels !== 1 && channels !== 3)) {
    throw new InputError(
      `got an image of ${height} x ${width}, but the network takes ${text(shape)}: ` +
        "draw it on a canvas of the network's size first, for 1 or 3 channels",
    );
  }
  if (data.length !== width * height * 4) {
    const wanted = width * height * 4;
    throw new InputError(`got an image of ${height} x ${width} with ${data.length} values, wanted ${wanted}: RGBA`);
  }
  return {
    count: 1,
    copy: (_, out, offset, row = 0) => readFlat(floatsOf(data, channels), shape).copy(0, out, offset, row),
  };
}

/** RGBA pixels as one or three channels from 0 to 1. */
function floatsOf(data: ArrayLike<number>, channels: 1 | 3): Float32Array {
  const values = new Float32Array((data.length / 4) * channels);
  for (let pixel = 0; pixel < data.length / 4; pixel++) {
    const [red, green, blue] = [0, 1, 2].map((channel) => data[pixel * 4 + channel]);
    if (channels === 1) values[pixel] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    else values.set([red / 255, green / 255, blue / 255], pixel * 3);
  }
  return values;
}

function rangeOf(values: ArrayLike<number>): string {
  if (values.length === 0) return '';
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return ` from ${least} to ${most}`;
}
