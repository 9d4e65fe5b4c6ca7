// How stages share out the epochs of a fit, and what runs in their steps.

import { expect, test } from 'vitest';
import { stageAt, stageBegins } from '../../src/learner/stages.ts';
import { defineRule, LOCAL, type Course } from '../../src/author.ts';
import { ConfigurationError, dense, sequential, sgd } from '../../src/index.ts';
import { opened } from './opened.ts';
import { FEATURES, smallData, smallOptions } from './small.ts';

test.each([
  [[1], 3, [0, 0, 0]],
  [[1 / 2, 1 / 2], 5, [0, 0, 0, 1, 1]],
  [[1 / 3, 1 / 3, 1 / 3], 3, [0, 1, 2]],
  [[0.25, 0.75], 4, [0, 1, 1, 1]],
  [[0.9, 0.1], 10, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  [[0.9, 0.05, 0.05], 4, [0, 0, 1, 2]],
  [[0.05, 0.05, 0.9], 4, [0, 1, 2, 2]],
])('shares %j of %s epochs', (shares, epochs, at) => {
  const begins = stageBegins(
    shares.map((share) => ({ step: ['train'], share })),
    epochs,
  );
  expect(at.map((_, epoch) => stageAt(begins, epoch))).toEqual(at);
});

const { x, y } = smallData(16);
const NAMES = ['first', 'second', 'third'] as const;
const RATE = 0.5;

/** A rule that counts what runs, in numbers that last. */
const counting = defineRule({
  name: 'counting',
  paper: 'none',
  optimizers: { optimizer: sgd(RATE, { schedule: 'linear' }) },
  locality: LOCAL,
  record(p, network, { input, task, sink }): Course {
    for (const name of NAMES) {
      const number = p.tensor({ name, shape: [1, 1], role: 'state', life: 'persistent' });
      p.phase(name, () => p.write(number, number.plus(1)));
    }
    p.phase('train', () => {
      const [into, outcome] = [sink(), task.outcome(p, null)];
      network.walk(p, input, { training: true }, (unit, saved, mode) => {
        unit.back(p, saved, outcome.score(p, saved.output), { ...mode, sink: into });
      });
    });
    const stages = [
      { step: ['train', 'first'], share: 1 / 4 },
      { step: ['train', 'second', 'third'], share: 3 / 4 },
    ];
    return { stages, predict: (program) => network.walk(program, input, { training: false }) };
  },
});

test('a step runs the phases of its stage in order, by a schedule of its own; what they keep comes back', async () => {
  const start = () => opened(smallOptions({ rule: counting, network: sequential([FEATURES], [dense(3)]) }));
  const [{ learner, trainer }, other] = [await start(), await start()];
  const rates: number[] = [];
  const onBatchEnd = (): void => void rates.push(learner.learningRate / RATE);
  await learner.fit(x, y, { epochs: 4, batchSize: 8, callbacks: { onBatchEnd } });
  expect(rates.map((rate) => Math.round(rate * 6) / 6)).toEqual([1, 1 / 2, 1, 5 / 6, 2 / 3, 1 / 2, 1 / 3, 1 / 6]);
  const numbers = ({ engine }: typeof trainer): number[] =>
    NAMES.map((name) => engine.decode(engine.learned.find((buffer) => buffer.name === name)!)[0]);
  expect(numbers(trainer)).toEqual([2, 6, 6]);
  other.learner.restore(learner.save());
  expect(numbers(other.trainer)).toEqual([2, 6, 6]);
  await expect(other.learner.fit(x, y)).rejects.toThrow(
    new ConfigurationError('epochs is 1, wanted at least 2: this rule trains as many stages one after another'),
  );
});
