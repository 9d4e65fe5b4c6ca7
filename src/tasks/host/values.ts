// Targets that are values: typed arrays, one target behind the other, or nested arrays.

import { InputError } from '../../errors.ts';
import { described } from '../../options.ts';
import type { Outputs, Targets } from './host.ts';

type Numbers = ArrayLike<number>;
type Nested = readonly (number | Numbers | Nested)[];

/** Values of many samples, one behind the other; or a list with those of each. */
export type ValuesInput = Numbers | Nested;

/** @throws InputError for another number of values, or the first that is not a finite number of 32 bits. */
export function readValues(input: unknown, { count: width }: Outputs): Targets {
  const values = flattened(input, width);
  const count = Math.floor(values.length / width);
  if (values.length === 0 || values.length !== count * width) {
    throw new InputError(`got ${values.length} target values, wanted ${width} for each sample`);
  }
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at])) continue;
    const row = Math.floor(at / width);
    const came = Number.isNaN(values[at]) ? 'NaN' : 'more than a float32 holds';
    throw new InputError(`target ${row} has ${came} at ${at - row * width}, wanted finite numbers`);
  }
  return {
    count,
    copy(index, out, offset) {
      for (let i = 0; i < width; i++) out[offset + i] = values[index * width + i];
    },
  };
}

/** As float32, which is what memory holds. */
function flattened(input: unknown, width: number): Float32Array {
  if (input instanceof Float32Array) return input;
  if (typeof input === 'number') return Float32Array.of(input);
  if (isNumbers(input)) {
    const values = new Float32Array(input.length);
    copyNumbers(input, values, 0);
    return values;
  }
  if (!Array.isArray(input)) {
    const came = typeof input === 'object' ? described(input) : `of type ${typeof input}`;
    throw new InputError(`targets are ${came}, wanted numbers: a typed array or nested arrays`);
  }
  const isFlat = input.every((item) => typeof item === 'number');
  const values = new Float32Array(input.length * (isFlat ? 1 : width));
  if (isFlat) values.set(input);
  else input.forEach((row, index) => copyRow(row, values, index, width));
  return values;
}

function copyRow(row: unknown, values: Float32Array, index: number, width: number): void {
  const length = copyNumbers(row, values, index * width) - index * width;
  if (length !== width) throw new InputError(`target ${index} has ${length} values, wanted ${width}`);
}

const isNumbers = (input: unknown): input is Numbers & Iterable<number> =>
  ArrayBuffer.isView(input) && 'BYTES_PER_ELEMENT' in input && typeof (input as Float32Array)[0] !== 'bigint';

/** More than any target is nested: an array that holds itself ends here. */
const MOST_LEVELS = 16;

/** Writes all numbers of an array; gives where they end. */
function copyNumbers(item: unknown, out: Float32Array, offset: number, level = 0): number {
  if (typeof item === 'number') {
    out[offset] = item;
    return offset + 1;
  }
  if (!isNumbers(item) && !(Array.isArray(item) && level < MOST_LEVELS)) {
    throw new InputError(`targets hold something of type ${typeof item}, wanted numbers`);
  }
  let end = offset;
  for (let i = 0; i < item.length; i++) end = copyNumbers(item[i], out, end, level + 1);
  return end;
}
