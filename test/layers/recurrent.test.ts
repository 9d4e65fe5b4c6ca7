// A recurrent layer over a sequence: learning at every step, with memory that does not grow with time; and through time
// by the tape, which grows.

import { describe, expect, test } from 'vitest';
import { byteLength } from '../../runtime/program/buffer.ts';
import { plan, type Plan } from '../../runtime/program/plan.ts';
import type { Program } from '../../runtime/program/program.ts';
import { recordLearner } from '../../src/compile/record.ts';
import {
  backprop,
  block,
  createLearner,
  dense,
  last,
  mean,
  recurrent,
  sequential,
  sgd,
  tpsgd,
  type LayerSpec,
  type NetworkSpec,
  type Rule,
  classification,
  squaredError,
} from '../../src/index.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { spending } from '../../src/quantization/sink.ts';
import { runEverywhere } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { differentiated, networkAlone, randoms, type Vector } from './alone.ts';

const [BATCH, FEATURES, UNITS] = [2, 3, 4];
const JOINT = FEATURES + UNITS;
const RATE = 0.1;
const cell = (): LayerSpec => dense(UNITS, { activation: 'tanh' });

// ---- at every step -------------------------------------------------------------------------------------------------

/** The local rule: at every time step towards the target, with the slope of that step alone. */
function towardsTarget(steps: number): Program {
  const spec = sequential([FEATURES], [recurrent(cell(), { name: 'r' })], { steps });
  const { program, network, input } = networkAlone(spec, BATCH);
  const target = program.tensor({ name: 'target', shape: [BATCH, UNITS], role: 'label', life: 'persistent' });
  const sink = spending(recordOptimizer(program, 'optimizer', sgd(RATE)));
  program.phase('train', () => {
    network.walk(program, input, { training: true }, (unit, saved, mode) => {
      unit.back(program, saved, saved.output.minus(target), { ...mode, sink });
    });
  });
  return program;
}

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
  const steps = 6;
  const run = runEverywhere(towardsTarget(steps));
  const x = Float32Array.from({ length: BATCH * steps * FEATURES }, (_, i) => Math.sin(i));
  const target = Float32Array.from({ length: BATCH * UNITS }, (_, i) => Math.cos(3 * i) / 2);
  run.write('target', target);
  run.call('prepare');
  const { weight, bias } = learned(x, target, run.read('r/dense_1/weight'));
  run.write('input', x);
  run.call('train');
  expect(describeDifference(run.read('r/dense_1/weight'), weight, withinRelative(1e-5))).toBeNull();
  expect(describeDifference(run.read('r/dense_1/bias'), bias, withinRelative(1e-5))).toBeNull();
  expect(weight).toHaveLength(JOINT * UNITS);
});

// ---- memory --------------------------------------------------------------------------------------------------------

const classifier = (steps: number): NetworkSpec =>
  sequential([FEATURES], [recurrent(cell()), recurrent(cell()), last(), dense(3)], { steps });

/** Planned bytes, the input port aside. */
function bytesOf(planned: Plan): number {
  const input = [...planned.addresses.keys()].find(({ name }) => name === 'input')!;
  return planned.bytes - byteLength(input);
}

test('needs the same bytes for 1 and for 50 time steps, the input port apart', () => {
  expect(bytesOf(plan(towardsTarget(50)))).toBe(bytesOf(plan(towardsTarget(1))));
  const planned = (rule: Rule, steps: number): number =>
    bytesOf(recordLearner({ network: classifier(steps), rule, batchSize: 8 }).plan);
  expect(planned(tpsgd(), 50)).toBe(planned(tpsgd(), 1));
  expect(planned(backprop(), 50)).toBeGreaterThan(5 * planned(backprop(), 1));
});

test('the tape grows by what a step saves, step by step', () => {
  const alive = (steps: number): number =>
    recordLearner({ network: classifier(steps), rule: backprop(), batchSize: 8 }).plan.lowerBound.transients;
  const input = 8 * 4 * FEATURES;
  expect(alive(30) - alive(20)).toBe(alive(20) - alive(10));
  expect(alive(20) - alive(10)).toBeGreaterThanOrEqual(10 * (2 * 8 * 4 * UNITS + input));
});

// ---- through time --------------------------------------------------------------------------------------------------

type Weights = Readonly<Record<string, Vector>>;
type Step = (x: number[], weights: Weights) => number[];

const product =
  (name: string, f: (z: number) => number): Step =>
  (x, weights) => {
    const [weight, bias] = [weights[`${name}/weight`], weights[`${name}/bias`]];
    const units = bias.length;
    return Array.from(bias, (start, o) => f(x.reduce((sum, value, i) => sum + value * weight[i * units + o], start)));
  };

/** Every layer anew for a sample: it remembers what it gave. */
const fedBack = (units: number, step: Step) => (): Step => {
  let before = new Array<number>(units).fill(0);
  return (x, weights) => {
    before = step([...x, ...before], weights);
    return before;
  };
};

interface Case {
  readonly title: string;
  readonly network: NetworkSpec;
  /** The layers of one step, and how the outputs of all steps become one; behind it, what runs once. */
  readonly timed: readonly (() => Step)[];
  readonly end: 'last' | 'mean' | 'open';
  readonly after: readonly Step[];
}

const STEPS = 5;
const identity = (z: number): number => z;
const cases: readonly Case[] = [
  {
    title: 'two layers, the last step',
    network: classifier(STEPS),
    timed: [1, 2].map((n) => fedBack(UNITS, product(`recurrent_${n}/dense_1`, Math.tanh))),
    end: 'last',
    after: [product('dense_1', identity)],
  },
  {
    title: 'the mean over all steps',
    network: sequential([FEATURES], [dense(2), recurrent(cell()), mean(), dense(3)], { steps: STEPS }),
    timed: [() => product('dense_1', identity), fedBack(UNITS, product('recurrent_1/dense_1', Math.tanh))],
    end: 'mean',
    after: [product('dense_2', identity)],
  },
  {
    title: 'an output at every step, around two layers in a cell, on still inputs',
    network: sequential([FEATURES], [recurrent(block([cell(), cell()])), dense(3)], { steps: STEPS, input: 'still' }),
    timed: [
      fedBack(UNITS, (x, weights) =>
        [1, 2].reduce((y, n) => product(`recurrent_1/block_1/dense_${n}`, Math.tanh)(y, weights), x),
      ),
      () => product('dense_1', identity),
    ],
    end: 'open',
    after: [],
  },
];

/** Half the squared distance to the one-hot target, mean over the samples, and over the steps where time stays open. */
function lossOf({ timed, end, after, network }: Case, x: Vector, labels: readonly number[], weights: Weights): number {
  const perSample = x.length / BATCH;
  const score = (y: number[], label: number): number =>
    y.reduce((sum, value, o) => sum + (value - (o === label ? 1 : 0)) ** 2 / 2, 0);
  const losses = labels.map((label, b) => {
    const layers = timed.map((begin) => begin());
    const outputs = Array.from({ length: STEPS }, (_, t) => {
      const from = b * perSample + (network.input === 'still' ? 0 : t * FEATURES);
      const now = Array.from({ length: FEATURES }, (_value, i) => x[from + i]);
      return layers.reduce((y, step) => step(y, weights), now);
    });
    if (end === 'open') return outputs.reduce((sum, y) => sum + score(y, label) / STEPS, 0);
    const means = outputs[0].map((_, o) => outputs.reduce((sum, y) => sum + y[o] / STEPS, 0));
    const one = end === 'last' ? outputs[STEPS - 1] : means;
    return score(
      after.reduce((y, step) => step(y, weights), one),
      label,
    );
  });
  return losses.reduce((sum, loss) => sum + loss / labels.length, 0);
}

describe.each(cases)('backpropagation through time: $title', (tested) => {
  const labels = [2, 0];

  test('loss within 1e-5, gradients within 1e-4 of central differences', async () => {
    const rule = backprop({ optimizer: sgd(1) });
    const task = classification({ loss: squaredError });
    const learner = await createLearner({ network: tested.network, rule, task, batchSize: BATCH });
    const values = (): Weights =>
      Object.fromEntries(Object.entries(learner.weights()).map(([name, weight]) => [name, weight.values]));
    const sample = tested.network.input === 'still' ? FEATURES : STEPS * FEATURES;
    const x = randoms(BATCH * sample, 'x');
    const before = values();
    const { loss } = learner.trainOnBatch(x, labels);
    const after = values();
    expect(Math.abs(loss - lossOf(tested, x, labels, before))).toBeLessThan(1e-5);
    for (const [name, weight] of Object.entries(before)) {
      const wanted = differentiated((at) => lossOf(tested, x, labels, { ...before, [name]: at }), weight);
      const spent = Array.from(weight, (value, i) => value - after[name][i]);
      expect(Math.max(...wanted.map(Math.abs)), `${name} has a gradient`).toBeGreaterThan(1e-3);
      expect(describeDifference(spent, wanted, withinRelative(1e-4)), name).toBeNull();
    }
  });
});
