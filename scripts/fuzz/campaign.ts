// Tries inputs of a target one after the other, and counts what comes: taken, refused by name, or anything else.

import { streamKey, wordReader } from '../../runtime/simd/parts/philox.ts';
import type { Trial } from './target.ts';

/** Where counts stand, in memory that who watches sees too; the slowest input in milliseconds of processor time. */
export const COUNTS = ['next', 'taken', 'named', 'unnamed', 'slowest'] as const;
export type Count = (typeof COUNTS)[number];
export type Counts = Float64Array;
export const countsIn = (memory: ArrayBufferLike = new ArrayBuffer(8 * COUNTS.length)): Counts =>
  new Float64Array(memory);
export const countOf = (counts: Counts, name: Count): number => counts[COUNTS.indexOf(name)];
const [NEXT, TAKEN, NAMED, UNNAMED, SLOWEST] = COUNTS.keys();

/** Names of the language and its platforms, which say nothing of what was wanted. */
const UNNAMED_ERRORS = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'CompileError',
  'LinkError',
  'RuntimeError',
];

const isNamed = (error: unknown): boolean =>
  error instanceof Error && !(error instanceof DOMException) && !UNNAMED_ERRORS.includes(error.name);

export interface Campaign {
  readonly name: string;
  readonly trial: Trial;
  readonly seed: number;
  readonly end: number;
  /** Told the first unnamed errors. */
  tell(what: string): void;
}

/** Tries the inputs from `counts.next` to `end`. */
export async function run({ name, trial, seed, end, tell }: Campaign, counts: Counts): Promise<void> {
  const stream = streamKey(name);
  for (let at = counts[NEXT]; at < end; at++) {
    counts[NEXT] = at;
    const attempt = trial(wordReader(seed, stream, at));
    const started = process.cpuUsage();
    try {
      const answer = attempt();
      if (answer instanceof Promise) await answer;
      counts[TAKEN]++;
    } catch (error) {
      if (isNamed(error)) counts[NAMED]++;
      else if (counts[UNNAMED]++ < 3) tell(`${name} ${at}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const { user, system } = process.cpuUsage(started);
    counts[SLOWEST] = Math.max(counts[SLOWEST], (user + system) / 1000);
  }
  counts[NEXT] = end;
}
