// Interleaved timing: everyone is warmed up, then blocks of calls alternate, so that a noisy second of the machine hits
// all. Blocks are timed, not single calls: the clock of a page may be as coarse as 0.1 ms.

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

/** Timings in the order of the subjects. */
export async function measure(subjects: readonly Subject[], patience = usualPatience): Promise<Timing[]> {
  const { clock = () => performance.now() } = patience;
  const entries: { subject: Subject; calls: number; samples: number[]; spentMs: number }[] = [];
  for (const subject of subjects) {
    const ms = await warmUp(subject, patience.warmUpMs);
    entries.push({ subject, calls: Math.max(1, Math.round(patience.blockMs / ms)), samples: [], spentMs: 0 });
  }
  for (let round = 0; round < patience.rounds; round++) {
    for (const entry of entries) {
      if (entry.spentMs > patience.budgetMs && round >= LEAST_ROUNDS) continue;
      await entry.subject.activate?.();
      const start = clock();
      await repeat(entry.subject, entry.calls);
      const elapsed = clock() - start;
      entry.samples.push(elapsed / entry.calls);
      entry.spentMs += elapsed;
    }
  }
  return entries.map(({ samples }) => summarize(samples));
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
  const medianMs = quantile(0.5);
  return { medianMs, minMs: sorted[0], spread: (quantile(0.75) - quantile(0.25)) / medianMs };
}
