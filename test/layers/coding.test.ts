// Codings: what turns numbers into spikes. Rate: the share of spikes, drawn for each sample in training, and one draw
// for all in prediction, so that an answer depends on no neighbour. Latency: one spike, the earlier the larger.

import { describe, expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import {
  delta,
  dense,
  events,
  latency,
  lif,
  rate,
  sequential,
  ShapeError,
  type LayerSpec,
} from '../../src/layers/index.ts';
import { compile, runEverywhere, type Run } from '../program/run.ts';
import { alone, networkAlone, randoms } from './alone.ts';

/** The spikes of all steps, [steps, batch, features], by phases `train` and `predict`. */
function record(coding: LayerSpec, [steps, batch, features]: readonly [number, number, number]): Program {
  const p = new Program();
  const x = p.tensor({ name: 'x', shape: [batch, features], role: 'data', life: 'persistent' });
  const spikes = p.tensor({ name: 'spikes', shape: [steps, batch, features], role: 'data', life: 'persistent' });
  p.rows = p.buffer({ name: 'rows', shape: [batch], role: 'label', element: 'i32', life: 'persistent' });
  const layer = alone(p, coding, [features], batch);
  for (const phase of ['train', 'predict']) {
    p.phase(phase, () =>
      p.time(constant(steps), 'forward', (at) => {
        p.write(spikes.slot(at.turn), layer.forward(p, x, { training: phase === 'train', at }).output);
      }),
    );
  }
  return p;
}

describe('rate', () => {
  const [steps, batch, features] = [400, 2, 5];
  const values = [0, 0.25, 0.5, 0.9, 1];
  // compiled alone: four hundred steps of draws
  const run = compile(record(rate(), [steps, batch, features]), 'simd128');
  run.write('seed', [3]);
  run.write('x', [...values, ...values]);
  run.write('rows', [0, 1]);

  const spikesOf = (phase: string): Float32Array => {
    run.call(phase);
    return run.read('spikes');
  };
  const share = (spikes: Float32Array, at: number): number =>
    Array.from({ length: steps }, (_, t) => spikes[t * batch * features + at]).reduce((a, b) => a + b, 0) / steps;
  const rowOf = (spikes: Float32Array, row: number): number[] =>
    Array.from(spikes).filter((_, i) => Math.floor(i / features) % batch === row);

  test.each(['train', 'predict'])('%s: spikes with the probability of its input, within 4 deviations', (phase) => {
    const spikes = spikesOf(phase);
    expect(new Set(spikes)).toEqual(new Set([0, 1]));
    for (let at = 0; at < batch * features; at++) {
      const p = values[at % features];
      expect(Math.abs(share(spikes, at) - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / steps));
    }
  });

  test('train: every sample has its own draws, by its number in the data and by the step of training', () => {
    const spikes = spikesOf('train');
    expect(rowOf(spikes, 0)).not.toEqual(rowOf(spikes, 1));
    run.write('rows', [1, 0]);
    const swapped = spikesOf('train');
    expect([rowOf(swapped, 1), rowOf(swapped, 0)]).toEqual([rowOf(spikes, 0), rowOf(spikes, 1)]);
    run.write('rows', [0, 1]);
    run.write('step', [1]);
    expect(spikesOf('train')).not.toEqual(spikes);
    run.write('step', [0]);
    expect(spikesOf('train')).toEqual(spikes);
  });

  test('predict: all samples share their draws, whatever the step and the samples are', () => {
    const spikes = spikesOf('predict');
    expect(rowOf(spikes, 0)).toEqual(rowOf(spikes, 1));
    run.write('step', [7]);
    run.write('rows', [11, 12]);
    expect(spikesOf('predict')).toEqual(spikes);
    run.write('step', [0]);
  });

  test('the same bits in every form', () => {
    const small = runEverywhere(record(rate(), [3, 4, 9]));
    small.write('x', randoms(36, 'rate').map(Math.abs));
    small.write('rows', [5, 0, 9, 2]);
    for (const phase of ['train', 'predict']) small.call(phase);
    expect(new Set(small.read('spikes'))).toEqual(new Set([0, 1]));
  });
});

test('a network with rate coding answers the same of a sample alone and among others', () => {
  const features = 6;
  const answers = (samples: number): Run => {
    const spec = sequential([features], [rate(), dense(4), lif({ threshold: 0.3 })], { steps: 8, input: 'still' });
    const { program, network, input } = networkAlone(spec, samples);
    program.phase('predict', () => {
      const y = network.walk(program, input, { training: false });
      program.compute('shown', y.times(1), { life: 'persistent' });
    });
    const run = runEverywhere(program);
    run.write('seed', [1]);
    run.call('prepare');
    return run;
  };
  const x = randoms(3 * features, 'samples').map(Math.abs);
  const [together, single] = [answers(3), answers(1)];
  together.write('input', x);
  together.call('predict');
  const all = together.read('shown');
  for (let sample = 0; sample < 3; sample++) {
    single.write('input', x.subarray(sample * features, (sample + 1) * features));
    single.call('predict');
    expect(single.read('shown')).toEqual(all.subarray(sample * 4, (sample + 1) * 4));
  }
  expect(new Set(all).size).toBeGreaterThan(2);
});

describe('latency', () => {
  const steps = 5;
  const values = [1, 0.75, 0.5, 0.25, 0.01, 0, -1, 2, 0.9, 0.87];

  test('one spike in step (1 - x)(steps - 1), rounded; none for x <= 0', () => {
    const run = runEverywhere(record(latency(), [steps, 1, values.length]));
    run.write('x', values);
    run.call('train');
    const spikes = run.read('spikes');
    run.call('predict');
    expect(run.read('spikes')).toEqual(spikes);
    const times = values.map((_, i) =>
      Array.from({ length: steps }, (_v, t) => t).filter((t) => spikes[t * values.length + i] === 1),
    );
    expect(times).toEqual([[0], [1], [2], [3], [4], [], [], [0], [0], [1]]);
    expect(new Set(spikes)).toEqual(new Set([0, 1]));
  });
});

describe('events', () => {
  test('a spike where the input is above 0', () => {
    const run = runEverywhere(record(events(), [2, 1, 4]));
    run.write('x', [0, 1, -1, 0.2]);
    run.call('train');
    expect(Array.from(run.read('spikes'))).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  });
});

describe('delta', () => {
  const steps = 6;
  const p = new Program();
  const x = p.tensor({ name: 'x', shape: [steps, 1, 1], role: 'data', life: 'persistent' });
  const spikes = p.tensor({ name: 'spikes', shape: [steps, 1, 1], role: 'data', life: 'persistent' });
  const layer = alone(p, delta({ threshold: 0.3 }), [1], 1);
  p.phase('train', () => {
    layer.begin?.(p, 'forward');
    p.time(constant(steps), 'forward', (at) =>
      p.write(spikes.slot(at.turn), layer.forward(p, x.slot(at.turn), { training: true, at }).output),
    );
  });
  const run = runEverywhere(p);

  test.each([
    ['what changes slowly is told too, once it is far enough from what was told', [0.2, 0.4, 0.6, 0.8, 1, 1.2]],
    ['as often in the second sequence as in the first', [0.2, 0.4, 0.6, 0.8, 1, 1.2]],
  ])('%s', (_, values) => {
    run.write('x', values);
    run.call('train');
    expect(Array.from(run.read('spikes'))).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test('up and down, one spike however far it goes', () => {
    run.write('x', [1, 1, -1, -1, -0.8, 0]);
    run.call('train');
    expect(Array.from(run.read('spikes'))).toEqual([1, 0, -1, 0, 0, 1]);
  });
});

describe.each([
  ['events', events],
  ['delta', delta],
  ['rate', rate],
  ['latency', latency],
] as const)('%s is refused', (name, coding) => {
  test('without time', () => {
    expect(() => sequential([4], [coding(), dense(2)])).toThrow(
      new ShapeError(`${name}_1: there is no time, wanted sequential(shape, layers, { steps })`),
    );
  });

  test('behind a layer that learns from it', () => {
    const spec = sequential([4], [dense(3), coding(), dense(2)], { steps: 2 });
    const { program, network, input } = networkAlone(spec, 1);
    const back = (): void =>
      program.phase('train', () =>
        program.time(constant(2), 'forward', (at) => {
          const saved = network.forward(program, input.at(program, at), { training: true, at });
          network.parts[1].back(program, saved.inner[1] as typeof saved, saved.inner[1].output, {
            training: true,
            at,
            pull: true,
          });
        }),
      );
    expect(back).toThrow(`${name}_1: a delta would go through a coding, wanted no layer that learns before it`);
  });
});
