// Weights as float32: their first values are draws of the stream named after the weight, whatever the layout and the
// capacity; what belongs to them is listed by parts; and they change elementwise.

import { describe, expect, test } from 'vitest';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { randomWord, streamKey, uniformFromWord } from '../../runtime/simd/parts/philox.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { recordOptimizer } from '../../src/optimizers/optimizer.ts';
import { f32 } from '../../src/quantization/f32.ts';
import type { Initializer } from '../../src/quantization/initializer.ts';
import { spending } from '../../src/quantization/sink.ts';
import { productSite } from '../../src/quantization/site.ts';
import { runEverywhere } from '../program/run.ts';
import { given, INPUTS, pairOf, start } from './learning.ts';

describe('first values', () => {
  const [rows, columns, seed] = [7, 11, 5];
  const gains: Record<Exclude<Initializer, 'zeros'>, number> = { he: Math.sqrt(6), lecun: Math.sqrt(3), torch: 1 };

  function drawn(initializer: Initializer, capacity = columns): Float32Array {
    const p = new Program();
    const outputs = capacity === columns ? constant(columns) : p.count('classes', capacity, columns);
    const spec = { name: 'a/weight', shape: [constant(rows), outputs], initializer, kind: 'matrix' } as const;
    const weight = f32.weight(p, { ...spec, trained: true });
    p.phase('prepare', () => p.unit('a', () => weight.initialize(p)));
    const run = runEverywhere(p);
    run.write('seed', [seed]);
    run.call('prepare');
    return run.read('a/weight');
  }

  test.each(Object.entries(gains))(
    '%s: U(-b, b), b = gain / sqrt(rows), column by column of the stream',
    (name, gain) => {
      const bound = gain / Math.sqrt(rows);
      drawn(name as Initializer).forEach((value, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const u = uniformFromWord(randomWord(seed, streamKey('a/weight'), 0, column * rows + row));
        expect(value).toBeCloseTo(bound * (2 * u - 1), 6);
      });
    },
  );

  test('more room for columns changes none of them', () => {
    expect(drawn('he', 30)).toEqual(drawn('he'));
  });

  test('zeros', () => {
    expect(new Set(drawn('zeros'))).toEqual(new Set([0]));
  });
});

describe('change', () => {
  const columns = 13;
  const changing = (record: (p: Program) => Parameters<NonNullable<ReturnType<typeof f32.weight>['change']>>[1]) => {
    const p = new Program();
    const { weight } = pairOf(p, columns);
    p.phase('train', () => p.unit('layer', () => weight.change?.(p, record(p))));
    const run = runEverywhere(p);
    const before = start(run, []).weight;
    run.call('train');
    return { before, after: run.read('layer/weight') };
  };

  test('is elementwise: decay', () => {
    const { before, after } = changing(
      () =>
        ({ values }) =>
          values.times(0.5),
    );
    expect(after).toEqual(before.map((value) => value / 2));
  });

  test('moves along a drawn direction and back, within rounding', () => {
    const p = new Program();
    const { weight } = pairOf(p, columns);
    const move = (distance: number) => (): void =>
      p.unit('layer', () =>
        weight.change?.(p, ({ values, first }) => {
          const spec = { kind: 'signs', each: 'step', per: 'batch', first } as const;
          return values.plus(p.drawn('direction', values.shape, spec).times(distance));
        }),
      );
    p.phase('there', move(2 ** -10));
    p.phase('back', move(-(2 ** -10)));
    const run = runEverywhere(p);
    const before = start(run, []).weight;
    run.call('there');
    const there = run.read('layer/weight');
    const moved = there.map((value, i) => value - before[i]);
    expect(new Set(moved.map((value) => Math.round(value * 2 ** 14) / 16))).toEqual(new Set([1, -1]));
    run.call('back');
    run.read('layer/weight').forEach((value, i) => expect(value).toBeCloseTo(before[i], 6));
  });
});

test('parts list the value, and what an optimiser keeps once an update was recorded', () => {
  const p = new Program();
  const pair = pairOf(p, 9);
  const partsOf = (): string[] => pair.weight.parts.map(({ buffer, is }) => `${is} ${buffer.name}`);
  expect(partsOf()).toEqual(['value layer/weight']);
  p.phase('train', () => {
    const site = productSite(pair, given(p, 'x', INPUTS), given(p, 'dz', 9));
    const sink = spending(recordOptimizer(p, 'optimizer', adam()));
    for (let times = 0; times < 2; times++) p.unit('layer', () => sink.learn(p, site));
  });
  const moments = ['firstMoment', 'secondMoment'].map((state) => `optimizer layer/weight/${state}`);
  expect(partsOf()).toEqual(['value layer/weight', ...moments]);
  expect(pair.bias.parts).toHaveLength(3);
  for (const { buffer } of pair.weight.parts) {
    expect([buffer.unit, buffer.layout, buffer.life]).toEqual(['layer', 'panels', 'persistent']);
  }
});

test('operands begin at a column: a panel further for each eight', () => {
  const p = new Program();
  const { weight } = pairOf(p, 24);
  expect(weight.operands().weight.offset.base).toBe(0);
  expect(weight.operands(16).weight.offset.base).toBe(16 * INPUTS);
  expect([weight.rows, weight.columns]).toEqual([INPUTS, constant(24)]);
});
