// Ctrl-C as an abort signal, so that what was learned can still be judged and saved; SIGTERM and a terminal that closes
// alike.

import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that the first Ctrl-C aborts; a later one ends the program. One that follows within a second is the same
 * one, handed on by npm or tsx.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let first = 0;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!signal.aborted) {
        first = performance.now();
        controller.abort(name);
      } else if (performance.now() - first > 1000) process.exit(exitCodeOf(signal));
    });
  }
  return signal;
}

/** Says, where it was ended, that what is kept is not done again. */
export function tellEnd(signal: AbortSignal): void {
  if (!signal.aborted) return;
  process.exitCode = exitCodeOf(signal);
  console.error('ended: the same command goes on');
}

/** What a shell tells of a program that such a signal ended: 130 for Ctrl-C. */
export const exitCodeOf = ({ reason }: AbortSignal): number => 128 + constants.signals[reason as NodeJS.Signals];
