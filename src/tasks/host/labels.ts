// The calling conventions for labels: class names, class indices or one-hot rows become class indices.
//
//   a name, an index                          one label
//   integer typed arrays                      an index each
//   Float32Array, Float64Array                one-hot rows, one behind the other
//   arrays of names, indices, one-hot rows    one label each

import { InputError } from '../../errors.ts';

type Indices = Int8Array | Int16Array | Int32Array | Uint8Array | Uint8ClampedArray | Uint16Array | Uint32Array;
type OneHot = Float32Array | Float64Array;

export type LabelInput = string | number | Indices | OneHot | readonly (string | number | OneHot | readonly number[])[];

/** @throws InputError naming the first label that is no class. */
export function readLabels(input: LabelInput, names: readonly string[]): Int32Array {
  if (typeof input === 'string' || typeof input === 'number') return Int32Array.of(indexOf(input, names, 0));
  if (isOneHot(input)) {
    if (input.length === 0 || input.length % names.length !== 0) {
      throw new InputError(
        `got ${input.length} one-hot values, wanted rows of ${names.length}, one for each class ` +
          '(indices come as Int32Array or numbers)',
      );
    }
    return Int32Array.from({ length: input.length / names.length }, (_, row) =>
      hotIndex(input.subarray(row * names.length, (row + 1) * names.length), names, row),
    );
  }
  if (!Array.isArray(input) && !ArrayBuffer.isView(input)) {
    throw new InputError(`labels are of type ${typeof input}, wanted names, indices or one-hot rows`);
  }
  return Int32Array.from(input as ArrayLike<string | number | ArrayLike<number>>, (label, row) => {
    const isIndex = typeof label === 'string' || typeof label === 'number';
    return isIndex ? indexOf(label, names, row) : hotIndex(label, names, row);
  });
}

const isOneHot = (input: LabelInput): input is OneHot => input instanceof Float32Array || input instanceof Float64Array;

function hotIndex(values: ArrayLike<number> | null | undefined, names: readonly string[], row: number): number {
  const given = Array.from(values ?? []);
  const index = given.indexOf(1);
  const isHot = index >= 0 && given.every((value, at) => value === (at === index ? 1 : 0));
  if (isHot && given.length === names.length) return index;
  throw new InputError(
    `label ${row} is ${given.length > 12 ? `a row of ${given.length}` : `[${given.join(', ')}]`}, ` +
      `wanted one 1 and zeros, ${names.length} in all: one for each class`,
  );
}

function indexOf(label: string | number, names: readonly string[], row: number): number {
  const index = typeof label === 'string' ? names.indexOf(label) : label;
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  const known = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
  throw new InputError(
    typeof label === 'string'
      ? `label ${row} is '${label}', which is no class; there are ${known || 'none'} (addClass makes a new one)`
      : `label ${row} is ${label}, wanted a whole number from 0 to ${names.length - 1}`,
  );
}
