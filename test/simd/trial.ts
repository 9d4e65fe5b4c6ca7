// A trial: one kernel at certain sizes with certain inputs, laid out in an image of the whole memory, so that after a
// run every byte can be accounted for. Between and around the buffers stands a fill, and so it does in what the kernel
// may not read: outputs and scratch.

import {
  axisLength,
  elementCount,
  type Access,
  type Kernel,
  type PointerParameter,
  type Referenced,
  type Sizes,
  type Trials,
} from '../../runtime/simd/kernel.ts';
import { randomBelow, streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { referenceOf } from '../../runtime/simd/references.ts';
import { setNibble } from '../../runtime/wasm/nibbles.ts';
import { bytesPerElement, elementsAt, type ElementArray } from '../../runtime/wasm/pointer.ts';

/** The whole of memory. */
export type Image = Uint8Array<ArrayBuffer>;

/** A kernel with what a test must know of it. */
export type Tried = Kernel & Trials;

/** What the floating-point inputs hold. */
export type Content = 'signed' | 'positive' | 'special';

export interface Trial {
  readonly kernel: Tried;
  readonly sizes: Sizes;
  /** The numbers passed by value. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The elements of every `in` and `inOut` pointer. */
  readonly inputs: ReadonlyMap<string, Elements>;
}

export type Elements = ElementArray;

const SPECIALS = [NaN, Infinity, -Infinity, -0, 0, 1e-40, -3e38, 1];
/** Of signed elements, which are symmetric. */
const LIMITS: Readonly<Record<string, number>> = { i4: 7, i8: 127, i16: 32767 };
const COUNTS = [1, 3, 4, 5, 7, 8, 9, 16, 17, 33];
const COPRIME = [1, 3, 7, 9];
const GUARD = 48;
export const PAGE = 65536;

/** The kernel's own cases, or every integer in turn below, at and above the vector width, in changing company. */
export function sizesOf({ cases, parameters }: Tried): readonly Sizes[] {
  if (cases !== undefined) return cases;
  const integers = Object.keys(parameters).filter((name) => parameters[name].kind === 'integer');
  const ones = Object.fromEntries(integers.map((name) => [name, 1]));
  const mixed = COUNTS.map((_, turn) =>
    Object.fromEntries(
      integers.map((name, i) => [name, COUNTS[(turn * COPRIME[i % COPRIME.length] + 2 * i) % COUNTS.length]]),
    ),
  );
  return [ones, ...mixed];
}

/** Seeded by the kernel's name, the content and the sizes. */
export function makeTrial(kernel: Tried, sizes: Sizes, content: Content): Trial {
  const next = wordReader(1, streamKey(`${kernel.name}/${content}/${JSON.stringify(sizes)}`), 0);
  const uniform = (): number => uniformFromWord(next());
  const float = (): number => {
    const value = content === 'positive' ? uniform() : 4 * uniform() - 2;
    return content === 'special' && next() % 4 === 0 ? SPECIALS[next() % SPECIALS.length] : value;
  };
  const numbers: Record<string, number> = {};
  const inputs = new Map<string, Elements>();
  for (const [name, parameter] of Object.entries(kernel.parameters)) {
    if (parameter.kind === 'integer') numbers[name] = sizes[name];
    else if (parameter.kind === 'float') {
      const [low, high] = kernel.floats?.[name] ?? [0.05, 0.95];
      numbers[name] = Math.fround(low + (high - low) * uniform());
    } else if (parameter.access === 'in' || parameter.access === 'inOut') {
      const range = kernel.indices?.[name];
      const bound = range === undefined ? 2 ** 32 : axisLength(range, sizes);
      const columns = axisLength(parameter.shape[parameter.shape.length - 1], sizes);
      const zeroFrom = sizes[kernel.zeroFrom?.[name] ?? ''] ?? columns;
      const limit = LIMITS[parameter.element];
      const integer = (): number =>
        limit === undefined ? randomBelow(next, bound) : randomBelow(next, 2 * limit + 1) - limit;
      const real = kernel.sparse?.includes(name) ? (): number => (next() % 8 === 0 ? float() : 0) : float;
      const draw = parameter.element === 'f32' ? real : integer;
      const count = elementCount(parameter, sizes);
      const bytes = new ArrayBuffer(count * bytesPerElement(parameter.element));
      const elements = elementsAt(parameter.element, bytes, 0, count);
      for (let i = 0; i < count; i++) {
        const value = i % columns < zeroFrom ? draw() : 0;
        if (parameter.element === 'i4') setNibble(elements, i, value);
        else elements[i] = value;
      }
      inputs.set(name, elements);
    }
  }
  return { kernel, sizes, numbers, inputs };
}

/** Where the buffers of a trial stand. */
export interface Layout {
  readonly bytes: number;
  readonly addresses: Readonly<Record<string, number>>;
}

export interface LayoutOptions {
  /** A pointer whose buffer ends where memory ends, so that reading beyond it traps. */
  readonly last?: string;
  /** `[output, input]` in the same place. */
  readonly alias?: readonly [string, string];
}

/** The names of the pointers, or of those with such an access. */
export const pointersOf = ({ parameters }: Kernel, ...accesses: Access[]): string[] =>
  Object.entries(parameters).flatMap(([name, parameter]) =>
    parameter.kind === 'pointer' && (accesses.length === 0 || accesses.includes(parameter.access)) ? [name] : [],
  );

const pointer = ({ kernel }: Trial, name: string): PointerParameter => kernel.parameters[name] as PointerParameter;

const bytesOf = (trial: Trial, name: string): number =>
  elementCount(pointer(trial, name), trial.sizes) * bytesPerElement(pointer(trial, name).element);

/** Buffers with guards between, at addresses that are as little aligned as they may be. */
export function layOut(trial: Trial, { last, alias }: LayoutOptions = {}): Layout {
  const addresses: Record<string, number> = {};
  let end = GUARD;
  for (const name of pointersOf(trial.kernel)) {
    if (name === last || name === alias?.[0]) continue;
    addresses[name] = Math.ceil(end / 16) * 16 + Math.ceil(bytesPerElement(pointer(trial, name).element));
    end = addresses[name] + bytesOf(trial, name) + GUARD;
  }
  const room = last === undefined ? 0 : bytesOf(trial, last);
  const bytes = Math.ceil((end + room) / PAGE) * PAGE;
  if (last !== undefined) addresses[last] = bytes - room;
  if (alias !== undefined) addresses[alias[0]] = addresses[alias[1]];
  return { bytes, addresses };
}

/** All of memory before the call: inputs in their places, the fill everywhere else. */
export function imageOf(trial: Trial, { bytes, addresses }: Layout, fill: number): Image {
  const image = new Uint8Array(bytes).fill(fill);
  for (const [name, { buffer }] of trial.inputs) image.set(new Uint8Array(buffer), addresses[name]);
  return image;
}

export function viewOf(trial: Trial, { addresses }: Layout, image: Image, name: string): Elements {
  const parameter = pointer(trial, name);
  return elementsAt(parameter.element, image.buffer, addresses[name], elementCount(parameter, trial.sizes));
}

/** Memory after the reference has run. */
export function refer(trial: Trial, layout: Layout, image: Image): Image {
  const after = image.slice();
  const views = pointersOf(trial.kernel).map((name) => [name, viewOf(trial, layout, after, name)]);
  referenceOf(trial.kernel)({ ...trial.numbers, ...Object.fromEntries(views) } as Referenced<Kernel['parameters']>);
  return after;
}

/** What an element of such an array is where nothing was written. */
export const filled = (like: Elements, fill: number): number =>
  new (like.constructor as Uint8ArrayConstructor)(new Uint8Array(4).fill(fill).buffer)[0];
