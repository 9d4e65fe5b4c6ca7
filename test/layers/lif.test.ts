// Spiking neurons over time against their equations in double precision: membrane and spikes, with soft and hard reset;
// and the way back, by every surrogate, through time and of a step alone.

import { describe, expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { Program } from '../../runtime/program/program.ts';
import { lif, type LifOptions, type Surrogate } from '../../src/layers/index.ts';
import { pulled, type Saved } from '../../src/layers/layer.ts';
import { runEverywhere } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { alone, randoms } from './alone.ts';

const [STEPS, BATCH, FEATURES] = [7, 2, 5];
const NEURONS = BATCH * FEATURES;

/** What the layer saves, with the potential that it keeps for the way back. */
type LifSaved = Saved & { readonly potential: Tensor };

/** `forward` keeps all spikes and potentials, `back` goes through time, `alone` through each step for itself. */
function record(options: LifOptions): Program {
  const p = new Program();
  const sequence = (name: string): Tensor =>
    p.tensor({ name, shape: [STEPS, BATCH, FEATURES], role: 'data', life: 'persistent' });
  const [x, spikes, potentials, delta, dx, dxAlone] = ['x', 'spikes', 'potentials', 'delta', 'dx', 'dx alone'].map(
    sequence,
  );
  const layer = alone(p, lif(options), [FEATURES], BATCH);
  const steps = constant(STEPS);
  p.phase('forward', () => {
    layer.begin?.(p, 'forward');
    p.time(steps, 'forward', (at) => {
      const saved = layer.forward(p, x.slot(at.turn), { training: true, at }) as LifSaved;
      p.write(spikes.slot(at.turn), saved.output);
      p.write(potentials.slot(at.turn), saved.potential);
    });
  });
  const back = (into: Tensor, through: boolean): void =>
    p.time(steps, 'back', (at) => {
      const [input, output, potential] = [x, spikes, potentials].map((of) => of.slot(at.turn));
      const saved: LifSaved = { input, output, potential };
      p.write(into.slot(at.turn), pulled(p, layer, saved, delta.slot(at.turn), { training: true, at, through }));
    });
  p.phase('back', () => {
    layer.begin?.(p, 'back');
    back(dx, true);
  });
  p.phase('alone', () => back(dxAlone, false));
  return p;
}

const surrogates: Record<Surrogate, (v: number) => number> = {
  triangle: (v) => Math.max(0, 1 - Math.abs(v)),
  fastSigmoid: (v) => 1 / (1 + 25 * Math.abs(v)) ** 2,
  atan: (v) => 1 / (1 + (Math.PI * v) ** 2),
};

type Options = Required<Omit<LifOptions, 'name'>>;

/** One neuron in double precision: spikes and potentials forward, then dL/dx back through time and step by step. */
function neuron(x: readonly number[], delta: readonly number[], { decay, threshold, reset, surrogate }: Options) {
  const [potentials, spikes]: [number[], number[]] = [[], []];
  let membrane = 0;
  for (const current of x) {
    const u = decay * membrane + current;
    const s = u > threshold ? 1 : 0;
    potentials.push(u);
    spikes.push(s);
    membrane = reset === 'soft' ? u - threshold * s : u * (1 - s);
  }
  const slopes = potentials.map((u) => surrogates[surrogate](u - threshold));
  const dx: number[] = [];
  let adjoint = 0; // dL/du' of the step before
  for (let t = x.length - 1; t >= 0; t--) {
    const [u, s, g] = [potentials[t], spikes[t], slopes[t]];
    dx[t] = delta[t] * g + adjoint * (reset === 'soft' ? 1 - threshold * g : 1 - s - u * g);
    adjoint = decay * dx[t];
  }
  return { spikes, potentials, dx, alone: delta.map((d, t) => d * slopes[t]) };
}

const cases = (['soft', 'hard'] as const).flatMap((reset) =>
  (Object.keys(surrogates) as Surrogate[]).map(
    (surrogate): Options => ({
      decay: surrogate === 'atan' ? 0.9 : 0.5,
      threshold: surrogate === 'triangle' ? 1 : 0.6,
      reset,
      surrogate,
    }),
  ),
);

describe.each(cases)('$reset reset, $surrogate, threshold $threshold', (options) => {
  const run = runEverywhere(record(options));
  const x = randoms(STEPS * NEURONS, 'x').map((value) => 2 * value + 0.3);
  const delta = randoms(STEPS * NEURONS, 'delta');
  run.write('x', x);
  run.write('delta', delta);
  for (const phase of ['forward', 'back', 'alone']) run.call(phase);
  const of = (values: Float32Array, which: number): number[] =>
    Array.from({ length: STEPS }, (_, t) => values[t * NEURONS + which]);
  const neurons = Array.from({ length: NEURONS }, (_, which) => ({
    which,
    wanted: neuron(of(x, which), of(delta, which), options),
  }));

  test('spikes where the equation does; the potential within 1e-5', () => {
    for (const { which, wanted } of neurons) {
      expect(of(run.read('spikes'), which)).toEqual(wanted.spikes);
      const potentials = of(run.read('potentials'), which);
      expect(describeDifference(potentials, wanted.potentials, withinRelative(1e-5))).toBeNull();
    }
    const share = run.read('spikes').reduce((sum, spike) => sum + spike, 0) / (STEPS * NEURONS);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.6);
  });

  test('pulls the gradient through time, within 1e-5 of the recursion', () => {
    for (const { which, wanted } of neurons) {
      expect(describeDifference(of(run.read('dx'), which), wanted.dx, withinRelative(1e-5))).toBeNull();
    }
  });

  test('without `through` the gradient of each step alone, within 1e-5', () => {
    for (const { which, wanted } of neurons) {
      expect(describeDifference(of(run.read('dx alone'), which), wanted.alone, withinRelative(1e-5))).toBeNull();
    }
    expect(run.read('dx alone')).not.toEqual(run.read('dx'));
    const last = (STEPS - 1) * NEURONS;
    const ofLast = (name: string): number[] => Array.from(run.read(name).subarray(last), (value) => value + 0);
    expect(ofLast('dx alone')).toEqual(ofLast('dx'));
  });

  test('begins every sequence at rest', () => {
    const [spikes, dx] = [run.read('spikes'), run.read('dx')];
    for (const phase of ['forward', 'back']) run.call(phase);
    expect([run.read('spikes'), run.read('dx')]).toEqual([spikes, dx]);
  });
});
