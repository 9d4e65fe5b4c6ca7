// How samples are cut into batches: in their order; sequences of different lengths with others of their length, as a
// batch has one number of time steps.

import { InputError } from '../errors.ts';
import type { Samples } from './inputs.ts';

export interface Batching {
  readonly rows: ArrayLike<number>;
  /** Where each batch begins among the rows, and where the last one ends. */
  readonly starts: Uint32Array;
}

/** `shuffled` gives the order of so many batches, for sequences; without it the shortest come first. */
export function cut(
  { steps }: Samples,
  rows: Uint32Array,
  size: number,
  shuffled?: (batches: number) => Uint32Array,
): Batching {
  if (steps === undefined) return { rows, starts: startsOf([rows.length], size) };
  const byLength = rows.slice().sort((a, b) => steps(a) - steps(b));
  const groups: number[] = [];
  byLength.forEach((row, at) => {
    if (at === 0 || steps(row) !== steps(byLength[at - 1])) groups.push(0);
    groups[groups.length - 1]++;
  });
  const starts = startsOf(groups, size);
  if (shuffled === undefined) return { rows: byLength, starts };
  const batches = [...shuffled(starts.length - 1)].map((batch) => byLength.subarray(starts[batch], starts[batch + 1]));
  const ordered = new Uint32Array(rows.length);
  const ends = new Uint32Array(starts.length);
  batches.forEach((batch, at) => {
    ordered.set(batch, ends[at]);
    ends[at + 1] = ends[at] + batch.length;
  });
  return { rows: ordered, starts: ends };
}

/** Cuts each group into batches of `size`, the last of which may be smaller. */
function startsOf(groups: readonly number[], size: number): Uint32Array {
  const starts = [0];
  let end = 0;
  for (const count of groups) {
    for (const last = end + count; end < last; ) {
      end = Math.min(end + size, last);
      starts.push(end);
    }
  }
  return Uint32Array.from(starts);
}

/** @throws InputError for sequences of different lengths, which are no batch. */
export function expectLike({ count, steps }: Samples): void {
  for (let index = 1; steps !== undefined && index < count; index++) {
    if (steps(index) === steps(0)) continue;
    throw new InputError(`got sequences of ${steps(0)} and ${steps(index)} steps in one batch: fit sorts by length`);
  }
}
