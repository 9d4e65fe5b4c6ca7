// From a program to a module: loops, conditions, moving operands, run-time sizes, scalars, alike in every form.

import { describe, expect, test } from 'vitest';
import { affine, along, plus, times, view } from '../../runtime/program/buffer.ts';
import { constant, counted, scaled, type Dim } from '../../runtime/program/dim.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { Scalar } from '../../runtime/program/leaves.ts';
import { link } from '../../runtime/program/link.ts';
import { plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import { f32_mean } from '../../runtime/simd/kernels/f32-mean.ts';
import { f32_random } from '../../runtime/simd/kernels/f32-random.ts';
import { i32, kernel, size } from '../../runtime/simd/kernel.ts';
import { compile, runEverywhere } from './run.ts';

const lasting = (p: Program, name: string, ...shape: (Dim | number)[]): Tensor =>
  p.tensor({ name, shape, role: 'data', life: 'persistent' });

const window = (columns: Dim | number, first: number, rows: Dim | number = 1) => ({
  rows: typeof rows === 'number' ? constant(rows) : rows,
  columns: typeof columns === 'number' ? constant(columns) : columns,
  first,
  sample: null,
});

/** A kernel of the test's own: it has no reference, so it runs compiled alone. */
const copyIntegers = kernel('copy_integers', { out: i32.out('n'), x: i32.in('n'), n: size }, (k, { out, x, n }) => {
  k.for(0, n, 1, (i) => out.at(i).set(x.at(i)));
});
const runCompiled = (p: Program) => compile(p, 'simd128', plan(p));

describe('a linked program', () => {
  test('repeats loops within loops, and addresses move with every index', () => {
    const p = new Program();
    const table = lasting(p, 'table', 1, 24);
    p.phase('run', () =>
      p.loop(2, (i) =>
        p.loop(3, (j) => {
          const at = plus(along(i, 12), plus(along(j, 4), 1));
          const number = p.compute('number', lasting(p, `one`, 1, 1).plus(1), { role: 'scratch' });
          p.evaluate(number, table.at(at), window(1, 0), 1, 1);
          p.evaluate(number.plus(1), table.at(plus(at, 1)), window(1, 0), 1, 1);
        }),
      ),
    );
    const run = runEverywhere(p);
    run.call('run');
    const expected = Array.from({ length: 24 }, (_, index) => [0, 1, 2, 0][index % 4]);
    expect(run.read('table')).toEqual(Float32Array.from(expected));
  });

  test('passes integers that move with a loop, backwards too', () => {
    const p = new Program();
    const out = lasting(p, 'out', 3, 4);
    const expected = lasting(p, 'expected', 1, 12);
    const draw = { low: 0, high: 1, stride: 1, ...p.draws('stream') };
    p.phase('run', () => {
      p.loop(3, (row) => {
        const first = plus(times(along(row, 4), -1), 8);
        p.call(f32_random('uniform'), { out: view(out.buffer, first), first, n: 4, ...draw });
      });
      p.call(f32_random('uniform'), { out: expected, first: 0, n: 12, ...draw });
    });
    const run = runEverywhere(p);
    run.write('seed', [7]);
    run.call('run');
    expect(run.read('out')).toEqual(run.read('expected'));
  });

  test('loops as often as a count says, and computes as many rows', () => {
    const p = new Program();
    const batch = p.count('batch', 5, 3);
    const x = lasting(p, 'x', batch, 2);
    const doubled = lasting(p, 'doubled', 5, 2);
    const turns = lasting(p, 'turns', 1, 1);
    p.phase('run', () => {
      p.evaluate(x.times(2), doubled.at(0), window(2, 0, batch), 2, 2);
      p.loop(batch, () => p.evaluate(turns.plus(1), turns.at(0), window(1, 0), 1, 1));
    });
    const run = runEverywhere(p);
    run.write('x', [1, 2, 3, 4, 5, 6]);
    run.call('run');
    expect(run.read('doubled')).toEqual(Float32Array.of(2, 4, 6, 8, 10, 12, 0, 0, 0, 0));
    run.write('count/batch', [1]);
    run.call('run');
    expect(run.read('turns')).toEqual(Float32Array.of(4));
  });

  test('reads dims that are affine in a count', () => {
    const p = new Program();
    const steps = p.count('steps', 4, 3);
    const [x, mean] = [lasting(p, 'x', 1, 9), lasting(p, 'mean', 1, 1)];
    p.phase('run', () => p.call(f32_mean, { out: mean, x, n: { ...scaled(steps, 2), offset: 1 } }));
    const run = runEverywhere(p);
    run.write('x', [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const now of [3, 4, 0]) {
      run.write('count/steps', [now]);
      run.call('run');
      expect(run.read('mean')).toEqual(Float32Array.of(now + 1));
    }
  });

  test('reads scalars from memory at every call, floats and integers and counts', () => {
    const p = new Program();
    const batch = p.count('batch', 8, 2);
    const rate = p.scalar('rate', 0.5);
    const out = lasting(p, 'out', 1, 1);
    const drawn = lasting(p, 'drawn', 1, 1);
    p.phase('run', () => {
      p.evaluate(rate.over(new Scalar(batch)), out.at(0), window(1, 0), 1, 1);
      const step = p.draws('stream', p.step);
      p.call(f32_random('uniform'), { out: drawn, n: 1, stride: 1, first: 0, low: 0, high: 1, ...step });
    });
    const run = runEverywhere(p);
    run.call('run');
    const [first] = run.read('drawn');
    expect(run.read('out')).toEqual(Float32Array.of(0.25));
    run.write('rate', [6]);
    run.write('count/batch', [4]);
    run.write('step', [1]);
    run.call('run');
    expect(run.read('out')).toEqual(Float32Array.of(1.5));
    expect(run.read('drawn')[0]).not.toBe(first);
  });

  test('runs a `when` where a number read with the loop is large enough, and keeps that number alive until then', () => {
    const p = new Program();
    const given = p.buffer({ name: 'given', shape: [3], role: 'data', element: 'i32', life: 'persistent' });
    const mask = p.buffer({ name: 'mask', shape: [3], role: 'scratch', element: 'i32' });
    const hits = lasting(p, 'hits', 1, 3);
    p.phase('run', () => {
      p.call(copyIntegers, { out: mask, x: given, n: 3 });
      p.fill(view(p.buffer({ name: 'noise', shape: [3], role: 'scratch' })), 3, 1);
      p.loop(3, (i) =>
        p.when(view(mask, along(i, 1)), { atLeast: 2 }, () => {
          const scratch = p.compute('hit', lasting(p, 'zero', 1, 1).plus(1), { role: 'scratch' });
          p.evaluate(scratch, hits.at(along(i, 1)), window(1, 0), 1, 1);
        }),
      );
    });
    const run = runCompiled(p);
    run.write('given', [1, 2, 3]);
    run.call('run');
    expect(run.read('hits')).toEqual(Float32Array.of(0, 1, 1));
  });

  test('takes a loop index as a number', () => {
    const p = new Program();
    const out = lasting(p, 'out', 1, 4);
    p.phase('run', () =>
      p.loop(4, (i) => {
        const turn = new Scalar(affine(3, { index: i, stride: -1 }));
        p.evaluate(lasting(p, 'half', 1, 1).plus(turn), out.at(along(i, 1)), window(1, 0), 1, 1);
      }),
    );
    const run = runEverywhere(p);
    run.write('half', [0.5]);
    run.call('run');
    expect(run.read('out')).toEqual(Float32Array.of(3.5, 2.5, 1.5, 0.5));
  });

  test('runs a `when` in every n-th step only, in loops too', () => {
    const p = new Program();
    const [rare, often] = [lasting(p, 'rare', 1, 1), lasting(p, 'often', 1, 1)];
    const count = (x: Tensor): void => p.evaluate(x.plus(1), x.at(0), window(1, 0), 1, 1);
    p.phase('run', () => {
      p.when(p.step, { every: 3 }, () => {
        count(rare);
        p.loop(2, () => p.when(p.step, { every: 2 }, () => count(often)));
      });
    });
    const run = runEverywhere(p);
    for (let step = 0; step < 12; step++) {
      run.write('step', [step]);
      run.call('run');
    }
    expect([...run.read('rare'), ...run.read('often')]).toEqual([4, 4]);
  });

  test('links other steps than its phases, by name', () => {
    const p = new Program();
    const x = lasting(p, 'x', 1, 1);
    p.phase('run', () => {
      for (const value of [1, 2]) p.fill(x.at(0), 1, value);
    });
    const planned = plan(p);
    const phases = new Map([
      ['second', (p.phases.get('run') ?? []).slice(1)],
      ['nothing', []],
    ]);
    const module = new WebAssembly.Module(link(p, planned, { features: 'none', phases }));
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(['second', 'nothing']);
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(module, { onward: { memory } });
    (exports.second as () => void)();
    expect(new Float32Array(memory.buffer, planned.addresses.get(x.buffer), 1)[0]).toBe(2);
  });

  test('calls each kernel and holds its body once: a call more is a few bytes more', () => {
    const bytesOf = (calls: number): number => {
      const p = new Program();
      const x = lasting(p, 'x', 1, 64);
      p.phase('run', () => {
        for (let call = 0; call < calls; call++) p.evaluate(x.times(2), x.at(0), window(64, 0), 64, 64);
      });
      return link(p, plan(p), { features: 'simd128' }).length;
    };
    expect((bytesOf(150) - bytesOf(50)) / 100).toBeLessThan(32);
  });

  test('has no parameters to forget: phases are functions without arguments', () => {
    const p = new Program();
    p.phase('run', () => p.fill(lasting(p, 'x', 1, 1).at(0), 1, 1));
    expect(() => compile(p, 'none').call('run')).not.toThrow();
  });
});

describe('linking refuses', () => {
  const linking = (record: (p: Program) => void) => () => {
    const p = new Program();
    p.phase('run', () => record(p));
    return link(p, plan(p), { features: 'none' });
  };

  test('an index outside its loop', () => {
    const wrong = linking((p) => {
      const x = lasting(p, 'x', 1, 4);
      let outside = affine(0);
      p.loop(4, (index) => {
        outside = along(index, 1);
      });
      p.fill(view(x.buffer, outside), 1, 0);
    });
    expect(wrong).toThrow(new RangeError('an operand uses the index of a loop it is not in'));
  });

  test('a count of another program', () => {
    const foreign = counted({ name: 'foreign', capacity: 2 });
    const wrong = linking((p) =>
      p.evaluate(lasting(p, 'x', 1, 2), lasting(p, 'y', 1, 2).at(0), window(foreign, 0), 2, 2),
    );
    expect(wrong).toThrow("the count 'foreign' is not of this program");
  });

  test('a buffer that the plan does not know', () => {
    const p = new Program();
    const planned = plan(p);
    p.phase('run', () => p.fill(lasting(p, 'late', 1, 1).at(0), 1, 0));
    const wrong = () => link(p, planned, { features: 'none' });
    expect(wrong).toThrow(new RangeError("the plan has no address for 'late'"));
  });
});
