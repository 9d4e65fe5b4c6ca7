// Schedules: their factors at some shares of a fit, as data that crosses to a worker, and what is refused.

import { describe, expect, test } from 'vitest';
import {
  backprop,
  cooldownDecay,
  cosineDecay,
  createLearner,
  dense,
  linearDecay,
  OptimizerError,
  powerDecay,
  sequential,
  sgd,
  stepDecay,
  type Schedule,
} from '../../src/index.ts';
import { factorAt, schedules } from '../../src/optimizers/schedule.ts';

const shares = [0, 0.25, 0.5, 0.75, 0.99];
const factors = (schedule: Schedule): number[] => shares.map((done) => factorAt(schedule, done));

test.each(Object.entries(schedules))('%s begins with the whole rate, never rises, and is plain data', (_, make) => {
  const all = factors(make());
  expect(all[0]).toBe(1);
  all.forEach((factor, at) => expect(factor).toBeLessThanOrEqual(at === 0 ? 1 : all[at - 1]));
  expect(structuredClone(make())).toEqual(make());
});

test('cosine is half a wave of it, within 1e-3 between its knots and 1e-12 at them', () => {
  for (const end of [0, 0.2]) {
    const apart = (done: number): number =>
      Math.abs(factorAt(cosineDecay({ end }), done) - (end + ((1 - end) * (1 + Math.cos(Math.PI * done))) / 2));
    for (const done of [...shares, 1 / 3, 0.9999, 1]) expect(apart(done)).toBeLessThan(1e-3);
    for (const done of [0, 0.25, 0.5, 0.75, 1]) expect(apart(done)).toBeLessThan(1e-12);
  }
});

test('linear falls to the share that is left', () => {
  expect(factors(linearDecay())).toEqual(shares.map((done) => 1 - done));
  expect(factorAt(linearDecay({ end: 0.5 }), 0.5)).toBe(0.75);
});

test('cooldown stays, then falls to the share that is left', () => {
  expect(factors(cooldownDecay())).toEqual(shares.map((done) => Math.min(1, 2 - 2 * done)));
  expect(factorAt(cooldownDecay({ after: 0.8, end: 0.5 }), 0.9)).toBeCloseTo(0.75, 12);
  expect(cooldownDecay({ after: 0 }).slice(1)).toEqual(linearDecay());
});

test('step falls at each of its shares, whatever the rounding of the epochs', () => {
  const schedule = stepDecay({ every: 0.1, factor: 0.5 });
  for (let epoch = 0; epoch < 10; epoch++) expect(factorAt(schedule, epoch / 10)).toBe(0.5 ** epoch);
  expect(factorAt(stepDecay(), 2 / 3)).toBeCloseTo(0.01, 12);
});

test('power falls as the gains of Spall do, within 1e-2 between its knots', () => {
  for (const done of [...shares, 0.001, 0.03, 0.1, 1]) {
    expect(Math.abs(factorAt(powerDecay(), done) - (0.1 / (0.1 + done)) ** 0.602)).toBeLessThan(1e-2);
  }
  expect(factorAt(powerDecay({ power: 1, after: 1 }), 1)).toBeCloseTo(0.5, 6);
});

test("of one's own: a rise, and a fall", () => {
  const warm: Schedule = [
    [0, 0],
    [0.1, 1],
    [1, 0],
  ];
  expect(factors(sgd(1, { schedule: warm }).schedule)[0]).toBe(0);
  expect(factorAt(warm, 0.05)).toBe(0.5);
  expect(factorAt(warm, 0.55)).toBeCloseTo(0.5, 12);
});

describe('refuses', () => {
  const refuse =
    (schedule: unknown): (() => unknown) =>
    () =>
      sgd(1, { schedule: schedule as Schedule });

  test.each([
    ['exponential'],
    [[]],
    [
      [
        [0.5, 1],
        [0, 1],
      ],
    ],
    [[[0, Number.NaN]]],
    [
      [
        [0, 1],
        [1, -1],
      ],
    ],
  ])('%j', (schedule) => {
    expect(refuse(schedule)).toThrow(OptimizerError);
    expect(refuse(schedule)).toThrow(
      /^sgd: schedule is .*, wanted 'linear', cosineDecay\(\) and the like, or pairs of a growing share/,
    );
  });

  test('steps of no length, and ends below 0', () => {
    expect(() => powerDecay({ after: 0 })).toThrow('powerDecay: after is 0, wanted a finite number above 0');
    expect(() => cooldownDecay({ after: 2 })).toThrow(
      'cooldownDecay: after is 2, wanted a finite number from 0 to below 1',
    );
    expect(() => stepDecay({ every: 0 })).toThrow('stepDecay: every is 0, wanted a finite number above 0');
    expect(() => linearDecay({ end: -1 })).toThrow('linearDecay: end is -1, wanted a finite number of at least 0');
  });
});

test('outside a fit the whole rate counts, whatever a schedule begins with', async () => {
  const network = sequential([2], [dense(2)]);
  const learner = await createLearner({
    network,
    rule: backprop({
      optimizer: sgd(0.1, {
        schedule: [
          [0, 0],
          [0.1, 1],
          [1, 0],
        ],
      }),
    }),
  });
  const before = learner.weightHash();
  learner.learnOne([1, 2], 0);
  expect(learner.learningRate).toBeCloseTo(0.1, 7);
  expect(learner.weightHash()).not.toBe(before);
});
