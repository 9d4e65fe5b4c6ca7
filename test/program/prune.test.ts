// What only `prepare` writes is not made, and stands in no plan: a weight that a rule took as a template, and what it
// was made from. What any phase reads is made as before.

import { expect, test } from 'vitest';
import { callsOf } from '../../runtime/program/op.ts';
import type { Tensor } from '../../runtime/program/expression.ts';
import { plan } from '../../runtime/program/plan.ts';
import { Program } from '../../runtime/program/program.ts';
import { prune } from '../../runtime/program/prune.ts';
import { runEverywhere } from './run.ts';

const weight = (p: Program, name: string): Tensor =>
  p.tensor({ name, shape: [1, 4], role: 'parameter', life: 'persistent' });

/** The names of what `prepare` still writes, after pruning. */
function prepared(p: Program): string[] {
  prune(p, 'prepare');
  const calls = callsOf(p.phases.get('prepare') ?? []);
  return calls.map(({ operands }) => (operands.out as { buffer: { name: string } }).buffer.name);
}

const planned = (p: Program): string[] => [...plan(p).addresses.keys()].map(({ name }) => name);

/** `used` is read by `train`, the others by none. */
function program(): Program {
  const p = new Program();
  const [used, unused] = [weight(p, 'used'), weight(p, 'unused')];
  p.phase('prepare', () =>
    p.unit('unit', () => {
      p.write(unused, 1);
      const template = p.compute('template', unused.times(2));
      const seed = p.compute('seed of it', template.plus(1));
      p.write(used, 3);
      p.compute('other', seed.plus(used));
    }),
  );
  p.phase('train', () => p.compute('y', used.times(2), { life: 'persistent' }));
  return p;
}

test('what no phase reads is not made, nor what it was made from', () => {
  const p = program();
  expect(planned(p)).toContain('unused');
  expect(prepared(p)).toEqual(['used']);
  expect(planned(p).sort()).toEqual(['seed', 'step', 'used', 'y']);
  const run = runEverywhere(p);
  for (const phase of ['prepare', 'train']) run.call(phase);
  expect([...run.read('y')]).toEqual([6, 6, 6, 6]);
});

test('what something else is made from stays, through loops and conditions', () => {
  const p = program();
  const [from, flag] = [weight(p, 'from'), p.integer('flag', 0)];
  const target = weight(p, 'target');
  const lost = weight(p, 'lost');
  p.phase('prepare', () =>
    p.unit('unit', () => {
      p.write(from, 5);
      p.write(lost, 6);
      p.loop(2, () => p.when(flag, { atLeast: 0 }, () => p.write(target, from.plus(1))));
      p.loop(2, () => p.write(lost, from.plus(2)));
    }),
  );
  p.phase('predict', () => p.compute('z', target.times(1), { life: 'persistent' }));
  expect(prepared(p)).toEqual(['used', 'from', 'target']);
  expect(planned(p)).toContain('flag');
  expect(planned(p)).not.toContain('lost');
  const run = runEverywhere(p);
  for (const phase of ['prepare', 'predict']) run.call(phase);
  expect([...run.read('z')]).toEqual([6, 6, 6, 6]);
});

test('what is read by the training alone, or changed by it, is made', () => {
  const p = new Program();
  const kept = weight(p, 'kept');
  p.phase('prepare', () => p.unit('unit', () => p.write(kept, 1)));
  p.phase('train', () => p.unit('unit', () => p.write(kept, kept.times(0.5))));
  expect(prepared(p)).toEqual(['kept']);
});

test('where there is nothing to prepare, nothing changes', () => {
  const p = new Program();
  p.phase('train', () => p.compute('y', weight(p, 'w').times(2)));
  prune(p, 'prepare');
  expect(p.phases.get('prepare')).toEqual([]);
});
