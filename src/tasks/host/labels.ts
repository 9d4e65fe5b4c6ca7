// The calling conventions for labels: class names, class indices or one-hot rows become class indices.
//
//   a name, an index                          one label
//   integer typed arrays                      an index each
//   Float32Array, Float64Array                one-hot rows, one behind the other
//   arrays of names, indices, one-hot rows    one label each

import { InputError } from '../../errors.ts';
import { described } from '../../options.ts';

type Indices = Int8Array | Int16Array | Int32Array | Uint8Array | Uint8ClampedArray | Uint16Array | Uint32Array;
type OneHot = Float32Array | Float64Array;

export type LabelInput = string | number | Indices | OneHot | readonly (string | number | OneHot | readonly number[])[];

/** @throws InputError naming the first label that is no class. */
export function readLabels(input: LabelInput, names: readonly string[]): Int32Array {
  if (isIndex(input)) return Int32Array.of(indexOf(input, names, 0));
  const isRows = isFloats(input);
  if (!isRows && !Array.isArray(input) && !ArrayBuffer.isView(input)) {
    throw new InputError(`labels are ${described(input)}, wanted names, indices or one-hot rows`);
  }
  const width = isRows ? names.length : 1;
  const labels = new Int32Array(input.length / (width || 1));
  if (isRows && (labels.length === 0 || labels.length * width !== input.length)) {
    throw new InputError(
      `got ${input.length} one-hot values, wanted rows of ${width}, one for each class ` +
        '(indices come as Int32Array or numbers)',
    );
  }
  let known: ReadonlyMap<string | number, number> | undefined;
  for (let row = 0; row < labels.length; row++) {
    const label = isRows ? input.subarray(row * width, (row + 1) * width) : input[row];
    if (typeof label === 'string') known ??= new Map(names.map((name, index) => [name, index]));
    labels[row] = isIndex(label) ? indexOf(label, names, row, known?.get(label)) : hotIndex(label, names, row);
  }
  return labels;
}

const isIndex = (label: unknown): label is string | number => typeof label === 'string' || typeof label === 'number';
const isFloats = (label: unknown): label is OneHot => label instanceof Float32Array || label instanceof Float64Array;

function hotIndex(label: unknown, names: readonly string[], row: number): number {
  const isRow = Array.isArray(label) || (ArrayBuffer.isView(label) && !(label instanceof DataView));
  // an array that was handed over has no iterator any more
  const given: unknown[] | null = isRow ? Array.prototype.slice.call(label) : null;
  const index = given?.indexOf(1) ?? -1;
  const isHot = given?.every((value, at) => value === (at === index ? 1 : 0));
  if (index >= 0 && isHot && given?.length === names.length) return index;
  const [came, more] = [given?.slice(0, 12).map(described).join(', '), (given?.length ?? 0) > 12 ? ', ...' : ''];
  const wanted = `wanted one 1 and zeros, ${names.length} in all: one for each class`;
  throw new InputError(`label ${row} is ${given === null ? described(label) : `[${came}${more}]`}, ${wanted}`);
}

/** @param found where a name stands, if that is known */
function indexOf(label: string | number, names: readonly string[], row: number, found?: number): number {
  const index = typeof label === 'string' ? (found ?? names.indexOf(label)) : label;
  if (Number.isInteger(index) && index >= 0 && index < names.length) return index;
  const known = names.slice(0, 12).join(', ') + (names.length > 12 ? ', ...' : '');
  const wanted = names.length === 0 ? 'a class: addClass makes one' : `a whole number from 0 to ${names.length - 1}`;
  throw new InputError(
    typeof label === 'string'
      ? `label ${row} is '${label}', which is no class; there are ${known || 'none'} (addClass makes a new one)`
      : `label ${row} is ${label}, wanted ${wanted}`,
  );
}
