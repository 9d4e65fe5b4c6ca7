// The recurrent layer learning at every time step: what it computes, and that its memory does not grow with time.

import { expect, test } from 'vitest';
import { byteLength } from '../../runtime/program/buffer.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import { gradientKernels } from '../../src/layers/parts/gradient-kernels.ts';
import { simpleRecurrent, type LayerSpec } from '../../src/layers/index.ts';
import type { Layer } from '../../src/layers/layer.ts';
import { f32 } from '../../src/quantization/f32.ts';
import { recordOptimizer, sgd, type RecordedOptimizer } from '../../src/optimizers/optimizer.ts';
import { runEverywhere } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';

const BATCH = 2;
const FEATURES = 3;
const UNITS = 4;
const JOINT = FEATURES + UNITS;
const RATE = 0.1;

interface Recorded {
  readonly program: Program;
  readonly x: Tensor;
}

function recorded(
  time: number,
  train: (program: Program, layer: Layer, x: Tensor, target: Tensor, optimizer: RecordedOptimizer) => void,
  spec: LayerSpec = simpleRecurrent(UNITS),
): Recorded {
  const program = new Program();
  const x = program.tensor({ name: 'x', shape: [BATCH, time, FEATURES], role: 'input', life: 'persistent' });
  const target = program.tensor({ name: 'target', shape: [BATCH, UNITS], role: 'label', life: 'persistent' });
  const layer = spec.record(program, { name: 'r', inputShape: [time, FEATURES], outputs: null, storage: f32 });
  const optimizer = recordOptimizer(program, sgd(RATE));
  const phase = (name: string, record: () => void): void => program.phase(name, () => program.unit('r', record));
  phase('prepare', () => {
    for (const weight of layer.weights) weight.initialize(program);
  });
  phase('train', () => train(program, layer, x, target, optimizer));
  return { program, x };
}

/** The local rule: at every time step towards the target, with the slope of that step alone. */
const towardsTarget = (time: number): Recorded =>
  recorded(time, (program, layer, x, target, optimizer) => {
    layer.forward(program, x, {
      training: true,
      learn: (saved) => layer.update(program, saved, saved.output.minus(target), optimizer),
    });
  });

const throughTime = (time: number): Recorded =>
  recorded(time, (program, layer, x, target, optimizer) => {
    const saved = layer.forward(program, x, { training: true });
    layer.update(program, saved, saved.output.minus(target), optimizer);
  });

/** The same in double precision: the weights, (JOINT, UNITS) and (UNITS), after one pass over x. */
function learned(x: Float32Array, target: Float32Array, first: Float32Array): Record<'weight' | 'bias', Float64Array> {
  const [weight, bias] = [Float64Array.from(first), new Float64Array(UNITS)];
  const time = x.length / (BATCH * FEATURES);
  let hidden = Array.from({ length: BATCH }, () => new Array<number>(UNITS).fill(0));
  for (let t = 0; t < time; t++) {
    const now = (b: number): Float32Array => x.subarray((b * time + t) * FEATURES, (b * time + t + 1) * FEATURES);
    const joints = hidden.map((h, b) => [...now(b), ...h]);
    hidden = joints.map((joint) =>
      Array.from(bias, (start, o) =>
        Math.tanh(joint.reduce((sum, value, i) => sum + value * weight[i * UNITS + o], start)),
      ),
    );
    for (const [b, joint] of joints.entries()) {
      for (const [o, value] of hidden[b].entries()) {
        const dz = (value - target[b * UNITS + o]) * (1 - value * value);
        for (const [i, input] of joint.entries()) weight[i * UNITS + o] -= RATE * dz * input;
        bias[o] -= RATE * dz;
      }
    }
  }
  return { weight, bias };
}

test('learns at every time step, within 1e-5 of the rule in double precision', () => {
  const { program } = towardsTarget(6);
  const run = runEverywhere(program);
  run.write(
    'x',
    run.read('x').map((_, i) => Math.sin(i)),
  );
  run.write(
    'target',
    run.read('target').map((_, i) => Math.cos(3 * i) / 2),
  );
  run.call('prepare');
  const { weight, bias } = learned(run.read('x'), run.read('target'), run.read('r/weight'));
  run.call('train');
  expect(describeDifference(run.read('r/weight'), weight, withinRelative(1e-5))).toBeNull();
  expect(describeDifference(run.read('r/bias'), bias, withinRelative(1e-5))).toBeNull();
  expect(weight).toHaveLength(JOINT * UNITS);
});

/** Planned bytes, the input aside. */
const bytesOf = ({ program, x }: Recorded): number => plan(program).bytes - byteLength(x.buffer);

test('needs the same bytes for 1 and for 50 time steps, the input aside', () => {
  expect(bytesOf(towardsTarget(50))).toBe(bytesOf(towardsTarget(1)));
  expect(bytesOf(throughTime(50))).toBeGreaterThan(5 * bytesOf(throughTime(1)));
});

test('does not go back through time steps that were not kept', () => {
  const pulling = (training: boolean) =>
    recorded(5, (program, layer, x, target) => {
      const saved = layer.forward(program, x, { training });
      layer.pull(program, saved, saved.output.minus(target), gradientKernels);
    });
  expect(() => pulling(true)).not.toThrow();
  expect(() => pulling(false)).toThrow(
    'r: its time steps were not kept; record the forward pass with training and without learn',
  );
});
