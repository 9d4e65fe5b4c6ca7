// What tests of layers share: a layer or a network alone in a program, seeded numbers, central differences.

import { constant, type Dim } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { sequential } from '../../src/layers/index.ts';
import type { Layer, LayerSpec } from '../../src/layers/layer.ts';
import {
  initialize,
  recordInput,
  recordNetwork,
  type Input,
  type Network,
  type NetworkSpec,
} from '../../src/layers/network.ts';
import { f32 } from '../../src/quantization/f32.ts';

export type Vector = ArrayLike<number>;

/** The layer as the first of a network would be, its shapes checked. */
export function alone(p: Program, spec: LayerSpec, inputShape: readonly number[], batch: Dim | number): Layer {
  const [{ name }] = sequential(inputShape, [spec], spec.timed ? { steps: 1 } : {}).layers;
  const dim = typeof batch === 'number' ? constant(batch) : batch;
  return spec.record(p, { name, inputShape, outputs: null, batch: dim, storage: f32, trained: true });
}

export interface AloneNetwork {
  readonly program: Program;
  readonly network: Network;
  readonly input: Input;
  readonly batch: Dim;
}

/** A network without a task, its first values in `prepare`. */
export function networkAlone(spec: NetworkSpec, samples: number): AloneNetwork {
  const program = new Program();
  const batch = constant(samples);
  const network = recordNetwork(program, spec, { batch, storage: f32, outputs: null });
  const input = recordInput(program, spec, batch);
  program.rows = program.port({ name: 'rows', way: 'in', role: 'label', element: 'i32', shape: [batch] });
  program.phase('prepare', () =>
    initialize(
      program,
      network.parts.flatMap(({ layers }) => layers),
    ),
  );
  return { program, network, input, batch };
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
