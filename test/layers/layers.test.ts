// Every layer against its equation: outputs, and `pull` and `update` against central differences of a loss in double
// precision. Everything runs in WebAssembly with and without SIMD and on the references, with equal bits, on a batch
// smaller than the planned one.

import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../runtime/program/expression.ts';
import { Program } from '../../runtime/program/program.ts';
import { streamKey, uniformFromWord, wordReader } from '../../runtime/simd/parts/philox.ts';
import { gradientKernels } from '../../src/layers/parts/gradient-kernels.ts';
import { sequential } from '../../src/layers/index.ts';
import { f32 } from '../../src/quantization/f32.ts';
import { recordOptimizer, sgd } from '../../src/optimizers/optimizer.ts';
import { runEverywhere, type Run } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { cases, SEED, type Case, type Vector, type Weights } from './cases.ts';

const CAPACITY = 4;
const BATCH = 3;
const ROUNDING = 1e-5;
const GRADIENT = 1e-4;
const STEP = 1e-5;

/** The layer alone in a program: `train` pulls and updates, `update` only updates, `predict` neither. */
function record({ layer: spec, inputShape }: Case) {
  const program = new Program();
  const seed = program.seed.name;
  const batch = program.count('batch', CAPACITY, BATCH);
  const {
    layers: [{ name }],
    outputShape,
  } = sequential(inputShape, [spec]);
  const x = program.tensor({ name: 'x', shape: [batch, ...inputShape], role: 'input', life: 'persistent' });
  const delta = program.tensor({ name: 'delta', shape: [batch, ...outputShape], role: 'data', life: 'persistent' });
  const show = (what: string, tensor: Tensor): Tensor => program.compute(what, tensor.times(1), { life: 'persistent' });
  const layer = spec.record(program, { name, inputShape, outputs: null, storage: f32 });
  const optimizer = recordOptimizer(program, sgd(1));

  const phase = (phaseName: string, recorded: () => void): void =>
    program.phase(phaseName, () => program.unit(name, recorded));
  phase('prepare', () => {
    for (const weight of layer.weights) weight.initialize(program);
  });
  phase('train', () => {
    const saved = layer.forward(program, x, { training: true });
    show('y', saved.output);
    show('dx', layer.pull(program, saved, delta, gradientKernels));
    layer.update(program, saved, delta, optimizer);
  });
  phase('update', () => layer.update(program, layer.forward(program, x, { training: true }), delta, optimizer));
  phase('predict', () => {
    show('prediction', layer.forward(program, x, { training: false }).output);
  });
  return { program, seed, name, weights: layer.weights.map((weight) => weight.name) };
}

/** Uniform in [-1, 1). */
function randoms(n: number, stream: string): Float32Array {
  const next = wordReader(1, streamKey(stream), 0);
  return Float32Array.from({ length: n }, () => 2 * uniformFromWord(next()) - 1);
}

/** Inputs, and weights that are not only the initial ones (biases begin as zeros). */
function fill(run: Run, seed: string, weights: string[]): void {
  for (const name of ['x', 'delta']) run.write(name, randoms(run.read(name).length, name));
  run.write(seed, [SEED]);
  run.call('prepare');
  const biases = weights.filter((weight) => weight.endsWith('bias'));
  for (const name of biases) run.write(name, randoms(run.read(name).length, name));
}

/** d f / d at[i] by central differences, one value of `at` at a time. */
function differentiated(f: (at: Vector) => number, at: Vector): number[] {
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

const sampleOf = (all: Float32Array, sample: number): Float32Array =>
  all.subarray((sample * all.length) / BATCH, ((sample + 1) * all.length) / BATCH);
const samples = Array.from({ length: BATCH }, (_, sample) => sample);
const dot = (a: Vector, b: Vector): number => Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);

describe.each(cases)('$title', (tested) => {
  const { program, seed, name, weights } = record(tested);
  const run = runEverywhere(program);
  const read = (buffer: string): Float32Array => run.read(buffer);
  fill(run, seed, weights);
  const before = new Map(weights.map((weight) => [weight, read(weight)]));
  const of: Weights = (weight) => before.get(`${name}/${weight}`) ?? [];
  const [x, delta] = [read('x'), read('delta')];
  const restore = (): void => {
    for (const [weight, values] of before) run.write(weight, values);
  };

  test(`gives its equation within ${ROUNDING}`, () => {
    run.call('train');
    const y = read('y');
    restore();
    for (const sample of samples) {
      const wanted = tested.equation(sampleOf(x, sample), of, sample);
      expect(describeDifference(sampleOf(y, sample), wanted, withinRelative(ROUNDING))).toBeNull();
    }
  });

  test(`pulls the gradient of its input within ${GRADIENT} of central differences`, () => {
    run.call('train');
    const dx = read('dx');
    restore();
    for (const sample of samples) {
      const loss = (at: Vector): number => dot(tested.equation(at, of, sample), sampleOf(delta, sample));
      const wanted = differentiated(loss, sampleOf(x, sample));
      expect(describeDifference(sampleOf(dx, sample), wanted, withinRelative(GRADIENT))).toBeNull();
    }
  });

  if (weights.length > 0)
    test(`updates its weights within ${GRADIENT} of central differences`, () => {
      run.call('train');
      const after = new Map(weights.map((weight) => [weight, read(weight)]));
      restore();
      for (const [weight, values] of before) {
        const loss = (at: Vector): number =>
          samples.reduce((sum, sample) => {
            const moved: Weights = (own) => (`${name}/${own}` === weight ? at : of(own));
            return sum + dot(tested.equation(sampleOf(x, sample), moved, sample), sampleOf(delta, sample));
          }, 0);
        const wanted = differentiated(loss, values);
        const spent = values.map((value, i) => value - after.get(weight)![i]);
        expect(describeDifference(spent, wanted, withinRelative(GRADIENT)), weight).toBeNull();
      }
      run.call('update');
      for (const weight of weights) expect(read(weight), 'update without pull').toEqual(after.get(weight));
      restore();
    });

  test('predicts what it gives in training, but for dropout', () => {
    run.call('train');
    restore();
    run.call('predict');
    if (tested.title.includes('dropout')) expect(read('prediction')).not.toEqual(read('y'));
    else expect(read('prediction')).toEqual(read('y'));
  });
});
