// Where weights learn: a site offers the same gradient as factors and as sums, in groups of columns, weight and bias
// together; what lies in memory already is not copied; a gradient may be any expression over the pieces of a weight.

import { describe, expect, test } from 'vitest';
import { callsOf, type Call } from '../../runtime/program/op.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { Program } from '../../runtime/program/program.ts';
import type { IntegerKernels } from '../../runtime/program/buffer.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { int8Deltas } from '../../src/quantization/int8-deltas.ts';
import { spending } from '../../src/quantization/sink.ts';
import { gradientSite, productSite } from '../../src/quantization/site.ts';
import type { LearnSite } from '../../src/quantization/storage.ts';
import { runEverywhere, type Run } from '../program/run.ts';
import { describeDifference, withinRelative } from '../simd/difference.ts';
import { BATCH, given, gradientsOf, INPUTS, pairOf, start, type Pair } from './learning.ts';

const RATE = 0.5;

/** One step of gradient descent from the site. */
function learned(columns: number, site: (p: Program, pair: Pair) => LearnSite): { run: Run; calls: Call[] } {
  const p = new Program();
  const pair = pairOf(p, columns);
  const sink = spending(recordOptimizer(p, 'optimizer', sgd(RATE)));
  p.phase('train', () => p.unit('layer', () => sink.learn(p, site(p, pair))));
  return { run: runEverywhere(p), calls: callsOf(p.phases.get('train')!) };
}

/** dz as it lies in memory, or as an expression that is still to be computed. */
const sites = {
  'in memory': (p: Program, pair: Pair, columns: number) =>
    productSite(pair, given(p, 'x', INPUTS), given(p, 'dz', columns)),
  expression: (p: Program, pair: Pair, columns: number) =>
    productSite(pair, given(p, 'x', INPUTS), given(p, 'dz', columns).times(1)),
  'gradient alone': (p: Program, pair: Pair, columns: number): LearnSite => {
    const { factors: _, ...site } = productSite(pair, given(p, 'x', INPUTS), given(p, 'dz', columns).times(1));
    return site;
  },
} as const;

describe.each(Object.entries(sites))('dz %s', (_, site) => {
  test.each([3, 16, 70, 128])('weight and bias of %s columns learn x^T dz, within 1e-6', (columns) => {
    const { run } = learned(columns, (p, pair) => site(p, pair, columns));
    const before = start(run, ['x', 'dz']);
    const gradients = gradientsOf(run.read('x'), run.read('dz'));
    run.call('train');
    for (const name of ['weight', 'bias'] as const) {
      const wanted = before[name].map((value, i) => value - RATE * gradients[name][i]);
      expect(describeDifference(run.read(`layer/${name}`), wanted, withinRelative(1e-6)), name).toBeNull();
    }
  });
});

describe('dz of whole panels that lies in memory', () => {
  const columns = 24;
  const [whole, copied] = ([sites['in memory'], sites.expression] as const).map((site) =>
    learned(columns, (p, pair) => site(p, pair, columns)),
  );
  const copiesOf = ({ plan }: Run): string[] =>
    [...plan.addresses.keys()].flatMap(({ name }) => (/\/dz/.test(name) ? [name] : []));

  test('is not copied', () => {
    expect(copiesOf(whole.run)).toEqual([]);
    expect(copiesOf(copied.run)).toEqual(['layer/weight/dz']);
    expect(whole.calls).toHaveLength(copied.calls.length - 1);
  });

  test('gives the same bits', () => {
    for (const { run } of [whole, copied]) {
      start(run, ['x', 'dz']);
      run.call('train');
    }
    for (const name of ['layer/weight', 'layer/bias']) expect(whole.run.read(name)).toEqual(copied.run.read(name));
  });
});

test.each(Object.entries(sites))('dz %s: the bias is spent in the groups of the weight', (_, site) => {
  const columns = 72;
  const { calls } = learned(columns, (p, pair) => site(p, pair, columns));
  const written = (name: string): number =>
    calls.filter(
      ({ operands: { weight } }) => typeof weight === 'object' && 'buffer' in weight && weight.buffer.name === name,
    ).length;
  expect(written('layer/bias')).toBeGreaterThan(0);
  expect(written('layer/bias')).toBe(written('layer/weight'));
});

test('a part whose rows do not touch is copied, though its width is whole panels', () => {
  const columns = 8;
  const { run } = learned(columns, (p, pair) =>
    productSite(pair, given(p, 'x', INPUTS), given(p, 'wide', 20).columns(5, columns)),
  );
  const before = start(run, ['x', 'wide']);
  const wide = run.read('wide');
  const dz = wide.filter((_, i) => i % 20 >= 5 && i % 20 < 5 + columns);
  const gradients = gradientsOf(run.read('x'), dz);
  run.call('train');
  const wanted = before.weight.map((value, i) => value - RATE * gradients.weight[i]);
  expect(describeDifference(run.read('layer/weight'), wanted, withinRelative(1e-6))).toBeNull();
});

test('as int8, x and dz give x^T dz within what rounding takes of dz, and float weights learn it', () => {
  const [columns, X_SCALE, X_ZERO] = [70, 0.01, -3];
  const p = new Program();
  const pair = pairOf(p, columns);
  p.rows = p.port({ name: 'rows', way: 'in', role: 'label', element: 'i32', shape: [BATCH] });
  const number = (name: string, element: 'f32' | 'i32') =>
    p.buffer({ name, role: 'data', life: 'persistent', element, shape: [1] });
  const quantization = { scale: number('scale', 'f32'), zero: number('zero', 'i32'), kernels: {} as IntegerKernels };
  const x = p.tensor({
    ...{ name: 'x', role: 'data', life: 'persistent', element: 'i8', shape: [BATCH, INPUTS], quantization },
  });
  const sink = spending(recordOptimizer(p, 'optimizer', sgd(RATE)));
  const site = (dz: Tensor): LearnSite => ({ ...productSite(pair, x, dz), ...int8Deltas().dense?.(pair, x, dz, {}) });
  p.phase('train', () => p.unit('layer', () => sink.learn(p, site(given(p, 'dz', columns)))));
  const run = runEverywhere(p);
  const before = start(run, ['dz']);
  for (const [name, value] of [
    ['scale', X_SCALE],
    ['zero', X_ZERO],
  ] as const)
    run.write(name, [value]);
  run.write(
    'x',
    Array.from({ length: BATCH * INPUTS }, (_, at) => ((at * 37) % 255) - 127),
  );
  run.call('train');
  const meant = Float64Array.from(run.read('x'), (q) => Math.fround(X_SCALE) * (q - X_ZERO));
  const gradients = gradientsOf(meant, run.read('dz'));
  const step = Math.max(...run.read('dz').map(Math.abs)) / 127;
  run.read('layer/weight').forEach((value, at) => {
    const input = Math.floor(at / columns);
    const seen = Array.from({ length: BATCH }, (_, b) => Math.abs(meant[b * INPUTS + input]));
    const most = seen.reduce((sum, each) => sum + each, 0) * step;
    const off = Math.abs((before.weight[at] - value) / RATE - gradients.weight[at]);
    expect(off).toBeLessThan(most + 1e-5);
    expect(most).toBeLessThan(0.5);
  });
  const bias = before.bias.map((value, at) => value - RATE * gradients.bias[at]);
  expect(describeDifference(run.read('layer/bias'), bias, withinRelative(1e-6))).toBeNull();
});

describe('a gradient that is an expression over the pieces of a weight', () => {
  const columns = 19;
  const draw = { kind: 'normal', each: 'step', per: 'element' } as const;

  test('is the same in whatever pieces: drawn for the whole weight, or for the groups of a site', () => {
    const { run } = learned(columns, (p, { weight }) =>
      gradientSite(weight, ({ first, shape }) => p.drawn('direction', shape, { ...draw, first })),
    );
    const before = start(run, []);
    run.write('step', [3]);
    run.call('train');
    const spent = run.read('layer/weight').map((value, i) => (before.weight[i] - value) / RATE);

    const p = new Program();
    const { weight } = pairOf(p, columns);
    p.phase('train', () =>
      p.unit('layer', () =>
        weight.change?.(p, ({ values, first }) =>
          values.minus(p.drawn('direction', values.shape, { ...draw, first }).times(RATE)),
        ),
      ),
    );
    const changed = runEverywhere(p);
    start(changed, []);
    changed.write('step', [3]);
    changed.call('train');
    expect(describeDifference(run.read('layer/weight'), changed.read('layer/weight'), withinRelative(1e-6))).toBeNull();
    expect(new Set(spent).size).toBe(INPUTS * columns);
    expect(run.read('layer/bias')).toEqual(before.bias);
  });
});
