// Data flow that hides: through loops, through parts of buffers, through scalars, and what a unit reads and writes.

import { describe, expect, test } from 'vitest';
import { accesses, analyse } from '../../runtime/program/analyse.ts';
import { constant } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import { Program } from '../../runtime/program/program.ts';

interface Units {
  readonly p: Program;
  readonly input: Tensor;
  /** A fixed number that belongs to `behind`: feedback that is no forward weight. */
  readonly feedback: Tensor;
  /** Records `out[from..] = expression` in a unit. */
  write(unit: string, out: Tensor, expression: Expression, from?: number): void;
  /** Records the update of the unit's weight. */
  learn(unit: string, delta: Expression): void;
  tensor(name: string, columns: number): Tensor;
}

/** Two units, `front` and `behind`, with a weight each, whose forward passes lead to an output. */
function program(record: (units: Units) => void): Program {
  const p = new Program();
  const tensor = (name: string, columns: number): Tensor => p.tensor({ name, shape: [1, columns], role: 'activation' });
  const input = p.tensor({ name: 'input', shape: [1, 1], role: 'input', port: 'before' });
  const output = p.tensor({ name: 'output', shape: [1, 1], role: 'activation', port: 'after' });
  const weights = new Map(
    ['front', 'behind'].map((unit) => [
      unit,
      p.unit(unit, () => p.tensor({ name: `${unit}/weight`, shape: [1, 1], role: 'parameter', life: 'persistent' })),
    ]),
  );
  const feedback = p.unit('behind', () =>
    p.tensor({ name: 'feedback', shape: [1, 1], role: 'constant', life: 'persistent' }),
  );
  const write = (unit: string, out: Tensor, expression: Expression, from = 0): void => {
    const window = { rows: constant(1), columns: constant(1), first: 0, sample: null };
    p.unit(unit, () => p.evaluate(expression, out.at(from), window, 1, 1));
  };
  const learn = (unit: string, delta: Expression): void => {
    const weight = weights.get(unit)!;
    write(unit, weight, weight.minus(delta));
  };
  p.phase('train', () => {
    const hidden = tensor('hidden', 1);
    write('front', hidden, input.times(weights.get('front')!));
    write('behind', output, hidden.times(weights.get('behind')!));
    record({ p, input, feedback, write, learn, tensor });
  });
  return p;
}

const shared = (p: Program): Tensor =>
  p.tensor({ name: 'gain', shape: [1, 1], role: 'state', life: 'persistent', unit: null });

const claims = (p: Program): string[] =>
  Object.entries(analyse(p, ['train']).locality).flatMap(([claim, holds]) => (holds ? [claim] : []));

describe('a unit', () => {
  test('is not locked by its own past', () => {
    expect(claims(program(({ learn, input }) => learn('front', input)))).toEqual([]);
  });

  test('is not locked by what follows from the input and the output alone, whoever computes it', () => {
    const p = program(({ input, write, learn, tensor }) => {
      const twice = tensor('twice', 1);
      write('behind', twice, input.times(2));
      learn('front', twice);
    });
    expect(claims(p)).toEqual([]);
  });

  test('is locked by what a unit behind it hands back in the next turn of a loop', () => {
    const p = program(({ p: recorder, input, feedback, write, learn, tensor }) => {
      const back = tensor('back', 1);
      write('front', back, input);
      recorder.loop(2, () => {
        learn('front', back);
        write('behind', back, input.times(feedback));
      });
    });
    expect(claims(p).sort()).toEqual(['backwardLocked', 'updateLocked']);
  });

  test('is locked by a part of a buffer whose other part it wrote last', () => {
    const p = program(({ input, feedback, write, learn, tensor }) => {
      const [parts, sum] = [tensor('parts', 2), tensor('sum', 1)];
      write('behind', parts, input.times(feedback));
      write('front', parts, input, 1);
      write('front', sum, parts.reshape([2, 1]));
      learn('front', sum);
    });
    expect(claims(p).sort()).toEqual(['backwardLocked', 'updateLocked']);
  });

  test('is locked by a scalar that a unit behind it set in the same step', () => {
    const p = program(({ p: recorder, input, feedback, write, learn }) => {
      const gain = shared(recorder);
      write('behind', gain, input.times(feedback));
      learn('front', gain);
    });
    expect(claims(p).sort()).toEqual(['backwardLocked', 'updateLocked']);
  });

  test('is delayed by what was set after its update, which it sees a step later', () => {
    const p = program(({ p: recorder, input, feedback, write, learn }) => {
      const gain = shared(recorder);
      learn('front', gain);
      write('behind', gain, input.times(feedback));
    });
    expect(claims(p)).toEqual(['delayed']);
  });
});

test('a unit reads what it did not write before, and writes what it writes', () => {
  const p = program(({ write, tensor, input }) => {
    const [a, b] = [tensor('a', 1), tensor('b', 1)];
    write('behind', a, input);
    write('behind', b, a.plus(b));
  });
  expect(accesses(p, 'train')).toEqual([
    { unit: 'front', reads: ['input', 'front/weight'], writes: ['hidden'] },
    { unit: 'behind', reads: ['hidden', 'behind/weight', 'input', 'b'], writes: ['output', 'a', 'b'] },
  ]);
});
