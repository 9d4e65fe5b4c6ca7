// The weights from outside: read, set and fingerprinted, whatever stores them.

import { elementsOf } from '../../runtime/program/layout.ts';
import type { ElementArray } from '../../runtime/wasm/pointer.ts';
import { crc32, hex } from '../data/crc32.ts';
import { InputError } from '../errors.ts';
import type { WeightInfo } from '../compile/compiled.ts';
import { described } from '../options.ts';
import { decoded, encoded } from '../quantization/encoding.ts';
import { copyCorner } from './corner.ts';
import type { Engine } from './engine.ts';
import { AS_THEY_ARE } from '../tasks/host/scale.ts';
import type { Trainer } from './trainer.ts';

export interface WeightValues {
  /** The outputs last; classes at capacity. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
}

/** A weight as its storage keeps it: `values` are floats, integers, or codes of devices. */
export interface StoredWeight {
  /** The storage's name. */
  readonly storage: string;
  /** The outputs last; classes at capacity. */
  readonly shape: readonly number[];
  /** Row-major. A pair of devices is one word, the plus device in its lower half. */
  readonly values: ElementArray;
  /** For each column, what a stored value, or of `binary` its sign, is multiplied by; null where values mean themselves. */
  readonly scales: Float32Array | null;
  /** Whether a value is a pair, lower half minus upper. */
  readonly isPair: boolean;
  /**
   * What its storage counts; null where it counts nothing. First, updates that were not finite; of devices then pairs
   * that ran full, pulses up, in 30 bits and above, and pulses down likewise.
   */
  readonly counts: Int32Array | null;
}

/** What `setWeights` takes: values in row-major order, alone or with their shape. */
export type WeightInput = ArrayLike<number> | { readonly shape: readonly number[]; readonly values: ArrayLike<number> };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The shape of a weight, the outputs last; classes at capacity. */
const shapeOf = (engine: Engine, weight: WeightInfo): readonly number[] => engine.partOf(weight, 'value')?.shape ?? [];

/** By name, as products read them. */
export function getWeights(engine: Engine): Record<string, WeightValues> {
  const entries = engine.compiled.weights.map((weight) => {
    const [stored, scales] = (['value', 'scale'] as const).map((is) => {
      const part = engine.partOf(weight, is);
      return part === undefined ? null : engine.decode(part);
    });
    return [
      weight.name,
      { shape: shapeOf(engine, weight), values: decoded(stored ?? [], scales, weight.reading) },
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** By name, as they are kept. */
export function storedWeights(engine: Engine): Record<string, StoredWeight> {
  const entries = engine.compiled.weights.flatMap((weight) => {
    const [value, scale, health] = (['value', 'scale', 'health'] as const).map((is) => engine.partOf(weight, is));
    if (value === undefined) return [];
    const { storage, reading } = weight;
    const kept = {
      storage,
      shape: value.shape,
      values: engine.stored(value),
      scales: scale === undefined ? null : engine.decode(scale),
      isPair: reading.pair === true,
      counts: health === undefined ? null : Int32Array.from(engine.stored(health)),
    };
    return [[weight.name, kept] as const];
  });
  return Object.fromEntries(entries);
}

/** @throws InputError for a name there is not, or values of another shape; then nothing is changed. */
export function setWeights(trainer: Trainer, weights: Readonly<Record<string, WeightInput>>): void {
  const { engine } = trainer;
  if (!isObject(weights) || Array.isArray(weights)) {
    throw new InputError(`the weights are ${described(weights)}, wanted values by name`);
  }
  const known = new Map(engine.compiled.weights.map((weight) => [weight.name, weight]));
  const chosen = Object.entries(weights).map(([name, given]) => {
    const weight = known.get(name);
    if (weight === undefined)
      throw new InputError(`there is no weight '${name}', only ${[...known.keys()].join(', ')}`);
    const { values, shape } = isObject(given) && 'shape' in given ? given : { values: given, shape: null };
    const wanted = shapeOf(engine, weight);
    const told = Array.isArray(shape) ? shape.map(described).join(', ') : shape === null ? null : described(shape);
    if ((told ?? wanted.join(', ')) !== wanted.join(', ') || values?.length !== elementsOf(wanted)) {
      const came = told === null ? `${values?.length ?? 'no'} values` : `[${told}]`;
      throw new InputError(`the weight '${name}' came as ${came}, wanted [${wanted.join(', ')}]`);
    }
    const at = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
    if (at >= 0)
      throw new InputError(`the weight '${name}' holds ${described(values[at])} at ${at}, wanted finite numbers`);
    return [weight, values] as const;
  });
  for (const [weight, values] of chosen) writeWeight(engine, weight, values);
  trainer.standardization ??= AS_THEY_ARE;
}

const WRITTEN = ['value', 'scale', 'step', 'latent'] as const;

/** Keeps values of a weight as its storage does; of another shape, those in the corner that both have in common. */
export function writeWeight(
  engine: Engine,
  weight: WeightInfo,
  given: ArrayLike<number>,
  shape = shapeOf(engine, weight),
): void {
  const [value, scale, step, latent] = WRITTEN.map((is) => engine.partOf(weight, is));
  if (value === undefined) return;
  const values = new Float32Array(elementsOf(value.shape));
  copyCorner(values, value.shape, given, shape);
  const { reading } = weight;
  const multiplies = reading.sign ? step : scale;
  if (multiplies === undefined) engine.encode(value, values);
  else {
    const scales = engine.decode(multiplies);
    engine.encode(value, encoded(values, scales, reading));
    engine.encode(multiplies, scales);
  }
  if (latent) engine.encode(latent, values);
  if (reading.sign && scale) engine.encode(scale, meanMagnitudes(values, elementsOf(scale.shape)));
}

/** What is read of the signs of a column. */
function meanMagnitudes(values: Float32Array, columns: number): Float64Array {
  const means = new Float64Array(columns);
  values.forEach((value, at) => (means[at % columns] += (Math.abs(value) * columns) / values.length));
  return means;
}

/** Equal for equal bits, as they are stored. */
export function weightHash(engine: Engine): string {
  const parts = engine.compiled.weights.flatMap((weight) => [
    engine.partOf(weight, 'value'),
    engine.partOf(weight, 'scale'),
  ]);
  const sums = parts.flatMap((part) => (part ? [hex(crc32(new Uint8Array(engine.read(part).buffer)))] : []));
  return hex(crc32(new TextEncoder().encode(sums.join())));
}
