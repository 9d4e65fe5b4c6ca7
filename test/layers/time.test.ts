// Where time ends: what runs at every step and what runs once, what `last()` and `mean()` give and hand back, and the
// answer of a network whose time stays open.

import { describe, expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { callsOf, type Op } from '../../runtime/program/op.ts';
import { Program } from '../../runtime/program/program.ts';
import { backprop, createLearner } from '../../src/index.ts';
import {
  dense,
  dropout,
  flatten,
  last,
  lif,
  mean,
  recurrent,
  sequential,
  type LayerSpec,
  type NetworkSpec,
} from '../../src/layers/index.ts';
import { pulled } from '../../src/layers/layer.ts';
import { runEverywhere } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { alone, networkAlone, randoms } from './alone.ts';

const [STEPS, BATCH, FEATURES] = [4, 3, 6];
const ELEMENTS = BATCH * FEATURES;

/** x [steps, batch, features] one step after the other; what is left at the end, and what each step gets of a delta. */
function record(end: LayerSpec): Program {
  const p = new Program();
  const lasting = { role: 'data', life: 'persistent' } as const;
  const x = p.tensor({ name: 'x', shape: [STEPS, BATCH, FEATURES], ...lasting });
  const dx = p.tensor({ name: 'dx', shape: [STEPS, BATCH, FEATURES], ...lasting });
  const [y, delta] = ['y', 'delta'].map((name) => p.tensor({ name, shape: [BATCH, FEATURES], ...lasting }));
  const layer = alone(p, end, [FEATURES], BATCH);
  p.phase('run', () => {
    layer.begin?.(p, 'forward');
    let saved = { input: x.slot(0), output: x.slot(0) };
    p.time(constant(STEPS), 'forward', (at) => {
      saved = layer.forward(p, x.slot(at.turn), { training: true, at });
      p.write(y, saved.output);
    });
    p.time(constant(STEPS), 'back', (at) => {
      p.write(dx.slot(at.turn), pulled(p, layer, saved, delta, { training: true, at, through: true }));
    });
  });
  return p;
}

describe.each([
  ['last', last(), (t: number) => (t === STEPS - 1 ? 1 : 0)],
  ['mean', mean(), () => 1 / STEPS],
] as const)('%s', (_, end, share) => {
  const run = runEverywhere(record(end));
  const [x, delta] = [randoms(STEPS * ELEMENTS, 'x'), randoms(ELEMENTS, 'delta')];
  run.write('x', x);
  run.write('delta', delta);
  run.call('run');
  const steps = Array.from({ length: STEPS }, (_value, t) => t);

  test('gives each step its share, within 1e-6', () => {
    const wanted = Float64Array.from(delta, (_value, i) =>
      steps.reduce((sum, t) => sum + share(t) * x[t * ELEMENTS + i], 0),
    );
    expect(describeDifference(run.read('y'), wanted, withinRelative(1e-6))).toBeNull();
  });

  test('hands back to each step its share, within 1e-6', () => {
    const wanted = steps.flatMap((t) => Array.from(delta, (value) => share(t) * value));
    expect(describeDifference(run.read('dx'), wanted, withinRelative(1e-6))).toBeNull();
  });
});

// ---- the walk ------------------------------------------------------------------------------------------------------

/** The names of the parts visited, those in time in a list of their own. */
function visited(spec: NetworkSpec): { inTime: string[]; once: string[] } {
  const { program, network, input } = networkAlone(spec, BATCH);
  const [inTime, once]: [string[], string[]] = [[], []];
  program.phase('predict', () => {
    network.walk(program, input, { training: false }, ({ name }, _saved, { at }) => {
      (at === undefined ? once : inTime).push(name);
    });
  });
  return { inTime, once };
}

const layers = (...end: LayerSpec[]): LayerSpec[] => [dense(5), lif(), recurrent(dense(4)), ...end, dense(2)];

describe('the walk', () => {
  test('runs what stands before the end at every step, the end with it, what stands behind once', () => {
    const walk = visited(sequential([FEATURES], layers(last(), flatten()), { steps: STEPS }));
    expect(walk).toEqual({ inTime: ['dense_1', 'recurrent_1', 'last_1'], once: ['flatten_1', 'dense_2'] });
    expect(visited(sequential([FEATURES], layers(), { steps: STEPS }))).toEqual({
      inTime: ['dense_1', 'recurrent_1', 'dense_2'],
      once: [],
    });
    expect(visited(sequential([FEATURES], [dense(5), dense(2)]))).toEqual({ inTime: [], once: ['dense_1', 'dense_2'] });
  });

  test('records what runs at every step once, in one loop', () => {
    const recorded = (steps: number): readonly Op[] => {
      const { program, network, input } = networkAlone(sequential([FEATURES], layers(last()), { steps }), BATCH);
      program.phase('predict', () => network.walk(program, input, { training: false }));
      return program.phases.get('predict')!;
    };
    const ops = recorded(50);
    expect(ops.filter(({ kind }) => kind === 'loop')).toHaveLength(1);
    expect(callsOf(ops)).toHaveLength(callsOf(recorded(2)).length);
  });

  test('ends where the visitor says so', () => {
    const { program, network, input } = networkAlone(sequential([FEATURES], layers(last()), { steps: 2 }), BATCH);
    const seen: string[] = [];
    program.phase('train', () => {
      network.walk(program, input, { training: true }, ({ name }) => {
        seen.push(name);
        return name !== 'recurrent_1';
      });
    });
    expect(seen).toEqual(['dense_1', 'recurrent_1']);
    expect(callsOf(program.phases.get('train')!).map(({ unit }) => unit)).not.toContain('dense_2');
  });
});

describe('where time stays open', () => {
  const spec = sequential([FEATURES], [dense(5, { activation: 'tanh' }), lif({ threshold: 0.2 })], { steps: STEPS });
  const { program, network, input } = networkAlone(spec, BATCH);
  const lasting = { role: 'data', life: 'persistent' } as const;
  const all = program.tensor({ name: 'all', shape: [STEPS, BATCH, 5], ...lasting });
  const show = (name: string, y: Tensor): Tensor => program.compute(name, y.times(1), lasting);
  program.phase('predict', () => {
    const answer = network.walk(program, input, { training: false }, (_part, { output }, { at }) => {
      program.write(all.slot(at!.turn), output);
    });
    show('shown', answer);
  });
  program.phase('train', () => {
    show('end', network.walk(program, input, { training: true }));
  });
  const run = runEverywhere(program);
  run.write('seed', [1]);
  run.call('prepare');
  const x = randoms(STEPS * ELEMENTS, 'open').map((value) => 3 * value);

  test('the answer is the mean of the outputs of all steps, within 1e-6', () => {
    run.write('input', x);
    run.call('predict');
    const [outputs, answer] = [run.read('all'), run.read('shown')];
    const mean = answer.map((_, i) =>
      Array.from({ length: STEPS }).reduce<number>((s, _v, t) => s + outputs[t * answer.length + i] / STEPS, 0),
    );
    expect(describeDifference(answer, mean, withinRelative(1e-6))).toBeNull();
    expect(new Set(answer).size).toBeGreaterThan(2);
  });

  test('training goes on with what the last step gave', () => {
    run.write('input', x);
    run.call('train');
    const end = run.read('end');
    expect(end).toEqual(run.read('all').subarray((STEPS - 1) * end.length));
  });
});

test.each<[string, LayerSpec[], boolean]>([
  ['at once', [last()], false],
  ['behind dropout, which is none in prediction', [dropout(0.3), last()], false],
  ['of sequences of any length', [last()], true],
])('the last step may be what the host gave of it: %s', async (_, front, varying) => {
  const network = sequential([FEATURES], [...front, dense(3)], { steps: STEPS, varying });
  const learner = await createLearner({ network, rule: backprop(), batchSize: BATCH, standardize: false });
  const x = randoms(STEPS * ELEMENTS, 'last');
  learner.trainOnBatch(x, [0, 1, 2]);
  const behind = sequential([FEATURES], [dense(3)]);
  const one = await createLearner({
    network: behind,
    rule: backprop(),
    weights: learner.weights(),
    standardize: false,
  });
  const end = x.filter((_value, at) => Math.floor(at / FEATURES) % STEPS === STEPS - 1);
  expect(learner.predict(x)).toEqual(one.predict(end));
  expect(learner.memory().usedBytes).toBe(learner.memory().plannedBytes);
});

test('a still input is shown at every step; a sequence gives each step its own', () => {
  const [still, moving] = (['still', 'sequence'] as const).map((kind) => {
    const { program, network, input } = networkAlone(
      sequential([FEATURES], [dense(2), mean()], { steps: STEPS, input: kind }),
      BATCH,
    );
    program.phase('predict', () => {
      const y = network.walk(program, input, { training: false });
      program.compute('y', y.times(1), { life: 'persistent' });
    });
    return runEverywhere(program);
  });
  const x = randoms(ELEMENTS, 'still');
  const rowOf = (b: number): Float32Array => x.subarray(b * FEATURES, (b + 1) * FEATURES);
  const repeated = Array.from({ length: BATCH }).flatMap((_, b) =>
    Array.from({ length: STEPS }).flatMap(() => [...rowOf(b)]),
  );
  for (const [run, values] of [
    [still, x],
    [moving, repeated],
  ] as const) {
    run.write('seed', [1]);
    run.call('prepare');
    run.write('input', values);
    run.call('predict');
  }
  expect(still.read('y')).toEqual(moving.read('y'));
});
