// Where updates go: what an accumulator adds up and spends is one update by the sum; what is not trained is left alone.

import { describe, expect, test } from 'vitest';
import { callsOf } from '../../runtime/program/op.ts';
import { Program } from '../../runtime/program/program.ts';
import { conv2d, depthwiseConv2d, type LayerSpec } from '../../src/layers/index.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { recordOptimizer, type Optimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { accumulate, spending } from '../../src/quantization/sink.ts';
import { productSite } from '../../src/quantization/site.ts';
import { alone, randoms } from '../layers/alone.ts';
import { runEverywhere } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { BATCH, given, gradientsOf, INPUTS, pairOf, start } from './learning.ts';

const COLUMNS = 21;

/** Two pieces of a step, added up and spent. */
function accumulated(optimizer: Optimizer): Program {
  const p = new Program();
  const pair = pairOf(p, COLUMNS);
  const recorded = recordOptimizer(p, 'optimizer', optimizer);
  p.phase('train', () => {
    recorded.advance();
    const sum = accumulate(p, spending(recorded));
    for (const part of ['1', '2']) {
      const [x, dz] = [given(p, `x${part}`, INPUTS), given(p, `dz${part}`, COLUMNS)];
      p.unit('layer', () => sum.learn(p, productSite(pair, x, dz.times(1))));
    }
    sum.spend(p);
  });
  return p;
}

describe('an accumulator', () => {
  const names = ['x1', 'dz1', 'x2', 'dz2'];

  test('spends the sum as one update, within 2e-6, and begins with zeros in every step', () => {
    const run = runEverywhere(accumulated(sgd(0.5)));
    const before = start(run, names);
    const [first, second] = ['1', '2'].map((part) => gradientsOf(run.read(`x${part}`), run.read(`dz${part}`)));
    for (let step = 1; step <= 2; step++) {
      run.call('train');
      for (const name of ['weight', 'bias'] as const) {
        const gradient = (i: number): number => first[name][i] + second[name][i];
        const wanted = before[name].map((value, i) => value - step * 0.5 * gradient(i));
        expect(describeDifference(run.read(`layer/${name}`), wanted, withinRelative(2e-6)), name).toBeNull();
      }
    }
  });

  test('is not two updates: an optimiser with state sees the sum once', () => {
    const run = runEverywhere(accumulated(adam(0.01)));
    const before = start(run, names);
    run.call('train');
    const moved = run.read('layer/weight').map((value, i) => Math.abs(value - before.weight[i]));
    moved.forEach((length) => expect(length).toBeCloseTo(0.01, 4));
  });

  test('spends in the unit in which it was filled', () => {
    const calls = callsOf(accumulated(sgd(0.5)).phases.get('train')!);
    const updates = calls.filter(({ kernel }) => kernel.name === 'f32_update_sgd');
    expect(updates.length).toBeGreaterThan(0);
    for (const { unit } of updates) expect(unit).toBe('layer');
  });

  test('over time holds the sums of all steps: zeroed outside the loop', () => {
    const p = new Program();
    const pair = pairOf(p, COLUMNS);
    const [x, dz] = [given(p, 'x1', INPUTS), given(p, 'dz1', COLUMNS)];
    p.phase('train', () => {
      const sum = accumulate(p, spending(recordOptimizer(p, 'optimizer', sgd(0.5))));
      p.loop(3, () => p.unit('layer', () => sum.learn(p, productSite(pair, x, dz.times(1)))));
      sum.spend(p);
    });
    const run = runEverywhere(p);
    const before = start(run, ['x1', 'dz1']);
    const gradients = gradientsOf(run.read('x1'), run.read('dz1'));
    run.call('train');
    for (const name of ['weight', 'bias'] as const) {
      const wanted = before[name].map((value, i) => value - 3 * 0.5 * gradients[name][i]);
      expect(describeDifference(run.read(`layer/${name}`), wanted, withinRelative(2e-6)), name).toBeNull();
    }
  });

  test.each<[string, LayerSpec]>([
    ['conv2d', conv2d(11, [2, 3], { activation: 'tanh' })],
    ['depthwiseConv2d', depthwiseConv2d(2, { activation: 'tanh' })],
  ])('of the two halves of a batch of %s is the update by the whole, within 1e-6', (_, spec) => {
    const shape = [4, 5, 3];
    const recorded = (parts: number): ((run: ReturnType<typeof runEverywhere>) => void) & { p: Program } => {
      const p = new Program();
      const batch = 4 / parts;
      const layer = alone(p, spec, shape, batch);
      const sink = spending(recordOptimizer(p, 'optimizer', sgd(0.1)));
      p.phase('prepare', () => p.unit('layer', () => layer.weights.forEach((weight) => weight.initialize(p))));
      const fills: string[] = [];
      p.phase('train', () => {
        const sum = accumulate(p, sink);
        for (let part = 0; part < parts; part++) {
          const x = p.tensor({ name: `x${part}`, shape: [batch, ...shape], role: 'data', life: 'persistent' });
          fills.push(x.buffer.name);
          p.unit('layer', () => {
            const saved = layer.forward(p, x, { training: true });
            layer.back(p, saved, saved.output.minus(1), { training: true, sink: parts === 1 ? sink : sum });
          });
        }
        if (parts > 1) sum.spend(p);
      });
      const fill = (run: ReturnType<typeof runEverywhere>): void => {
        const all = randoms(4 * 60, 'images');
        run.write('seed', [1]);
        run.call('prepare');
        fills.forEach((name, part) => run.write(name, all.subarray(part * batch * 60, (part + 1) * batch * 60)));
        run.call('train');
      };
      return Object.assign(fill, { p });
    };
    const [whole, halves] = [recorded(1), recorded(2)].map((fill) => {
      const run = runEverywhere(fill.p);
      fill(run);
      return run;
    });
    const names = fillNames(whole.plan.addresses.keys());
    expect(names).toHaveLength(2);
    for (const name of names) {
      expect(describeDifference(halves.read(name), whole.read(name), withinRelative(1e-6)), name).toBeNull();
    }
  });
});

const fillNames = (buffers: Iterable<{ readonly name: string; readonly role: string }>): string[] =>
  [...buffers].flatMap(({ name, role }) => (role === 'parameter' ? [name] : []));

describe('what is not trained', () => {
  test.each(['spending', 'accumulate'] as const)('is left alone by %s: no call, no state, no sum', (kind) => {
    const p = new Program();
    const pair = pairOf(p, COLUMNS, false);
    const recorded = recordOptimizer(p, 'optimizer', adam(0.1));
    p.phase('train', () => {
      const sum = accumulate(p, spending(recorded));
      const sink = kind === 'accumulate' ? sum : spending(recorded);
      const site = productSite(pair, given(p, 'x', INPUTS), given(p, 'dz', COLUMNS));
      p.unit('layer', () => sink.learn(p, site));
      sum.spend(p);
    });
    expect(p.phases.get('train')).toEqual([]);
    expect(pair.weight.parts.map(({ buffer, is }) => [buffer.name, buffer.role, is])).toEqual([
      ['layer/weight', 'constant', 'value'],
    ]);
  });
});

test('the batch divides by nothing in a sink: a step of half the batch moves by half the gradient', () => {
  const p = new Program();
  const pair = pairOf(p, COLUMNS);
  p.phase('train', () => {
    const site = productSite(pair, given(p, 'x', INPUTS), given(p, 'dz', COLUMNS));
    p.unit('layer', () => spending(recordOptimizer(p, 'optimizer', sgd(1))).learn(p, site));
  });
  const run = runEverywhere(p);
  const before = start(run, ['x', 'dz']);
  const half = run.read('dz').map((value, i) => (i < (BATCH - 1) * COLUMNS ? value : 0));
  run.write('dz', half);
  run.call('train');
  const { weight } = gradientsOf(run.read('x'), half);
  const wanted = before.weight.map((value, i) => value - weight[i]);
  expect(describeDifference(run.read('layer/weight'), wanted, withinRelative(1e-6))).toBeNull();
});
