// Every layer against its equation: outputs, and `back`, what it pulls and what it learns, against central differences
// of a loss in double precision. Everything runs in WebAssembly with and without SIMD and on the references, with equal
// bits, on a batch smaller than the planned one. Layers that carry something from step to step are at rest.

import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../runtime/program/expression.ts';
import { callsOf } from '../../runtime/program/op.ts';
import { Program } from '../../runtime/program/program.ts';
import { sequential } from '../../src/layers/index.ts';
import { pulled, type Back, type Saved } from '../../src/layers/layer.ts';
import { gradientKernels } from '../../src/layers/parts/gradient-kernels.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { spending } from '../../src/quantization/sink.ts';
import { runEverywhere, type Run } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { alone, differentiated, dot, randoms, type Vector } from './alone.ts';
import { cases, SEED, type Case, type Weights } from './cases.ts';

const CAPACITY = 4;
const BATCH = 3;
const ROUNDING = 1e-5;
const GRADIENT = 1e-4;

/** The layer alone in a program: `train` pulls and learns, `learn` and `pull` do one of both, `predict` neither. */
function record({ layer: spec, inputShape }: Case) {
  const program = new Program();
  const batch = program.count('batch', CAPACITY, BATCH);
  const { outputShape } = sequential(inputShape, [spec], spec.timed ? { steps: 1 } : {});
  const x = program.tensor({ name: 'x', shape: [batch, ...inputShape], role: 'input', life: 'persistent' });
  const delta = program.tensor({ name: 'delta', shape: [batch, ...outputShape], role: 'data', life: 'persistent' });
  program.rows = program.buffer({ name: 'rows', shape: [batch], role: 'label', element: 'i32', life: 'persistent' });
  const show = (what: string, tensor: Tensor): Tensor => program.compute(what, tensor.times(1), { life: 'persistent' });
  const layer = alone(program, spec, inputShape, batch);
  const sink = spending(recordOptimizer(program, 'optimizer', sgd(1)));

  const phase = (name: string, recorded: () => void): void =>
    program.phase(name, () => program.unit(layer.name, recorded));
  const forward = (training: boolean): Saved => {
    layer.begin?.(program, 'forward');
    return layer.forward(program, x, { training });
  };
  const pull = (name: string, saved: Saved, to: Back): void => {
    const dx = pulled(program, layer, saved, delta, { ...to, kernels: gradientKernels });
    program.compute(name, dx.times(1), { life: 'persistent' });
  };
  phase('prepare', () => {
    for (const weight of layer.weights) weight.initialize(program);
  });
  phase('train', () => {
    const saved = forward(true);
    show('y', saved.output);
    pull('dx', saved, { training: true, sink });
  });
  phase('learn', () => {
    expect(layer.back(program, forward(true), delta, { training: true, sink })).toBeNull();
  });
  phase('forward', () => forward(true));
  phase('pull', () => pull('dx alone', forward(true), { training: true }));
  phase('predict', () => {
    show('prediction', forward(false).output);
  });
  return { program, layer, weights: layer.weights.map((weight) => weight.name) };
}

/** Inputs, and weights that are not only the initial ones (biases begin as zeros). */
function fill({ write, read, call, plan }: Run, weights: string[]): void {
  for (const name of ['x', 'delta']) write(name, randoms(read(name).length, name));
  if ([...plan.addresses.keys()].some(({ name }) => name === 'rows')) write('rows', [0, 1, 2]);
  write('seed', [SEED]);
  call('prepare');
  const biases = weights.filter((weight) => weight.endsWith('bias'));
  for (const name of biases) write(name, randoms(read(name).length, name));
}

const sampleOf = (all: Float32Array, sample: number): Float32Array =>
  all.subarray((sample * all.length) / BATCH, ((sample + 1) * all.length) / BATCH);
const samples = Array.from({ length: BATCH }, (_, sample) => sample);

describe.each(cases)('$title', (tested) => {
  const { program, layer, weights } = record(tested);
  const run = runEverywhere(program);
  const read = (buffer: string): Float32Array => run.read(buffer);
  fill(run, weights);
  const before = new Map(weights.map((weight) => [weight, read(weight)]));
  const of: Weights = (weight) => before.get(`${layer.name}/${weight}`) ?? [];
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
    run.call('pull');
    expect(read('dx alone'), 'pull without learning').toEqual(dx);
    for (const weight of weights) expect(read(weight), 'pull without learning').toEqual(before.get(weight));
  });

  if (weights.length > 0)
    test(`learns the gradient of its weights within ${GRADIENT} of central differences`, () => {
      run.call('train');
      const after = new Map(weights.map((weight) => [weight, read(weight)]));
      restore();
      for (const [weight, values] of before) {
        const loss = (at: Vector): number =>
          samples.reduce((sum, sample) => {
            const moved: Weights = (own) => (`${layer.name}/${own}` === weight ? at : of(own));
            return sum + dot(tested.equation(sampleOf(x, sample), moved, sample), sampleOf(delta, sample));
          }, 0);
        const wanted = differentiated(loss, values);
        const spent = values.map((value, i) => value - after.get(weight)![i]);
        expect(describeDifference(spent, wanted, withinRelative(GRADIENT)), weight).toBeNull();
      }
      run.call('learn');
      for (const weight of weights) expect(read(weight), 'learn without pull').toEqual(after.get(weight));
      restore();
    });
  else
    test('has nothing to learn, so going back without pulling records no call', () => {
      const [learn, forward] = ['learn', 'forward'].map((phase) => callsOf(program.phases.get(phase) ?? []).length);
      expect(learn).toBe(forward);
    });

  test('predicts what it gives in training, but for dropout', () => {
    run.call('train');
    restore();
    run.call('predict');
    if (/dropout|random/.test(tested.title)) expect(read('prediction')).not.toEqual(read('y'));
    else expect(read('prediction')).toEqual(read('y'));
  });
});
