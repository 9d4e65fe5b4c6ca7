// A phase cut for two workers: each has its units and what these read, ports stand where one reads what the other
// computed, and both together compute what the whole phase does. What would have to wait is refused, with its line.

import { expect, test } from 'vitest';
import type { Tensor } from '../../runtime/program/expression.ts';
import { callsOf, type Op } from '../../runtime/program/op.ts';
import { Program } from '../../runtime/program/program.ts';
import { compile } from '../../runtime/program/run.ts';
import { slicePhases, type Slice } from '../../runtime/program/slice.ts';

const tensor = (p: Program, name: string, life?: 'persistent'): Tensor =>
  p.tensor({ name, shape: [1, 4], role: 'state', life });

const workerOf = (unit: string): number => (unit === 'front' ? 0 : 1);
const slice = (p: Program): Slice[] => slicePhases(p, ['train'], workerOf, 2).get('train') ?? [];

const written = (ops: readonly Op[]): string[] =>
  callsOf(ops).map(({ operands }) => (operands.out as { buffer: { name: string } }).buffer.name);

const named = (buffers: Iterable<{ readonly name: string }>): string[] => [...buffers].map(({ name }) => name);

/** `front` gives y, and then learns; `behind` adds what both share. */
function program(): Program {
  const p = new Program();
  const [rate, sum, weight] = ['rate', 'sum', 'weight'].map((name) => tensor(p, name, 'persistent'));
  p.phase('train', () => {
    const shared = p.compute('shared', rate.plus(3));
    const y = p.unit('front', () => {
      const given = p.compute('y', shared.times(2));
      p.write(sum, given.plus(1));
      return given;
    });
    p.unit('behind', () => p.write(weight, y.plus(shared)));
  });
  return p;
}

test('the parts compute what the whole does', () => {
  const whole = compile(program(), 'simd128');
  whole.call('train');
  const p = program();
  const [front, behind] = slice(p);
  expect(written(front.ops)).toEqual(['shared', 'train/after/y', 'sum']);
  expect(written(behind.ops)).toEqual(['shared', 'weight']);
  expect(named(front.gives.keys())).toEqual(['y']);
  expect([...behind.takes.values()].map(({ port, from }) => [port.name, from])).toEqual([['train/before/y', 0]]);
  p.phases.set('front', [...front.ops]);
  p.phases.set('behind', [...behind.ops]);
  const parts = compile(p, 'simd128');
  parts.call('front');
  parts.write('train/before/y', parts.read('train/after/y'));
  parts.call('behind');
  for (const name of ['sum', 'weight']) expect(parts.read(name)).toEqual(whole.read(name));
});

test.each([
  ['is read in front of the unit that computes it', ['behind', 'front']],
  ['is written again once another unit read it', ['front', 'behind', 'front']],
] as const)('what %s is refused', (why, order) => {
  const p = new Program();
  const shared = tensor(p, 'shared');
  p.phase('train', () => {
    for (const [at, unit] of order.entries()) {
      p.unit(unit, () => (at === 1 ? p.compute('read', shared.plus(1)) : p.write(shared, at)));
    }
  });
  expect(() => slice(p)).toThrow(`'shared' ${why}, so workers would wait for each other; recorded at `);
});

test('what another worker learns is refused: it would be that of its last step', () => {
  const p = new Program();
  const learned = tensor(p, 'learned', 'persistent');
  p.phase('train', () => {
    p.unit('behind', () => p.compute('read', learned.plus(1)));
    p.unit('front', () => p.write(learned, 2));
  });
  expect(() => slice(p)).toThrow("'learned' is read by a worker that does not learn it; recorded at ");
});
