// Rewards: only what was done is judged, whoever learns acts better than chance, and STDP has a third factor.

import { describe, expect, test } from 'vitest';
import { analyse } from '../../runtime/program/analyse.ts';
import { recordLearner, trainingPhases } from '../../src/compile/record.ts';
import { rules } from '../../src/forward-only/index.ts';
import { LOCAL } from '../../src/forward-only/rule.ts';
import {
  backprop,
  RuleError,
  createLearner,
  dense,
  InputError,
  lif,
  rate,
  reward,
  sequential,
  sgd,
  stdp,
  type Reward,
} from '../../src/index.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { draws } from './draws.ts';

const ACTIONS = ['left', 'right', 'stay'];
const linear = sequential([4], [dense(3)]);
const start = () => createLearner({ network: linear, rule: backprop({ optimizer: sgd(0.5) }), task: reward(ACTIONS) });
const x = [0.5, -1, 0.25, 2];

describe('what is judged', () => {
  test('the action that was taken, by half the square of what the reward is beyond the expected', async () => {
    const learner = await start();
    const [expected, before] = [learner.predict(x), learner.weights()['dense_1/weight'].values];
    const { loss, reward: earned } = learner.learnOne(x, { action: 'right', reward: 3 });
    expect(loss).toBeCloseTo((3 - expected[1]) ** 2 / 2, 5);
    expect(earned).toBe(argmax(expected, 0, 3) === 1 ? 3 : 0);
    const after = learner.weights()['dense_1/weight'].values;
    after.forEach((weight, at) => {
      const change = at % 3 === 1 ? 0.5 * (3 - expected[1]) * x[Math.floor(at / 3)] : 0;
      expect(weight - before[at]).toBeCloseTo(change, 5);
    });
  });

  test('evaluate: the mean reward of samples whose action is the answer, 0 where none is', async () => {
    const learner = await start();
    const inputs = draws('contexts', 20 * 4);
    const expected = learner.predict(inputs);
    const answers = Array.from({ length: 20 }, (_, row) => argmax(expected, 3 * row, 3));
    const told = answers.map((answer, row) => ({ action: row < 8 ? answer : (answer + 1) % 3, reward: row }));
    expect(learner.evaluate(inputs, told)).toMatchObject({ count: 20, reward: 3.5 });
    expect(
      learner.evaluate(
        inputs,
        told.map((each, row) => ({ ...each, action: (answers[row] + 1) % 3 })),
      ).reward,
    ).toBe(0);
  });

  test('names and indices say the same', async () => {
    const hashes = ['stay', 2].map(async (action) => {
      const learner = await start();
      learner.learnOne(x, { action, reward: -1 });
      return learner.weightHash();
    });
    const [named, indexed] = await Promise.all(hashes);
    expect(named).toBe(indexed);
  });

  test.each<[string, unknown, string]>([
    ['a number', 1, 'reward 0 is 1, wanted { action, reward }'],
    ['nothing', null, 'reward 0 is null, wanted { action, reward }'],
    ['no reward', { action: 0 }, 'wanted { action, reward }'],
    ['a name', { action: 'up', reward: 1 }, "of the action 'up', wanted one of left, right, stay, or an index"],
    ['an index', { action: 3, reward: 1 }, 'of the action 3, wanted one of left, right, stay, or an index from 0 to 2'],
    ['not finite', { action: 0, reward: Number.NaN }, 'reward 0 is NaN, wanted a finite number'],
    ['too large', { action: 0, reward: 1e300 }, 'reward 0 is 1e+300, wanted a finite number'],
    ['a hole', new Array(1), 'reward 0 is undefined, wanted { action, reward }'],
    ['text', { action: 0, reward: '1' }, "reward 0 is '1', wanted a finite number"],
    [
      'two',
      [
        { action: 0, reward: 1 },
        { action: 1, reward: 1 },
      ],
      'got 1 samples and 2 rewards',
    ],
  ])('%s: refused', async (_, given, message) => {
    const learner = await start();
    expect(() => learner.learnOne(x, given as Reward)).toThrow(InputError);
    expect(() => learner.learnOne(x, given as Reward)).toThrow(message);
  });
});

test('rules that learn by a target for each output refuse it by name', async () => {
  const [learning, refusing] = [true, false].map((learns) =>
    Object.keys(rules).filter((name) => rules[name as keyof typeof rules]().learns.includes('reward') === learns),
  );
  expect(refusing).toEqual(['tpsgd', 'drtp', 'forwardForward', 'noprop', 'channelGoodness']);
  expect(learning).toContain('zerothOrder');
  const asked = createLearner({ network: linear, rule: rules.drtp(), task: reward(3) });
  await expect(asked).rejects.toThrow(RuleError);
  await expect(asked).rejects.toThrow(
    "the rule 'drtp' learns classification, regression, multiLabel, reconstruction, not",
  );
  expect(() => reward(0)).toThrow('the number of actions is 0, wanted a whole number of at least 1');
});

/** Which third of the features is lit says which action is worth 1. */
const lit = (place: number): number[] => Array.from({ length: 12 }, (_, at) => (at % 3 === place ? 0.9 : 0.1));

describe('who acts, and is told what that was worth, comes to act well', () => {
  const still = sequential([12], [dense(16, { activation: 'tanh' }), dense(3)]);
  const spiking = sequential([12], [rate(), dense(16), lif({ decay: 0.9 }), dense(3)], { steps: 8, input: 'still' });
  test.each([
    ['backprop', still, backprop({ optimizer: sgd(0.1) })],
    ['zerothOrder', still, rules.zerothOrder({ optimizer: sgd(0.03) })],
    ['monoForward', still, rules.monoForward()],
    ['stdp', spiking, stdp()],
    ['stdp, drift 0', spiking, stdp({ drift: 0 })],
  ])('%s', async (_, network, rule) => {
    const learner = await createLearner({ network, rule, task: reward(3), batchSize: 6, seed: 1 });
    const any = draws('tries', 6 * 200);
    for (let step = 0; step < 200; step++) {
      const places = [0, 1, 2, 0, 1, 2];
      const expected = learner.predict(places.map(lit));
      const rewards = places.map((place, at): Reward => {
        const tried = any[6 * step + at];
        const action = tried < -0.7 ? Math.floor(-10 * (tried + 0.7)) : argmax(expected, 3 * at, 3);
        return { action, reward: action === place ? 1 : 0 };
      });
      learner.trainOnBatch(places.map(lit), rewards);
    }
    const expected = learner.predict([0, 1, 2].map(lit));
    expect([0, 1, 2].map((at) => argmax(expected, 3 * at, 3))).toEqual([0, 1, 2]);
  });
});

describe('STDP by reward', () => {
  const network = sequential([12], [dense(8), dense(3)]);
  const images = [0, 1, 2].map(lit);
  const taught = async (drift: number, worth: number) => {
    const learner = await createLearner({ network, rule: stdp({ drift }), task: reward(3), batchSize: 3 });
    const before = learner.weights();
    learner.trainOnBatch(
      images,
      images.map((_, action) => ({ action, reward: worth })),
    );
    return { before, after: learner.weights() };
  };

  test('without drift nothing is learned of a reward as it was expected, else what fired is', async () => {
    const unmoved = await taught(0, 0);
    expect(unmoved.after['dense_1/weight']).toEqual(unmoved.before['dense_1/weight']);
    const moved = await taught(0, 1);
    expect(moved.after['dense_1/weight']).not.toEqual(moved.before['dense_1/weight']);
    expect((await taught(1, 0)).after['dense_1/weight']).toEqual(moved.after['dense_1/weight']);
  });

  test('what a neuron expects goes a tenth of the way for each of its spikes', async () => {
    const { before, after } = await taught(0, 2);
    const expected = after['dense_1/expected/weight'].values;
    expect([...before['dense_1/expected/weight'].values]).toEqual(Array.from(expected, () => 0));
    expect(expected.reduce((sum, value) => sum + value)).toBeCloseTo(3 * 0.1 * 2, 6);
  });

  test('one sample at a time is the step of all', async () => {
    const steps = [3, 1].map(async (microBatch) => {
      const learner = await createLearner({ network, rule: stdp(), task: reward(3), batchSize: 3, microBatch });
      learner.trainOnBatch(
        images,
        images.map((_, action) => ({ action, reward: action - 0.5 })),
      );
      return Object.values(learner.weights()).flatMap(({ values }) => [...values]);
    });
    const [whole, parts] = await Promise.all(steps);
    parts.forEach((value, at) => expect(value).toBeCloseTo(whole[at], 5));
  });

  test('no layer waits for another', () => {
    const { program, course } = recordLearner({ network, rule: stdp(), task: reward(3) });
    expect(analyse(program, trainingPhases(course)).locality).toEqual(LOCAL);
  });
});
