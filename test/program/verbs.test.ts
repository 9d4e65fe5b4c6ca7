// The verbs in which layers and rules are written: what a write leaves behind it, when a part is copied, sums along
// rows, places in a phase, loops that go back.

import { describe, expect, test } from 'vitest';
import { along, view } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { callsOf } from '../../runtime/program/op.ts';
import { Program, type Moment } from '../../runtime/program/program.ts';
import { f32_mean } from '../../runtime/simd/kernels/f32-mean.ts';
import { runEverywhere } from './run.ts';

const lasting = (p: Program, name: string, shape: Parameters<Program['buffer']>[0]['shape']): Tensor =>
  p.tensor({ name, shape, role: 'data', life: 'persistent' });

const counting = (n: number, from = 1): Float32Array => Float32Array.from({ length: n }, (_, i) => i + from);

/** Records a phase and runs it with everything in `given`; gives what `out` holds. */
function ran(given: Readonly<Record<string, ArrayLike<number>>>, record: (p: Program) => void): Float32Array {
  const p = new Program();
  p.phase('run', () => record(p));
  const run = runEverywhere(p);
  for (const [name, values] of Object.entries(given)) run.write(name, values);
  run.call('run');
  return run.read('out');
}

describe('write', () => {
  test('of a value narrower than its place leaves zeros behind it', () => {
    const out = ran({ x: counting(6), out: counting(10, 100) }, (p) =>
      p.write(lasting(p, 'out', [2, 5]), lasting(p, 'x', [2, 3]).times(2)),
    );
    expect([...out]).toEqual([2, 4, 6, 0, 0, 8, 10, 12, 0, 0]);
  });

  test('of as many classes as there are, into a place at capacity', () => {
    const out = ran({ x: counting(4), out: counting(10, 100) }, (p) => {
      const classes = p.count('classes', 5, 2);
      p.write(lasting(p, 'out', [2, 5]), lasting(p, 'x', [2, classes]).times(1));
    });
    expect([...out]).toEqual([1, 2, 0, 0, 0, 3, 4, 0, 0, 0]);
  });

  test('into columns leaves the others alone; into a slot the other slots', () => {
    const columns = ran({ x: counting(4), out: counting(10, 100) }, (p) =>
      p.write(lasting(p, 'out', [2, 5]).columns(2, 3), lasting(p, 'x', [2, 2])),
    );
    expect([...columns]).toEqual([100, 101, 1, 2, 0, 105, 106, 3, 4, 0]);
    const slots = ran({ x: counting(4), out: counting(12, 100) }, (p) =>
      p.write(lasting(p, 'out', [3, 2, 2]).slot(1), lasting(p, 'x', [2, 2])),
    );
    expect([...slots]).toEqual([100, 101, 102, 103, 1, 2, 3, 4, 108, 109, 110, 111]);
  });

  test('of a number fills its place', () => {
    const out = ran({ out: counting(10, 100) }, (p) => p.write(lasting(p, 'out', [2, 5]).columns(1, 2), 7));
    expect([...out]).toEqual([100, 7, 7, 103, 104, 105, 7, 7, 108, 109]);
  });

  test('zero reaches to full capacity where rows touch, and keeps to a part where they do not', () => {
    const p = new Program();
    const batch = p.count('batch', 3, 3);
    const [whole, part] = [lasting(p, 'whole', [batch, 2]), lasting(p, 'part', [batch, 3])];
    p.phase('run', () => p.zero(whole, part.columns(1, 1)));
    const run = runEverywhere(p);
    run.write('whole', counting(6));
    run.write('part', counting(9));
    run.write('count/batch', [2]);
    run.call('run');
    run.write('count/batch', [3]);
    expect([...run.read('whole')]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...run.read('part')]).toEqual([1, 0, 3, 4, 0, 6, 7, 8, 9]);
  });

  test.each<[string, (p: Program) => void, string]>([
    [
      'a value that is wider',
      (p) => p.write(lasting(p, 'out', [2, 3]), lasting(p, 'x', [2, 4])),
      "a value of [2, 4] does not fit into 'out' [2, 3]",
    ],
    [
      'more classes than the place may hold',
      (p) => p.write(lasting(p, 'out', [2, 3]), lasting(p, 'x', [2, p.count('classes', 4, 1)])),
      "a value of [2, classes] does not fit into 'out' [2, 3]",
    ],
    [
      'a value of other rows',
      (p) => p.write(lasting(p, 'out', [2, 4]), lasting(p, 'x', [p.count('batch', 2), 4])),
      "a value of [batch, 4] does not fit into 'out' [2, 4]",
    ],
  ])('refuses %s', (_, record, message) => {
    const p = new Program();
    expect(() => p.phase('run', () => record(p))).toThrow(message);
  });
});

describe('a part of a tensor', () => {
  test('is its own materialisation where its rows touch; else it is copied', () => {
    const p = new Program();
    const x = lasting(p, 'x', [2, 6]);
    p.phase('run', () => {
      expect(p.materialize('same', x)).toBe(x);
      const all = x.columns(0, 6);
      expect(p.materialize('all', all)).toBe(all);
      const slot = lasting(p, 'slots', [3, 2, 4]).slot(1);
      expect(p.materialize('slot', slot)).toBe(slot);
      expect(p.materialize('twice', x.times(2)).buffer).toMatchObject({ name: 'twice', role: 'activation' });
      const part = x.columns(2, 3);
      expect(part.touches).toBe(false);
      expect(p.materialize('part', part).buffer).toMatchObject({ name: 'part', role: 'activation' });
    });
    expect(callsOf(p.phases.get('run')!)).toHaveLength(2);
  });

  test('is copied as it stands', () => {
    const out = ran({ x: counting(12) }, (p) => {
      const part = p.materialize('part', lasting(p, 'x', [2, 6]).columns(2, 3));
      p.write(lasting(p, 'out', [3, 2]), part.reshape([3, 2]));
    });
    expect([...out]).toEqual([3, 4, 5, 9, 10, 11]);
  });

  test('is refused by kernels that want rows that touch, and another shape', () => {
    const p = new Program();
    const part = lasting(p, 'x', [2, 6]).columns(2, 3);
    const call = (): void => p.phase('run', () => p.call(f32_mean, { out: lasting(p, 'mean', [1]), x: part, n: 6 }));
    expect(call).toThrow(/^the rows of this part of 'x' do not touch: materialize copies it; .*verbs\.test\.ts:\d+/);
    expect(() => part.reshape([6])).toThrow("the rows of this part of 'x' do not touch");
  });

  test('goes to a kernel where it begins, if its rows touch', () => {
    const out = ran({ x: counting(12) }, (p) =>
      p.call(f32_mean, { out: lasting(p, 'out', [1]), x: lasting(p, 'x', [3, 2, 2]).slot(2), n: 4 }),
    );
    expect([...out]).toEqual([10.5]);
  });
});

describe('rowSum', () => {
  test('is a number for each sample, of any expression over its features', () => {
    const out = ran({ x: counting(15), y: counting(15, -3) }, (p) => {
      const [x, y] = [lasting(p, 'x', [3, 5]), lasting(p, 'y', [3, 5])];
      const dot = p.rowSum('dot', x.times(y));
      p.write(lasting(p, 'out', [3, 5]), x.minus(dot));
    });
    const dots = [0, 1, 2].map((row) => [1, 2, 3, 4, 5].reduce((sum, i) => sum + (row * 5 + i) * (row * 5 + i - 4), 0));
    expect(out).toEqual(counting(15).map((value, i) => value - dots[Math.floor(i / 5)]));
  });

  test('follows the counts: of the classes there are', () => {
    const out = ran({ x: counting(4) }, (p) => {
      const classes = p.count('classes', 7, 2);
      const sum = p.rowSum('sum', lasting(p, 'x', [2, classes]));
      p.write(lasting(p, 'out', [2, 1]), p.compute('zeros', lasting(p, 'x1', [2, 1]).times(0)).plus(sum));
    });
    expect([...out]).toEqual([3, 7]);
  });

  test('of scalars is refused', () => {
    const p = new Program();
    const record = (): void => p.phase('run', () => p.rowSum('sum', p.scalar('rate', 1).times(2)));
    expect(record).toThrow('sum: an expression of scalars has no rows to sum');
  });
});

describe('a place', () => {
  test('takes calls that are recorded later and run there', () => {
    const out = ran({ x: [1], out: [0] }, (p) => {
      const [x, out] = [lasting(p, 'x', [1, 1]), lasting(p, 'out', [1, 1])];
      const here = p.place();
      p.write(out, x.times(10));
      here(() => p.write(x, x.plus(1)));
      here(() => p.write(x, x.plus(1)));
    });
    expect([...out]).toEqual([30]);
  });

  test('stays where it is: outside the loop in which it is filled', () => {
    const out = ran({ out: [5] }, (p) => {
      const out = lasting(p, 'out', [1, 1]);
      const here = p.place();
      p.loop(4, () => {
        here(() => p.zero(out));
        p.write(out, out.plus(1));
      });
    });
    expect([...out]).toEqual([4]);
  });

  test('outside a phase is refused', () => {
    expect(() => new Program().place()).toThrow('a call was recorded outside a phase');
  });
});

describe('a loop that goes back', () => {
  /** out[turn] = how many turns came before it. */
  const order = (record: (p: Program, note: (at: ReturnType<typeof along>) => void) => void): number[] => [
    ...ran({}, (p) => {
      const [out, clock] = [lasting(p, 'out', [4, 1, 1]), p.tensor({ name: 'clock', shape: [1, 1], role: 'scratch' })];
      p.zero(out.reshape([4, 1]), clock);
      record(p, (at) => {
        p.write(out.slot(at), clock);
        p.write(clock, clock.plus(1));
      });
    }),
  ];

  test('counts its index down', () => {
    expect(order((p, note) => p.loop(4, (index) => note(along(index, 1))))).toEqual([0, 1, 2, 3]);
    expect(order((p, note) => p.loop(4, (index) => note(along(index, 1)), 'back'))).toEqual([3, 2, 1, 0]);
  });

  test('over time hands the same moments back in reverse', () => {
    const moments: Moment[] = [];
    const note = (p: Program, way: 'forward' | 'back', each: (at: Moment['turn']) => void): void =>
      p.time(constant(4), way, (at) => {
        moments.push(at);
        each(at.turn);
      });
    expect(order((p, each) => note(p, 'forward', each))).toEqual([0, 1, 2, 3]);
    expect(order((p, each) => note(p, 'back', each))).toEqual([3, 2, 1, 0]);
    expect(moments.map(({ steps }) => steps)).toEqual([constant(4), constant(4)]);
  });

  test('over as many turns as a count says', () => {
    const p = new Program();
    const steps = p.count('steps', 6, 3);
    const out = lasting(p, 'out', [6, 1, 1]);
    p.phase('run', () => {
      p.zero(out.reshape([6, 1]));
      p.time(steps, 'back', ({ turn, steps: of }) =>
        p.write(out.slot(turn), p.compute('one', out.slot(turn).times(0)).plus(new Scalar(turn)).plus(new Scalar(of))),
      );
    });
    const run = runEverywhere(p);
    run.call('run');
    expect([...run.read('out')]).toEqual([3, 4, 5, 0, 0, 0]);
  });
});

test('a condition runs its body where the integer read is a multiple, or not below', () => {
  const p = new Program();
  const [every, atLeast] = [lasting(p, 'every', [1, 1]), lasting(p, 'atLeast', [1, 1])];
  p.phase('run', () => {
    p.when(p.step, { every: 3 }, () => p.write(every, every.plus(1)));
    p.when(view(p.step), { atLeast: 5 }, () => p.write(atLeast, atLeast.plus(1)));
  });
  const run = runEverywhere(p);
  for (let step = 0; step < 8; step++) {
    run.write('step', [step]);
    run.call('run');
  }
  expect([...run.read('every'), ...run.read('atLeast')]).toEqual([3, 3]);
});
