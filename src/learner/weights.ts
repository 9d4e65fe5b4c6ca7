// The weights from outside: read, set and fingerprinted, whatever stores them.

import { elementsOf } from '../../runtime/program/layout.ts';
import { crc32, hex } from '../data/crc32.ts';
import { InputError } from '../errors.ts';
import type { Engine } from './engine.ts';

export interface WeightValues {
  /** The outputs last; classes at capacity. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** What `setWeights` takes: values in row-major order, alone or with their shape. */
export type WeightInput = ArrayLike<number> | { readonly shape: readonly number[]; readonly values: ArrayLike<number> };

/** @throws InputError for a name there is not, or values of another shape; then nothing is changed. */
export function setWeights(engine: Engine, weights: Readonly<Record<string, WeightInput>>): void {
  const known = new Map(engine.compiled.weights.map((weight) => [weight.name, weight]));
  const chosen = Object.entries(weights).map(([name, given]) => {
    const weight = known.get(name);
    if (weight === undefined)
      throw new InputError(`there is no weight '${name}', only ${[...known.keys()].join(', ')}`);
    const { values, shape } = 'shape' in given ? given : { values: given, shape: null };
    const wanted = engine.shapeOf(weight);
    const isOther = shape !== null && shape.join() !== wanted.join();
    if (isOther || values.length !== elementsOf(wanted)) {
      const came = shape === null ? `${values.length} values` : `[${shape.join(', ')}]`;
      throw new InputError(`the weight '${name}' came as ${came}, wanted [${wanted.join(', ')}]`);
    }
    const at = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
    if (at >= 0) throw new InputError(`the weight '${name}' holds ${values[at]} at ${at}, wanted finite numbers`);
    return [weight, values] as const;
  });
  for (const [weight, values] of chosen) engine.encodeWeight(weight, values);
}

/** Equal for equal bits, as they are stored. */
export function weightHash(engine: Engine): string {
  const parts = engine.compiled.weights.flatMap((weight) => engine.storedWords(weight));
  const sums = parts.map((words) => hex(crc32(new Uint8Array(words.buffer, words.byteOffset, words.byteLength))));
  return hex(crc32(new TextEncoder().encode(sums.join())));
}
