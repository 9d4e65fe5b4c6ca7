// Cuts of a row of work, against all cuts there are.

import { expect, test } from 'vitest';
import { partition } from '../../src/parallel/partition.ts';

/** All ways to cut what begins at `from`, those that cut first before. */
function cutsOf(length: number, parts: number, from = 0): number[][] {
  if (parts === 1) return [[length]];
  const firsts = Array.from({ length: length - parts + 1 - from }, (_, at) => from + at + 1);
  return firsts.flatMap((end) => cutsOf(length, parts - 1, end).map((rest) => [end, ...rest]));
}

const mostOf = (work: readonly number[], ends: readonly number[]): number =>
  Math.max(...ends.map((end, at) => work.slice(ends[at - 1] ?? 0, end).reduce((a, b) => a + b)));

/** Many are alike, so that several cuts are as good. */
const workOf = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, at) => (7 * at * at + seed * at + seed) % (3 + seed));

test('is the first of the best, and then its rest is', () => {
  for (let length = 1; length <= 9; length++) {
    for (let parts = 1; parts <= length; parts++) {
      for (let seed = 0; seed < 8; seed++) {
        const work = workOf(length, seed);
        const best = cutsOf(length, parts).reduce((a, b) => (isBetter(work, b, a) ? b : a));
        expect(partition(work, parts), `${work} in ${parts}`).toEqual(best);
      }
    }
  }
});

/** By the largest stretch; else by where the first is cut, and then by what is left. */
function isBetter(work: readonly number[], ends: readonly number[], than: readonly number[]): boolean {
  const [most, other] = [mostOf(work, ends), mostOf(work, than)];
  if (most !== other || ends.length < 2) return most < other;
  if (ends[0] !== than[0]) return ends[0] < than[0];
  const left = (of: readonly number[]): number[] => of.slice(1).map((end) => end - of[0]);
  return isBetter(work.slice(ends[0]), left(ends), left(than));
}

test('60 pieces for 8 are cut in less than a second', () => {
  const work = Array.from({ length: 60 }, (_, at) => 100 + ((37 * at) % 60));
  const begun = performance.now();
  const ends = partition(work, 8);
  expect(performance.now() - begun).toBeLessThan(1000);
  expect([ends.length, ends[7]]).toEqual([8, 60]);
  const total = work.reduce((a, b) => a + b);
  expect(mostOf(work, ends)).toBeLessThan(total / 8 + 160);
});
