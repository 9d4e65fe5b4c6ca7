// Ctrl-C as an abort signal, so that what was learned can still be judged and saved.

/**
 * A signal that the first Ctrl-C aborts; a later one ends the program. One that follows within a second is the same
 * one, handed on by npm or tsx.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort();
    } else if (performance.now() - first > 1000) process.exit(130);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}
