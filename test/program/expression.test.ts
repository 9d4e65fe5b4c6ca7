// An expression means the same in all its windows: computed whole, by groups of columns, by panels of a sample.

import { describe, expect, test } from 'vitest';
import { along, plus } from '../../runtime/program/buffer.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import { wholeWindow, type Expression, type Tensor } from '../../runtime/program/expression.ts';
import { Constant, Gather, OneHot, PerFeature, PerSample, Scalar } from '../../runtime/program/leaves.ts';
import { Program } from '../../runtime/program/program.ts';
import { runEverywhere, type Run } from './run.ts';

const [CAPACITY, BATCH, POSITIONS, CHANNELS, CLASSES] = [5, 3, 4, 11, 6];
const FEATURES = POSITIONS * CHANNELS;

/** Everything an expression can read, and what it holds. */
interface Operands {
  readonly batch: Dim;
  readonly x: Tensor;
  readonly table: Tensor;
  readonly labels: Tensor;
  readonly weights: Tensor;
  readonly gains: Tensor;
  readonly rate: Scalar;
}

function operands(p: Program): Operands {
  const batch = p.count('batch', CAPACITY, BATCH);
  const lasting = (name: string, shape: readonly (Dim | number)[]): Tensor =>
    p.tensor({ name, shape, role: 'data', life: 'persistent' });
  return {
    batch,
    x: lasting('x', [batch, POSITIONS, CHANNELS]),
    table: lasting('table', [CLASSES, POSITIONS, CHANNELS]),
    labels: p.tensor({ name: 'labels', shape: [batch], role: 'label', element: 'i32', life: 'persistent' }),
    weights: lasting('weights', [batch]),
    gains: lasting('gains', [1, POSITIONS, CHANNELS]),
    rate: p.scalar('rate', 0.25),
  };
}

const LABELS = [4, 0, 5];
const xAt = (sample: number, feature: number): number => ((sample * FEATURES + feature) % 17) - 8;
const tableAt = (entry: number, feature: number): number => (entry * 100 + feature) / 4;
const weightAt = (sample: number): number => sample - 1;
const gainAt = (feature: number): number => (feature % 7) - 3;

function filled(p: Program): Run {
  const run = runEverywhere(p);
  const grid = (rows: number, at: (row: number, feature: number) => number): number[] =>
    Array.from({ length: rows * FEATURES }, (_, index) => at(Math.floor(index / FEATURES), index % FEATURES));
  const values = {
    x: grid(BATCH, xAt),
    table: grid(CLASSES, tableAt),
    labels: LABELS,
    weights: LABELS.map((_, sample) => weightAt(sample)),
    gains: grid(1, (_, feature) => gainAt(feature)),
  };
  // what the phase does not use is in no plan
  const planned = new Set([...run.plan.addresses.keys()].map(({ name }) => name));
  for (const [name, given] of Object.entries(values)) if (planned.has(name)) run.write(name, given);
  return run;
}

/** How a tensor of [batch, positions, channels] is computed from an expression of its shape. */
const windows: Readonly<Record<string, (p: Program, expression: Expression, out: Tensor) => void>> = {
  whole(p, expression, out) {
    p.evaluate(expression, out.at(0), wholeWindow(out.shape), FEATURES, FEATURES);
  },
  'groups of columns'(p, expression, out) {
    p.columnGroups(constant(FEATURES), 16, (first, columns) => {
      const window = { rows: out.batch, columns: constant(columns as number), first, sample: null };
      p.evaluate(expression, out.at(first), window, FEATURES, columns);
    });
  },
  'panels of a sample'(p, expression, out) {
    p.loop(out.batch, (index) =>
      p.columnGroups(constant(CHANNELS), 8, (first, columns) => {
        const sample = { index, channels: CHANNELS };
        const panel = p.tensor({ name: 'panel', shape: [POSITIONS, 8], role: 'scratch' });
        const window = { rows: constant(POSITIONS), columns: constant(columns as number), first, sample };
        p.evaluate(expression, panel.at(0), window, 8, 8);
        const place = { rows: constant(POSITIONS), columns: constant(columns as number), first: 0, sample: null };
        p.evaluate(panel, out.at(plus(along(index, FEATURES), first)), place, CHANNELS, columns);
      }),
    );
  },
};

type Case = readonly [
  name: string,
  expression: (operands: Operands) => Expression,
  expected: (sample: number, feature: number) => number,
];

const cases: readonly Case[] = [
  ['a tensor and numbers', ({ x }) => x.times(2).plus(1), (s, f) => 2 * xAt(s, f) + 1],
  ['a shared part', ({ x }) => x.minus(1).times(x.minus(1)), (s, f) => (xAt(s, f) - 1) ** 2],
  [
    'comparisons',
    ({ x }) => x.greater(0).minus(x.max(2).min(4)),
    (s, f) => Number(xAt(s, f) > 0) - Math.min(4, Math.max(2, xAt(s, f))),
  ],
  [
    'the row a label names',
    ({ x, table, labels }) => x.minus(new Gather(table, labels.buffer)),
    (s, f) => xAt(s, f) - tableAt(LABELS[s], f),
  ],
  [
    'a number for each sample',
    ({ x, weights }) => x.times(new PerSample(weights.buffer)),
    (s, f) => xAt(s, f) * weightAt(s),
  ],
  ['a row for all samples', ({ x, gains }) => x.times(new PerFeature(gains.buffer)), (s, f) => xAt(s, f) * gainAt(f)],
  [
    'a choice, and less',
    ({ x, gains }) => x.less(-2).where(x.plus(100), new PerFeature(gains.buffer)),
    (s, f) => (xAt(s, f) < -2 ? xAt(s, f) + 100 : gainAt(f)),
  ],
  [
    'less is greater the other way round',
    ({ x }) => x.less(0).minus(x.greater(0)),
    (s, f) => -Math.sign(xAt(s, f)) + 0,
  ],
  [
    'a number where an expression is wanted',
    ({ x }) => new Constant(2).over(new Constant(4)).times(x),
    (s, f) => xAt(s, f) / 2,
  ],
  [
    'a scalar, and a count as one',
    ({ x, rate, batch }) => x.times(rate).plus(new Scalar(batch)),
    (s, f) => xAt(s, f) / 4 + BATCH,
  ],
];

describe.each(Object.keys(windows))('computed %s:', (how) => {
  test.each(cases)('%s', (_, expression, expected) => {
    const p = new Program();
    const given = operands(p);
    const out = p.tensor({ name: 'out', shape: given.x.shape, role: 'data', life: 'persistent' });
    p.phase('run', () => windows[how](p, expression(given), out));
    const run = filled(p);
    run.call('run');
    const all = Array.from({ length: BATCH * FEATURES }, (_value, index) =>
      expected(Math.floor(index / FEATURES), index % FEATURES),
    );
    expect(run.read('out')).toEqual(Float32Array.from(all));
  });
});

describe('a window', () => {
  test('of one-hot rows may begin at any class', () => {
    const p = new Program();
    const { labels, batch } = operands(p);
    const out = p.tensor({ name: 'out', shape: [batch, 4], role: 'data', life: 'persistent' });
    p.phase('run', () => {
      const window = { rows: batch, columns: constant(4), first: 2, sample: null };
      p.evaluate(new OneHot(labels.buffer, constant(CLASSES)), out.at(0), window, 4, 4);
    });
    const run = filled(p);
    run.call('run');
    expect(run.read('out')).toEqual(Float32Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  });

  test('of columns begins where the columns do, at every turn of a loop', () => {
    const p = new Program();
    const { x, batch } = operands(p);
    const sums = p.tensor({ name: 'sums', shape: [batch, CHANNELS], role: 'data', life: 'persistent' });
    p.phase('run', () =>
      p.loop(POSITIONS, (position) => {
        const channels = x.columns(along(position, CHANNELS), CHANNELS);
        p.evaluate(sums.plus(channels), sums.at(0), wholeWindow(sums.shape), CHANNELS, CHANNELS);
      }),
    );
    const run = filled(p);
    run.call('run');
    const sum = (index: number): number =>
      [0, 1, 2, 3].reduce(
        (total, position) => total + xAt(Math.floor(index / CHANNELS), position * CHANNELS + (index % CHANNELS)),
        0,
      );
    expect(run.read('sums')).toEqual(Float32Array.from({ length: BATCH * CHANNELS }, (_, index) => sum(index)));
  });

  test('of columns of columns begins where both do', () => {
    const p = new Program();
    const { x, batch } = operands(p);
    const out = p.tensor({ name: 'out', shape: [batch, 3], role: 'data', life: 'persistent' });
    p.phase('run', () => p.write(out, x.columns(20, 10).columns(5, 3).times(2)));
    const run = filled(p);
    run.call('run');
    const wanted = LABELS.flatMap((_, sample) => [25, 26, 27].map((feature) => 2 * xAt(sample, feature)));
    expect(run.read('out')).toEqual(Float32Array.from(wanted));
  });

  test('of one-hot rows of a loop index is the same column for all samples', () => {
    const p = new Program();
    const { batch } = operands(p);
    const out = p.tensor({ name: 'out', shape: [batch, CLASSES], role: 'data', life: 'persistent' });
    p.phase('run', () => {
      p.zero(out);
      p.loop(CLASSES, (index) => {
        const hot = new OneHot(along(index, 1), constant(CLASSES), batch);
        p.write(out, out.plus(hot.times(new Scalar(along(index, 2)))));
      });
    });
    const run = filled(p);
    run.call('run');
    expect(run.read('out')).toEqual(Float32Array.from({ length: BATCH * CLASSES }, (_, i) => 2 * (i % CLASSES)));
  });

  test('is filled up with zeros to the width of its panels', () => {
    const p = new Program();
    const { x } = operands(p);
    const out = p.tensor({ name: 'out', shape: [1, 8], role: 'data', life: 'persistent' });
    p.phase('run', () => {
      p.fill(out.at(0), 8, 9);
      p.evaluate(x, out.at(0), { rows: constant(1), columns: constant(3), first: 0, sample: null }, 8, 8);
    });
    const run = filled(p);
    run.call('run');
    expect(run.read('out')).toEqual(Float32Array.of(-8, -7, -6, 0, 0, 0, 0, 0));
  });
});
