// Schedules: their factors at some shares of a fit, as data that crosses to a worker, and what is refused.

import { describe, expect, test } from 'vitest';
import { constantRate, cosineDecay, linearDecay, OptimizerError, sgd, stepDecay } from '../../src/index.ts';
import { factorAt, schedules, type Schedule } from '../../src/optimizers/schedule.ts';

const shares = [0, 0.25, 0.5, 0.75, 0.99];
const factors = (schedule: Schedule): number[] => shares.map((done) => factorAt(schedule, done));

describe.each(Object.entries(schedules))('%s', (name, make) => {
  test('begins with the whole rate and never rises', () => {
    const all = factors(make());
    expect(all[0]).toBe(1);
    all.forEach((factor, at) => expect(factor).toBeLessThanOrEqual(at === 0 ? 1 : all[at - 1]));
  });

  test('is plain data, and its name stands for it', () => {
    expect(structuredClone(make())).toEqual(make());
    expect(sgd(0.1, { schedule: make().kind }).schedule).toEqual(make());
    expect(make().kind).toBe(name);
  });
});

test('cosine is half a wave of it, within 1e-13, down to the share that is left', () => {
  for (const done of [...shares, 1 / 3, 0.9999, 1]) {
    const wanted = (end: number): number => end + ((1 - end) * (1 + Math.cos(Math.PI * done))) / 2;
    for (const end of [0, 0.2])
      expect(Math.abs(factorAt(cosineDecay({ end }), done) - wanted(end))).toBeLessThan(1e-13);
  }
});

test('linear falls to the share that is left', () => {
  expect(factors(linearDecay())).toEqual(shares.map((done) => 1 - done));
  expect(factorAt(linearDecay({ end: 0.5 }), 0.5)).toBe(0.75);
});

test('step falls at each of its shares, whatever the rounding of the epochs', () => {
  expect(factors(constantRate())).toEqual([1, 1, 1, 1, 1]);
  const schedule = stepDecay({ every: 0.1, factor: 0.5 });
  for (let epoch = 0; epoch < 10; epoch++) expect(factorAt(schedule, epoch / 10)).toBe(0.5 ** epoch);
  expect(factorAt(stepDecay(), 2 / 3)).toBeCloseTo(0.01, 12);
});

test.each<[string, () => unknown]>([
  ['linear: end must be a number from 0 to 1, but is 2', () => linearDecay({ end: 2 })],
  ['cosine: end must be a number from 0 to 1, but is NaN', () => cosineDecay({ end: Number.NaN })],
  ['step: factor must be a number from 0 to 1, but is -1', () => stepDecay({ factor: -1 })],
  ['step: every must be above 0, but is 0', () => stepDecay({ every: 0 })],
  [
    "schedule is 'exponential', wanted constant, linear, cosine, step",
    () => sgd(1, { schedule: 'exponential' as never }),
  ],
])('refuses: %s', (message, make) => {
  expect(make).toThrow(new OptimizerError(message));
});
