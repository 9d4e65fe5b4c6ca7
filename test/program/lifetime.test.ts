// Lifetimes of transients, above all around loops: a wrong one lets two buffers share bytes that both still need.

import { describe, expect, test } from 'vitest';
import { along } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { lifetimes, type Interval } from '../../runtime/program/lifetime.ts';
import { Program } from '../../runtime/program/program.ts';
import { runEverywhere } from './run.ts';

/** First and last call of each transient of the phase. */
function intervals(p: Program, phase = 'run'): Record<string, [number, number]> {
  const entries = [...lifetimes(p, phase)].map(([{ name }, { start, end }]: [{ name: string }, Interval]) => [
    name,
    [start, end],
  ]);
  return Object.fromEntries(entries);
}

type Copy = (from: Tensor, to: Tensor) => void;

/** A program of one phase, recorded over copies `a -> b` of one-element tensors. */
function copies(record: (p: Program, copy: Copy, make: (name: string) => Tensor) => void): Program {
  const p = new Program();
  const make = (name: string): Tensor => p.tensor({ name, shape: [1, 1], role: 'activation' });
  const one = { rows: constant(1), columns: constant(1), first: 0, sample: null };
  p.phase('run', () => record(p, (from, to) => p.evaluate(from, to.at(0), one, 1, 1), make));
  return p;
}

const persistent = (p: Program, name: string): Tensor =>
  p.tensor({ name, shape: [1, 1], role: 'data', life: 'persistent' });

describe('a transient lives', () => {
  test('from its first to its last call', () => {
    const p = copies((program, copy, make) => {
      const [x, a, b] = [persistent(program, 'x'), make('a'), make('b')];
      copy(x, a);
      copy(a, b);
      copy(a, x);
      copy(b, x);
    });
    expect(intervals(p)).toEqual({ a: [0, 2], b: [1, 3] });
  });

  test('through all of a loop that reads what was there before it', () => {
    const p = copies((program, copy, make) => {
      const [x, a, b] = [persistent(program, 'x'), make('a'), make('b')];
      copy(x, a);
      program.loop(3, () => {
        copy(a, b);
        copy(b, x);
        copy(x, x);
      });
    });
    expect(intervals(p)).toEqual({ a: [0, 3], b: [1, 2] });
  });

  test('through all of a loop that carries it from turn to turn', () => {
    const p = copies((program, copy, make) => {
      const [x, a] = [persistent(program, 'x'), make('a')];
      copy(x, x);
      program.loop(3, () => {
        copy(x, x);
        copy(a, x);
        copy(x, a);
        copy(x, x);
      });
    });
    expect(intervals(p)).toEqual({ a: [1, 4] });
  });

  test('in one turn only, if every turn writes it before reading it', () => {
    const p = copies((program, copy, make) => {
      const [x, a] = [persistent(program, 'x'), make('a')];
      program.loop(3, () => {
        copy(x, x);
        copy(x, a);
        copy(a, x);
        copy(x, x);
      });
    });
    expect(intervals(p)).toEqual({ a: [1, 2] });
  });

  test('through the outer loop too, if that carries it', () => {
    const p = copies((program, copy, make) => {
      const [x, a] = [persistent(program, 'x'), make('a')];
      program.loop(2, () => {
        copy(x, x);
        program.loop(3, () => copy(a, x));
        copy(x, a);
        copy(x, x);
      });
    });
    expect(intervals(p)).toEqual({ a: [0, 3] });
  });

  test('as long as both branches of its use around a `when`', () => {
    const p = copies((program, copy, make) => {
      const [x, a] = [persistent(program, 'x'), make('a')];
      copy(x, a);
      program.when(program.step, { every: 2 }, () => copy(x, x));
      copy(a, x);
    });
    expect(intervals(p)).toEqual({ a: [0, 2] });
  });

  test('from before the first call if the host fills it, to after the last if the host reads it', () => {
    const p = new Program();
    const one = { rows: constant(1), columns: constant(1), first: 0, sample: null };
    const x = p.tensor({ name: 'x', shape: [1, 1], role: 'input', port: 'before' });
    const y = p.tensor({ name: 'y', shape: [1, 1], role: 'activation', port: 'after' });
    p.phase('run', () => {
      for (let call = 0; call < 3; call++) p.evaluate(x, y.at(0), one, 1, 1);
      p.compute('z', y);
    });
    expect(intervals(p)).toEqual({ x: [-1, 2], y: [0, 4], z: [3, 3] });
  });

  test('in no phase that does not use it, though the host may fill it', () => {
    const p = new Program();
    p.tensor({ name: 'label', shape: [1, 1], role: 'label', port: 'before' });
    const x = p.tensor({ name: 'x', shape: [1, 1], role: 'input', port: 'before' });
    p.phase('run', () => p.compute('y', x));
    expect(intervals(p)).toEqual({ x: [-1, 0], y: [0, 0] });
  });

  test('in no phase as a cached or persistent buffer', () => {
    const p = new Program();
    const x = p.tensor({ name: 'x', shape: [1, 1], role: 'input', life: 'persistent' });
    p.phase('run', () => p.compute('y', x, { life: 'cached' }));
    expect(intervals(p)).toEqual({});
  });
});

test('a buffer filled part by part over the turns of a loop keeps the parts of earlier turns', () => {
  const program = new Program();
  const tensor = (name: string) => program.tensor({ name, shape: [1, 4], role: 'input', life: 'persistent' });
  const [x, y] = [tensor('x'), tensor('y')];
  program.phase('run', () => {
    const collected = program.tensor({ name: 'collected', shape: [1, 4], role: 'scratch' });
    program.loop(4, (turn) => {
      const element = { rows: constant(1), columns: constant(1), first: along(turn, 1), sample: null };
      program.evaluate(x, collected.at(along(turn, 1)), element, 1, 1);
      const doubled = program.compute('doubled', collected.times(2), { role: 'scratch' });
      program.compute('other', doubled.plus(1), { role: 'scratch' });
      program.evaluate(doubled, y.at(0), { ...element, columns: constant(4), first: 0 }, 4, 4);
    });
  });
  const run = runEverywhere(program);
  run.write('x', [1, 2, 3, 4]);
  run.call('run');
  expect(run.read('y')).toEqual(new Float32Array([2, 4, 6, 8]));
});
