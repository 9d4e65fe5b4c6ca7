// Spiking neurons over time against their equations in double precision: membrane and spikes, with soft and hard reset;
// and the way back, by every surrogate, through time and of a step alone; with a current that lasts and a threshold that
// adapts.

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
type LifSaved = Saved & { readonly potential: Tensor; readonly barrier?: Tensor };

type Options = Required<Omit<LifOptions, 'name'>>;

/** `forward` keeps all spikes and potentials, `back` goes through time, `alone` through each step for itself. */
function record(options: Options): Program {
  const p = new Program();
  const sequence = (name: string): Tensor =>
    p.tensor({ name, shape: [STEPS, BATCH, FEATURES], role: 'data', life: 'persistent' });
  const names = ['x', 'spikes', 'potentials', 'barriers', 'delta', 'dx', 'dx alone'];
  const [x, spikes, potentials, barriers, delta, dx, dxAlone] = names.map(sequence);
  const layer = alone(p, lif(options), [FEATURES], BATCH);
  const steps = constant(STEPS);
  p.phase('forward', () => {
    layer.begin?.(p, 'forward');
    p.time(steps, 'forward', (at) => {
      const saved = layer.forward(p, x.slot(at.turn), { training: true, at }) as LifSaved;
      p.write(spikes.slot(at.turn), saved.output);
      p.write(potentials.slot(at.turn), saved.potential);
      p.write(barriers.slot(at.turn), saved.barrier ?? options.threshold);
    });
  });
  const back = (into: Tensor, through: boolean): void =>
    p.time(steps, 'back', (at) => {
      const [input, output, potential, barrier] = [x, spikes, potentials, barriers].map((of) => of.slot(at.turn));
      const saved: LifSaved = { input, output, potential, barrier };
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

/** One neuron in double precision: spikes and potentials forward, then dL/dx back through time and step by step. */
function neuron(x: readonly number[], delta: readonly number[], options: Options) {
  const { decay, threshold, currentDecay, adaptation, adaptationDecay, reset, surrogate } = options;
  const [potentials, spikes, slopes]: [number[], number[], number[]] = [[], [], []];
  let [membrane, current, adapted] = [0, 0, 0];
  for (const given of x) {
    current = currentDecay * current + given;
    const u = decay * membrane + current;
    const b = threshold + adaptation * adapted;
    const s = u > b ? 1 : 0;
    potentials.push(u);
    spikes.push(s);
    slopes.push(surrogates[surrogate](u - b));
    membrane = reset === 'soft' ? u - threshold * s : u * (1 - s);
    adapted = adaptationDecay * adapted + s;
  }
  const dx: number[] = [];
  // dL/d(u', i, a) of the step before
  let [ofMembrane, ofCurrent, ofAdapted] = [0, 0, 0];
  for (let t = x.length - 1; t >= 0; t--) {
    const [u, s, g] = [potentials[t], spikes[t], slopes[t]];
    const ds = delta[t] + ofAdapted - ofMembrane * (reset === 'soft' ? threshold : u);
    const du = ds * g + ofMembrane * (reset === 'soft' ? 1 : 1 - s);
    ofAdapted = adaptationDecay * ofAdapted - adaptation * ds * g;
    ofMembrane = decay * du;
    dx[t] = du + ofCurrent;
    ofCurrent = currentDecay * dx[t];
  }
  return { spikes, potentials, dx, alone: delta.map((d, t) => d * slopes[t]) };
}

const usual = { currentDecay: 0, adaptation: 0, adaptationDecay: 0.9 } as const;
const resets = ['soft', 'hard'] as const;
const cases = [
  ...resets.flatMap((reset) =>
    (Object.keys(surrogates) as Surrogate[]).map((surrogate): Options => {
      const decay = surrogate === 'atan' ? 0.9 : 0.5;
      return { ...usual, decay, threshold: surrogate === 'triangle' ? 1 : 0.6, reset, surrogate };
    }),
  ),
  ...resets.flatMap((reset) =>
    [{ currentDecay: 0.6 }, { adaptation: 0.4 }, { currentDecay: 0.3, adaptation: 0.2 }].map(
      (more): Options => ({ ...usual, decay: 0.7, threshold: 0.6, reset, surrogate: 'triangle', ...more }),
    ),
  ),
];

const title = '$reset reset, $surrogate, threshold $threshold, current $currentDecay, adaptation $adaptation';

describe.each(cases)(title, (options) => {
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
