/** Lifetimes of transients around loops, where a wrong one lets two buffers share bytes that both still need. */
import { expect, test } from 'vitest';
import { along } from '../../runtime/program/buffer.ts';
import { constant } from '../../runtime/program/dim.ts';
import { Program } from '../../runtime/program/program.ts';
import { runEverywhere } from './run.ts';

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
