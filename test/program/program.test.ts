// What the recorder refuses, and with which words.

import { describe, expect, test } from 'vitest';
import { along, view } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { wholeWindow } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { callsOf, type Call } from '../../runtime/program/op.ts';
import { Program } from '../../runtime/program/program.ts';
import { f32_mean } from '../../runtime/simd/kernels/f32-mean.ts';

function recording(record: (p: Program) => void): () => void {
  const p = new Program();
  return () => p.phase('run', () => record(p));
}

const numbers = (p: Program, name: string, length: number) =>
  p.buffer({ name, shape: [constant(length)], role: 'data', life: 'persistent' });

describe('the recorder refuses', () => {
  test('a number that is missing', () => {
    const wrong = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 4) }));
    expect(wrong).toThrow("f32_mean: 'n' is missing");
  });

  test('a buffer that is missing, or is a number', () => {
    const missing = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), n: 4 }));
    expect(missing).toThrow("f32_mean: 'x' must be a buffer, but is missing");
    const number = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: 3, n: 4 }));
    expect(number).toThrow("f32_mean: 'x' must be a buffer, but is a number");
  });

  test('a buffer of other elements', () => {
    const wrong = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: p.integer('ids', 0), n: 1 }));
    expect(wrong).toThrow("f32_mean: 'x' must be f32, but 'ids' is i32");
  });

  test('an operand that reaches beyond its buffer', () => {
    const wrong = recording((p) => p.call(f32_mean, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 4), n: 5 }));
    expect(wrong).toThrow("f32_mean: 'x' reaches element 5 of 'x' [4], which has 4");
  });

  test('an operand that reaches beyond its buffer in the last turn of a loop', () => {
    const wrong = recording((p) => {
      const [mean, x] = [numbers(p, 'mean', 1), numbers(p, 'x', 8)];
      p.loop(3, (turn) => p.call(f32_mean, { out: mean, x: view(x, along(turn, 3)), n: 3 }));
    });
    expect(wrong).toThrow("f32_mean: 'x' reaches element 9 of 'x' [8], which has 8");
  });

  test('an operand that reaches beyond its buffer at the capacity of a count', () => {
    const wrong = recording((p) => {
      const batch = p.count('batch', 6, 2);
      p.call(f32_mean, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 4), n: batch });
    });
    expect(wrong).toThrow("f32_mean: 'x' reaches element 6 of 'x' [4], which has 4");
  });

  test('a call outside a phase', () => {
    const p = new Program();
    const wrong = () => p.fill(view(numbers(p, 'x', 4)), 4, 0);
    expect(wrong).toThrow('a call was recorded outside a phase');
  });

  test('two lasting buffers of one name; transients get numbers', () => {
    const p = new Program();
    numbers(p, 'x', 4);
    expect(() => numbers(p, 'x', 4)).toThrow("there are two buffers named 'x'");
    const transient = () => p.buffer({ name: 'delta', shape: [constant(1)], role: 'scratch' }).name;
    expect([transient(), transient()]).toEqual(['delta', 'delta#2']);
  });

  test('to compute an expression without a shape', () => {
    const wrong = recording((p) => p.compute('twice', p.scalar('rate', 1).times(2)));
    expect(wrong).toThrow('twice: an expression of scalars has no shape to compute');
  });

  test('operands of different shapes in one expression', () => {
    const p = new Program();
    const tensor = (name: string, width: number) => p.tensor({ name, shape: [2, width], role: 'activation' });
    expect(() => tensor('a', 3).plus(tensor('b', 4))).toThrow('add: shapes [2, 3] and [2, 4] differ');
  });

  test('another shape with another number of elements, counts included', () => {
    const p = new Program();
    const [rows, columns] = [p.count('rows', 2), p.count('columns', 3)];
    const x = p.tensor({ name: 'x', shape: [rows, columns, 4], role: 'activation' });
    expect(x.reshape([columns, 2, rows, 2]).shape).toHaveLength(4);
    expect(() => x.reshape([rows, 3, 4])).toThrow(
      "'x' [rows, columns, 4] has 4 x columns x rows elements, so it cannot be seen as [rows, 3, 4] (12 x rows)",
    );
    expect(() => x.reshape([rows, 3, 4])).toThrow(/recorded at .*program\.test\.ts:\d+/);
  });

  test('a weight that is written outside any unit, with the line that does it', () => {
    const weight = (p: Program) => p.tensor({ name: 'w', shape: [1, 4], role: 'parameter', life: 'persistent' });
    expect(recording((p) => p.fill(weight(p).at(0), 4, 0))).toThrow(
      /^f32_map_\w+ writes the weight 'w' outside any unit; recorded at .*program\.test\.ts:\d+/,
    );
    expect(recording((p) => p.unit('dense_1', () => p.fill(weight(p).at(0), 4, 0)))).not.toThrow();
  });

  describe('an expression', () => {
    const membrane = (p: Program) => p.tensor({ name: 'u', shape: [1, 4], role: 'state', life: 'persistent' });

    test('that is computed after what it was made from was written again', () => {
      expect(
        recording((p) => {
          const u = membrane(p);
          const decayed = u.times(0.5);
          p.fill(u.at(0), 4, 1);
          p.compute('y', decayed.plus(1));
        }),
      ).toThrow("'u' was written again before an expression made from it was computed");
    });

    test('that was made before a loop from what the loop writes after it', () => {
      const inLoop = (made: 'before' | 'inside') =>
        recording((p) => {
          const u = membrane(p);
          const before = u.times(0.5);
          p.loop(3, () => {
            p.compute('y', made === 'before' ? before : u.times(0.5));
            p.fill(u.at(0), 4, 1);
          });
        });
      expect(inLoop('before')).toThrow("'u' is written in a loop that computes an expression made from it before");
      expect(inLoop('inside')).not.toThrow();
    });

    test('but not one that is written in place, nor a tensor, which is what it holds', () => {
      expect(
        recording((p) => {
          const u = membrane(p);
          p.evaluate(u.times(2), u.at(0), wholeWindow(u.shape), 4, 4);
          p.materialize('same', u);
        }),
      ).not.toThrow();
    });
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
    expect(calls.map(({ unit, layer }) => [unit, layer])).toEqual([
      ['outer', 'inner'],
      ['outer', 'outer'],
      [null, null],
    ]);
    for (const { site } of calls) expect(site).toMatch(/test\/program\/program\.test\.ts:\d+/);
  });

  test('leaves a unit when its recording fails', () => {
    const p = new Program();
    expect(() =>
      p.unit('failed', () => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(numbers(p, 'x', 1).unit).toBeNull();
  });

  test('provides the scratch space a kernel asks for, in the unit that asks', () => {
    const p = new Program();
    const scratch = { kind: 'pointer', element: 'f32', access: 'scratch', shape: ['n', 2] } as const;
    const kernel = { ...f32_mean, parameters: { ...f32_mean.parameters, work: scratch } };
    p.phase('run', () =>
      p.unit('dense_1', () => p.call(kernel, { out: numbers(p, 'mean', 1), x: numbers(p, 'x', 8), n: 8 })),
    );
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
