// How samples are cut into batches: in their order; sequences of different lengths with others of their length, as a
// batch has one number of time steps.

import { InputError } from '../errors.ts';
import type { Samples } from './inputs.ts';

export interface Batching {
  readonly rows: ArrayLike<number>;
  /** Where each batch begins among the rows, and where the last one ends. */
  readonly starts: readonly number[];
}

/** `shuffled` gives the order of so many batches, for sequences; without it the shortest come first. */
export function cut(
  { steps }: Samples,
  rows: Uint32Array,
  size: number,
  shuffled?: (batches: number) => Uint32Array,
): Batching {
  const sorted = steps === undefined ? rows : rows.slice().sort((a, b) => steps(a) - steps(b));
  const starts = [0];
  for (let at = 1; at < rows.length; at++) {
    const isFull = at - starts[starts.length - 1] === size;
    if (isFull || steps?.(sorted[at]) !== steps?.(sorted[at - 1])) starts.push(at);
  }
  starts.push(rows.length);
  if (steps === undefined || shuffled === undefined) return { rows: sorted, starts };
  const [ordered, ends] = [new Uint32Array(rows.length), [0]];
  for (const batch of shuffled(starts.length - 1)) {
    const [part, end] = [sorted.subarray(starts[batch], starts[batch + 1]), ends[ends.length - 1]];
    ordered.set(part, end);
    ends.push(end + part.length);
  }
  return { rows: ordered, starts: ends };
}

/** @throws InputError for sequences of different lengths, which are no batch. */
export function expectLike({ count, steps }: Samples): void {
  for (let index = 1; steps !== undefined && index < count; index++) {
    if (steps(index) === steps(0)) continue;
    throw new InputError(`got sequences of ${steps(0)} and ${steps(index)} steps in one batch: fit sorts by length`);
  }
}
