// The calling conventions for samples and labels: what users may give, and the one form in which it reaches memory.
//
//   samples  Float32Array (any values), Uint8Array and Uint8ClampedArray (pixels, scaled by 1/255), numbers in nested
//            arrays, ImageData (of the network's height and width; gray = 0.299 R + 0.587 G + 0.114 B for one channel), or
//            an array of those
//   labels   class names, class indices (numbers or integer arrays), or one-hot rows

import { InputError } from './errors.ts';

type Nested = readonly (number | Nested)[];
interface Image { readonly width: number; readonly height: number; readonly data: ArrayLike<number> }
export type SampleInput = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray | Image | Nested
  | readonly (Float32Array | Uint8Array | Uint8ClampedArray | Image)[];
export type LabelInput = string | number | Int32Array | Uint8Array | Float32Array | readonly (string | number | readonly number[])[];

/** Many samples, read one after the other into memory without a copy of the whole. */
export interface Samples {
  readonly count: number;
  /** Writes sample `index` as floats. */
  copy(index: number, out: Float32Array, offset: number): void;
}

const elementsOf = (shape: readonly number[]): number => shape.reduce((total, axis) => total * axis, 1);
const isImage = (value: unknown): value is Image => typeof value === 'object' && value !== null && 'width' in value && 'data' in value;
const isPixels = (value: unknown): value is Uint8Array => value instanceof Uint8Array || value instanceof Uint8ClampedArray;

/** @throws InputError giving the number of values, the shape of a sample and what would fit. */
export function readSamples(input: SampleInput, shape: readonly number[]): Samples {
  const size = elementsOf(shape);
  if (isImage(input)) return { count: 1, copy: (_, out, offset) => copyImage(input, shape, out, offset) };
  if (ArrayBuffer.isView(input)) return readFlat(input as Float32Array, size, shape);
  if (!Array.isArray(input)) throw new InputError(`samples are ${describe(input)}, wanted a typed array, nested arrays or ImageData`);
  const items: readonly unknown[] = input;
  if (items.length > 0 && items.every((item) => isImage(item) || ArrayBuffer.isView(item))) {
    const parts = items.map((item, index) => readOne(item as SampleInput, shape, index));
    return { count: parts.length, copy: (index, out, offset) => parts[index].copy(0, out, offset) };
  }
  return readFlat(Float32Array.from(flatten(items)), size, shape);
}

function readOne(item: SampleInput, shape: readonly number[], index: number): Samples {
  const samples = readSamples(item, shape);
  if (samples.count !== 1) throw new InputError(`sample ${index} holds ${samples.count} samples of ${describeShape(shape)}, wanted one`);
  return samples;
}

function readFlat(values: ArrayLike<number>, size: number, shape: readonly number[]): Samples {
  if (values.length === 0 || values.length % size !== 0) {
    const [below, above] = [Math.floor(values.length / size), Math.ceil(values.length / size)];
    throw new InputError(`got ${values.length} values, but a sample of ${describeShape(shape)} has ${size}: `
      + `${below === 0 ? '' : `${below} samples need ${below * size}, `}${Math.max(above, 1)} need ${Math.max(above, 1) * size}`
      + `${range(values)}`);
  }
  const scale = isPixels(values) ? 255 : 1;
  return {
    count: values.length / size,
    copy(index, out, offset) {
      const start = index * size;
      for (let i = 0; i < size; i++) {
        const value = values[start + i];
        if (!Number.isFinite(value)) {
          throw new InputError(`sample ${index} has ${value} at position ${i} of ${describeShape(shape)}; values must be finite`);
        }
        out[offset + i] = value / scale;
      }
    },
  };
}

function copyImage({ width, height, data }: Image, shape: readonly number[], out: Float32Array, offset: number): void {
  const [rows, columns, channels] = shape;
  if (shape.length !== 3 || rows !== height || columns !== width || (channels !== 1 && channels !== 3)) {
    throw new InputError(`got an image of ${height}x${width}, but the network takes ${describeShape(shape)}: resize it first`);
  }
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = [data[pixel * 4], data[pixel * 4 + 1], data[pixel * 4 + 2]];
    if (channels === 1) out[offset + pixel] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    else out.set([red / 255, green / 255, blue / 255], offset + pixel * 3);
  }
}

/** @throws InputError naming the first label that is no class. */
export function readLabels(input: LabelInput, names: readonly string[]): Int32Array {
  if (typeof input === 'string' || typeof input === 'number') return Int32Array.of(indexOf(input, names, 0));
  if (input instanceof Float32Array) return readOneHot(input, names);
  return Int32Array.from(input as ArrayLike<string | number | readonly number[]>, (label, row) =>
    (Array.isArray(label) ? readOneHot(label, names, row)[0] : indexOf(label as string | number, names, row)));
}

function readOneHot(values: ArrayLike<number>, names: readonly string[], firstRow = 0): Int32Array {
  if (values.length === 0 || values.length % names.length !== 0) {
    throw new InputError(`got ${values.length} one-hot values, wanted rows of ${names.length} (one for each class)`);
  }
  return Int32Array.from({ length: values.length / names.length }, (_, row) => {
    const ones = names.flatMap((_name, index) => (values[row * names.length + index] === 0 ? [] : [index]));
    if (ones.length === 1 && values[row * names.length + ones[0]] === 1) return ones[0];
    throw new InputError(`label ${firstRow + row} is not one-hot: wanted one 1 and zeros, one value for each of ${names.length} classes`);
  });
}

function indexOf(label: string | number, names: readonly string[], row: number): number {
  const index = typeof label === 'string' ? names.indexOf(label) : label;
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  const known = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
  throw new InputError(typeof label === 'string'
    ? `label ${row} is '${label}', which is no class; there are ${known} (addClass makes a new one)`
    : `label ${row} is ${label}, wanted a whole number from 0 to ${names.length - 1}`);
}

function* flatten(values: readonly unknown[]): Generator<number> {
  for (const value of values) {
    if (typeof value === 'number') yield value;
    else if (Array.isArray(value) || ArrayBuffer.isView(value)) yield* flatten(value as unknown as unknown[]);
    else throw new InputError(`samples hold ${describe(value)}, wanted numbers`);
  }
}

const describeShape = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
const describe = (value: unknown): string => (value === null ? 'null' : `of type ${typeof value}`);

function range(values: ArrayLike<number>): string {
  if (values.length === 0) return '';
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  return `; the values lie in [${least}, ${most}]`;
}
