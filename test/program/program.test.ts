/** What the recorder refuses, and with which words. */
import { describe, expect, test } from 'vitest';
import { along, view } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Scalar } from '../../runtime/program/expression.ts';
import { callsOf } from '../../runtime/program/lifetime.ts';
import { Program, ProgramError, type Call } from '../../runtime/program/program.ts';
import { f32_mean } from '../../runtime/simd/f32-mean.ts';

function recording(record: (p: Program) => void): () => void {
  const p = new Program();
  return () => p.phase('run', () => record(p));
}

const numbers = (p: Program, name: string, length: number) =>
  p.buffer({ name, shape: [constant(length)], role: 'data', life: 'persistent' });

describe('the recorder refuses', () => {
  test('a number that is missing', () => {
    const wrong = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 4) }));
    expect(wrong).toThrow(new ProgramError("f32_mean: 'n' is missing"));
  });

  test('a buffer that is missing, or is a number', () => {
    const missing = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), n: 4 }));
    expect(missing).toThrow(new ProgramError("f32_mean: 'x' must be a buffer, but is missing"));
    const number = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: 3, n: 4 }));
    expect(number).toThrow(new ProgramError("f32_mean: 'x' must be a buffer, but is a number"));
  });

  test('a buffer of other elements', () => {
    const wrong = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: p.integer('ids', 0), n: 1 }));
    expect(wrong).toThrow(new ProgramError("f32_mean: 'x' must be f32, but 'ids' is i32"));
  });

  test('an operand that reaches beyond its buffer', () => {
    const wrong = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 4), n: 5 }));
    expect(wrong).toThrow(new ProgramError("f32_mean: 'x' reaches element 5 of 'x' [4], which has 4"));
  });

  test('an operand that reaches beyond its buffer in the last turn of a loop', () => {
    const wrong = recording((p) => {
      const [mean, x] = [numbers(p, 'mean', 1), numbers(p, 'x', 8)];
      p.loop(3, (turn) => p.call(f32_mean, { out: mean, x: view(x, along(turn, 3)), n: 3 }));
    });
    expect(wrong).toThrow(new ProgramError("f32_mean: 'x' reaches element 9 of 'x' [8], which has 8"));
  });

  test('an operand that reaches beyond its buffer at the capacity of a count', () => {
    const wrong = recording((p) => {
      const batch = p.count('batch', 6, 2);
      p.call(f32_mean, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 4), n: batch });
    });
    expect(wrong).toThrow(new ProgramError("f32_mean: 'x' reaches element 6 of 'x' [4], which has 4"));
  });

  test('a call outside a phase', () => {
    const p = new Program();
    const wrong = () => p.fill(view(numbers(p, 'x', 4)), 4, 0);
    expect(wrong).toThrow(new ProgramError('a call was recorded outside a phase'));
  });

  test('two lasting buffers of one name; transients get numbers', () => {
    const p = new Program();
    numbers(p, 'x', 4);
    expect(() => numbers(p, 'x', 4)).toThrow(new ProgramError("there are two buffers named 'x'"));
    const transient = () => p.buffer({ name: 'delta', shape: [constant(1)], role: 'scratch' }).name;
    expect([transient(), transient()]).toEqual(['delta', 'delta#2']);
  });

  test('to compute an expression without a shape', () => {
    const wrong = recording((p) => p.compute('twice', p.scalar('rate', 1).times(2)));
    expect(wrong).toThrow(new ProgramError('twice: an expression of scalars has no shape to compute'));
  });

  test('operands of different shapes in one expression', () => {
    const p = new Program();
    const tensor = (name: string, width: number) => p.tensor({ name, shape: [2, width], role: 'activation' });
    expect(() => tensor('a', 3).plus(tensor('b', 4))).toThrow(new RangeError('add: shapes [2, 3] and [2, 4] differ'));
  });

  test('a product of two counts', () => {
    const p = new Program();
    const x = p.tensor({ name: 'x', shape: [4, p.count('rows', 2), p.count('columns', 3)], role: 'activation' });
    expect(() => x.features).toThrow(new RangeError('cannot multiply two run-time counts: rows and columns'));
  });
});

describe('the recorder', () => {
  test('notes for each call its unit and the line that recorded it', () => {
    const p = new Program();
    p.phase('run', () => {
      p.unit('outer', () => {
        p.unit('inner', () => p.fill(view(numbers(p, 'x', 1)), 1, 0));
        p.fill(view(numbers(p, 'y', 1)), 1, 0);
      });
      p.fill(view(numbers(p, 'z', 1)), 1, 0);
    });
    const calls = callsOf(p.phases.get('run') ?? []);
    expect(calls.map(({ unit }) => unit)).toEqual(['inner', 'outer', null]);
    for (const { site } of calls) expect(site).toMatch(/test\/program\/program\.test\.ts:\d+/);
  });

  test('leaves a unit when its recording fails', () => {
    const p = new Program();
    expect(() => p.unit('failed', () => { throw new Error('stop'); })).toThrow('stop');
    expect(numbers(p, 'x', 1).unit).toBeNull();
  });

  test('provides the scratch space a kernel asks for, in the unit that asks', () => {
    const p = new Program();
    const scratch = { kind: 'pointer', element: 'f32', access: 'scratch', shape: ['n', 2] } as const;
    const kernel = { ...f32_mean, parameters: { ...f32_mean.parameters, work: scratch } };
    p.phase('run', () => p.unit('dense_1', () =>
      p.call(kernel, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 8), n: 8 })));
    const [call] = p.phases.get('run') as Call[];
    const buffer = { name: 'dense_1/work', role: 'scratch', shape: [constant(16)] };
    expect(call.operands.work).toMatchObject({ buffer });
  });

  test('splits columns into groups of whole panels, but never a counted number of them', () => {
    const p = new Program();
    const groups: unknown[] = [];
    p.phase('run', () => {
      p.columnGroups(constant(20), 8, (first, columns) => groups.push([typeof first, columns]));
      p.columnGroups(constant(8), 8, (first, columns) => groups.push([first, columns]));
      p.columnGroups(p.count('classes', 20), 8, (first) => groups.push(first));
    });
    expect(groups).toEqual([['object', 8], ['number', 4], [0, constant(8)], 0]);
  });
});

test('a scalar is a number in memory that expressions read', () => {
  const p = new Program();
  expect(p.scalar('rate', 0.5)).toBeInstanceOf(Scalar);
  expect(p.buffers.find(({ name }) => name === 'rate')).toMatchObject({ life: 'persistent', initial: [0.5] });
});
