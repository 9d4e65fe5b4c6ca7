// What a fit has trained is adapted sample by sample at a share of its rate.

import { expect, test } from 'vitest';
import { backprop, ConfigurationError, sgd } from '../../src/index.ts';
import { FEATURES, plainNetwork, small, smallData } from './small.ts';

const { x, y } = smallData(24);
const one = x.subarray(0, FEATURES);
const at = (rate: number, adaptation?: number) =>
  small({
    network: plainNetwork(),
    rule: backprop({ optimizer: sgd(rate) }),
    ...(adaptation === undefined ? {} : { adaptation }),
  });

test.each([
  [undefined, 0.1],
  [0.5, 0.5],
  [1, 1],
])('with adaptation %s at %s of it, by learnOne and by train; trainOnBatch at all of it', async (adaptation, share) => {
  const learner = await at(0.2, adaptation);
  await learner.fit(x, y, { epochs: 2 });
  const saved = learner.save();
  const steps: readonly [number, () => unknown][] = [
    [share, () => learner.learnOne(one, 2)],
    [share, async () => (await learner.train([{ x: one, y: 2 }]).next()).value],
    [1, () => learner.trainOnBatch(one, [2])],
  ];
  for (const [wanted, step] of steps) {
    learner.restore(saved);
    await step();
    expect(learner.learningRate).toBeCloseTo(0.2 * wanted, 7);
  }
});

test('before a fit, and at a rate that is set, there is no share', async () => {
  const learner = await at(0.2);
  learner.learnOne(one, 2);
  expect(learner.learningRate).toBeCloseTo(0.2, 7);
  await learner.fit(x, y);
  learner.setLearningRate(0.3);
  learner.learnOne(one, 2);
  expect(learner.learningRate).toBeCloseTo(0.3, 7);
});

test('learning one class by one does not destroy the others, as the whole rate does', async () => {
  const others = Array.from(y.keys()).filter((row) => y[row] !== 2);
  const right = async (adaptation: number): Promise<number> => {
    const learner = await at(0.5, adaptation);
    await learner.fit(x, y, { epochs: 40 });
    const shown = Array.from(y.keys()).filter((row) => y[row] === 2);
    for (let turn = 0; turn < 10; turn++) {
      for (const row of shown) learner.learnOne(x.subarray(row * FEATURES, (row + 1) * FEATURES), 2);
    }
    const answers = others.map((row) => learner.classify(x.subarray(row * FEATURES, (row + 1) * FEATURES)).index);
    return others.filter((row, index) => answers[index] === y[row]).length / others.length;
  };
  expect(await right(0.1)).toBeGreaterThanOrEqual(await right(1));
  expect(await right(0.1)).toBeGreaterThan(0.9);
});

test.each([-1, Number.NaN, '0.1'])('%s is refused', async (adaptation) => {
  await expect(at(0.1, adaptation as number)).rejects.toThrow(ConfigurationError);
  await expect(at(0.1, adaptation as number)).rejects.toThrow('adaptation is');
});
