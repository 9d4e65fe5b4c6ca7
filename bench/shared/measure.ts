// Interleaved timing: everyone is warmed up, then blocks of calls alternate, so that a noisy second of the machine hits
// all. Blocks are timed, not single calls: the clock of a page may be as coarse as 0.1 ms.

import { isNoisy } from './noisy.ts';
import { medianOf } from './spread.ts';

export interface Subject {
  activate?(): Promise<void>;
  call(): unknown;
}

/** Milliseconds of one call over the blocks. */
export interface Timing {
  readonly medianMs: number;
  readonly minMs: number;
  /** Interquartile range over the median. */
  readonly spread: number;
}

/** Beside a baseline. */
export interface PairTiming extends Timing {
  /** Time of a block over that of the baseline's in front of it and behind it, the median; of the baseline 1. */
  readonly ratio: number;
  /** Whether those in front and those behind differ; of the baseline, those of the first half and of the second. */
  readonly noisy: boolean;
}

export interface Patience {
  /** Warm-up of each subject; V8 compiles hot code in the meantime. */
  readonly warmUpMs: number;
  readonly blockMs: number;
  readonly rounds: number;
  /** A subject that has taken this long leaves the rounds, at the earliest after three of them. */
  readonly budgetMs: number;
  /** What blocks are timed by, in milliseconds. Default: the clock on the wall. */
  readonly clock?: () => number;
}

export const usualPatience: Patience = { warmUpMs: 400, blockMs: 20, rounds: 25, budgetMs: 4000 };
const LEAST_CALLS = 1;
const LEAST_ROUNDS = 3;

/** A subject in the rounds. */
interface Entry {
  readonly subject: Subject;
  /** Of a block. */
  readonly calls: number;
  /** Milliseconds of a call, block by block. */
  readonly samples: number[];
}

/** Timings in the order of the subjects. */
export async function measure(subjects: readonly Subject[], patience = usualPatience): Promise<Timing[]> {
  const entries = await enter(subjects, patience);
  for (let round = 0; round < patience.rounds; round++) {
    for (const entry of entries) if (!isSpent(entry, patience)) await time(entry, patience);
  }
  return entries.map(({ samples }) => summarize(samples));
}

/** Timings in the order of the subjects. The first is the baseline: a block of it is between any two of the others. */
export async function measurePairs(subjects: readonly Subject[], patience = usualPatience): Promise<PairTiming[]> {
  if (subjects.length === 0) return [];
  const [baseline, ...others] = await enter(subjects, patience);
  const pairs = others.map((entry) => ({ entry, before: [] as number[], after: [] as number[] }));
  for (let round = 0; round < patience.rounds; round++) {
    let beside = await time(baseline, patience);
    for (const { entry, before, after } of pairs) {
      if (isSpent(entry, patience)) continue;
      before.push(beside);
      await time(entry, patience);
      beside = await time(baseline, patience);
      after.push(beside);
    }
  }
  const { samples } = baseline;
  const middle = samples.length >> 1;
  const [first, second] = [samples.slice(0, middle), samples.slice(middle)];
  return [
    { ...summarize(samples), ratio: 1, noisy: isNoisy(medianOf(first), medianOf(second)) },
    ...pairs.map(({ entry, before, after }) => ({
      ...summarize(entry.samples),
      ratio: medianOf(entry.samples.map((sample, at) => (2 * sample) / (before[at] + after[at]))),
      noisy: isNoisy(medianOf(before), medianOf(after)),
    })),
  ];
}

async function enter(subjects: readonly Subject[], { warmUpMs, blockMs }: Patience): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const subject of subjects) {
    const ms = await warmUp(subject, warmUpMs);
    entries.push({ subject, calls: Math.max(1, Math.round(blockMs / ms)), samples: [] });
  }
  return entries;
}

const isSpent = ({ calls, samples }: Entry, { budgetMs }: Patience): boolean =>
  samples.length >= LEAST_ROUNDS && calls * samples.reduce((sum, ms) => sum + ms, 0) > budgetMs;

/** Milliseconds of a call in one more block. */
async function time(
  { subject, calls, samples }: Entry,
  { clock = () => performance.now() }: Patience,
): Promise<number> {
  await subject.activate?.();
  const start = clock();
  await repeat(subject, calls);
  const ms = (clock() - start) / calls;
  samples.push(ms);
  return ms;
}

/** Milliseconds per call, over all calls of the warm-up. */
async function warmUp(subject: Subject, warmUpMs: number): Promise<number> {
  await subject.activate?.();
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (calls < LEAST_CALLS || elapsed < warmUpMs) {
    await repeat(subject, 1);
    calls++;
    elapsed = performance.now() - start;
  }
  return elapsed / calls;
}

/** Waits only for calls that return a promise: waiting for nothing would cost a microtask. */
async function repeat(subject: Subject, calls: number): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const pending = subject.call();
    if (pending instanceof Promise) await pending;
  }
}

function summarize(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))];
  const medianMs = medianOf(samples);
  return { medianMs, minMs: sorted[0], spread: (quantile(0.75) - quantile(0.25)) / medianMs };
}
