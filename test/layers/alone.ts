// What tests of layers share: a layer alone in a program, seeded numbers, central differences.

import { constant, type Dim } from '../../runtime/program/dim.ts';
import type { Program } from '../../runtime/program/program.ts';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { sequential } from '../../src/layers/index.ts';
import type { Layer, LayerSpec } from '../../src/layers/layer.ts';
import { f32 } from '../../src/quantization/f32.ts';

export type Vector = ArrayLike<number>;

/** The layer as the first of a network would be, its shapes checked. */
export function alone(p: Program, spec: LayerSpec, inputShape: readonly number[], batch: Dim | number): Layer {
  const [{ name }] = sequential(inputShape, [spec], spec.endsTime ? { steps: 1 } : {}).layers;
  const dim = typeof batch === 'number' ? constant(batch) : batch;
  return spec.record(p, { name, inputShape, outputs: null, batch: dim, storage: f32, trained: true });
}

/** Uniform in [-1, 1), seeded by the stream's name. */
export function randoms(n: number, stream: string): Float32Array {
  const next = wordReader(1, streamKey(stream), 0);
  return Float32Array.from({ length: n }, () => 2 * uniformFromWord(next()) - 1);
}

const STEP = 1e-5;

/** d f / d at[i] by central differences, one value of `at` at a time. */
export function differentiated(f: (at: Vector) => number, at: Vector): number[] {
  const moved = Float64Array.from(at);
  return Array.from(at, (value, i) => {
    const [above, below] = [value + STEP, value - STEP].map((there) => {
      moved[i] = there;
      return f(moved);
    });
    moved[i] = value;
    return (above - below) / (2 * STEP);
  });
}

export const dot = (a: Vector, b: Vector): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
