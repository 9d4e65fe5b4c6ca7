// What decays and is kept ends at zero: denormal numbers would stay, and make every step slower on some processors.

import { expect, test } from 'vitest';
import { adam, adamw, backprop, dense, sequential, sgd, sgdw } from '../../src/index.ts';
import { opened } from '../learner/opened.ts';
import { draws } from '../tasks/draws.ts';

const isDenormal = (value: number): boolean => value !== 0 && Math.abs(value) < 2 ** -126;

test.each([
  ['adam', adam(0.01), ['firstMoment', 'secondMoment']],
  ['adamw', adamw(0.01), ['firstMoment', 'secondMoment']],
  ['momentum', sgd(0.01, { momentum: 0.9 }), ['velocity']],
  ['sgdw', sgdw(0.01), ['velocity']],
  ['nesterov', sgd(0.01, { momentum: 0.9, nesterov: true }), ['velocity']],
])('%s: features that fall silent leave no denormal behind', async (_, optimizer, states) => {
  const network = sequential([6], [dense(3)]);
  const { learner, trainer } = await opened({ network, rule: backprop({ optimizer }), batchSize: 4 });
  const [x, silent, labels] = [draws('x', 24), new Float32Array(24), [0, 1, 2, 0]];
  for (let step = 0; step < 5; step++) learner.trainOnBatch(x, labels);
  const kept = (): number[] =>
    states.flatMap((state) => {
      const buffer = trainer.engine.learned.find(({ name }) => name === `dense_1/weight/${state}`)!;
      return [...trainer.engine.decode(buffer)];
    });
  expect(kept().some((value) => value !== 0)).toBe(true);
  for (let step = 0; step < 1000; step++) {
    learner.trainOnBatch(silent, labels);
    if (step % 50 === 0) expect(kept().filter(isDenormal)).toEqual([]);
  }
  expect(kept().filter(isDenormal)).toEqual([]);
});
