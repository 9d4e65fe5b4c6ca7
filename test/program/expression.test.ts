// An expression means the same in all its windows: computed whole, by groups of columns, by panels of a sample.

import { describe, expect, test } from 'vitest';
import { along, plus } from '../../runtime/program/buffer.ts';
import { constant, type Dim } from '../../runtime/program/dim.ts';
import { Slice, wholeWindow, type Expression, type Tensor } from '../../runtime/program/expression.ts';
import { Gather, OneHot, PerSample, Scalar } from '../../runtime/program/leaves.ts';
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
    rate: p.scalar('rate', 0.25),
  };
}

const LABELS = [4, 0, 5];
const xAt = (sample: number, feature: number): number => ((sample * FEATURES + feature) % 17) - 8;
const tableAt = (entry: number, feature: number): number => (entry * 100 + feature) / 4;
const weightAt = (sample: number): number => sample - 1;

function filled(p: Program): Run {
  const run = runEverywhere(p);
  const grid = (rows: number, at: (row: number, feature: number) => number): number[] =>
    Array.from({ length: rows * FEATURES }, (_, index) => at(Math.floor(index / FEATURES), index % FEATURES));
  run.write('x', grid(BATCH, xAt));
  run.write('table', grid(CLASSES, tableAt));
  run.write('labels', LABELS);
  run.write(
    'weights',
    LABELS.map((_, sample) => weightAt(sample)),
  );
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

  test('of a slice begins where the slice does, at every turn of a loop', () => {
    const p = new Program();
    const { x, batch } = operands(p);
    const sums = p.tensor({ name: 'sums', shape: [batch, CHANNELS], role: 'data', life: 'persistent' });
    p.phase('run', () =>
      p.loop(POSITIONS, (position) => {
        const slice = new Slice(x, along(position, CHANNELS), [CHANNELS]);
        p.evaluate(sums.plus(slice), sums.at(0), wholeWindow(sums.shape), CHANNELS, CHANNELS);
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

test('a tensor is its own materialisation; anything else is computed into a new one', () => {
  const p = new Program();
  const { x } = operands(p);
  p.phase('run', () => {
    expect(p.materialize('same', x)).toBe(x);
    expect(p.materialize('twice', x.times(2)).buffer).toMatchObject({ name: 'twice', role: 'activation' });
  });
});
