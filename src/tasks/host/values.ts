// Targets that are values: typed arrays, one target behind the other, or nested arrays.

import { InputError } from '../../errors.ts';
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
  if (isNumbers(input)) return Float32Array.from(input);
  if (!Array.isArray(input)) {
    const came = input === null ? 'null' : `of type ${typeof input}`;
    throw new InputError(`targets are ${came}, wanted numbers: a typed array or nested arrays`);
  }
  if (input.some((item) => typeof item !== 'number')) expectRows(input, width);
  return Float32Array.from(numbersIn(input));
}

function expectRows(rows: readonly unknown[], width: number): void {
  rows.forEach((row, index) => {
    const length = isNumbers(row) ? row.length : [...numbersIn([row])].length;
    if (length !== width) throw new InputError(`target ${index} has ${length} values, wanted ${width}`);
  });
}

const isNumbers = (input: unknown): input is Numbers & Iterable<number> =>
  ArrayBuffer.isView(input) && !(input instanceof DataView);

function* numbersIn(items: readonly unknown[]): Generator<number> {
  for (const item of items) {
    if (typeof item === 'number') yield item;
    else if (isNumbers(item)) yield* item;
    else if (Array.isArray(item)) yield* numbersIn(item);
    else throw new InputError(`targets hold something of type ${typeof item}, wanted numbers`);
  }
}
