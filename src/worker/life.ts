// How the calling side learns that a browser's worker was terminated, for which there is no event: the worker holds a
// lock (navigator.locks, Chrome 69) while it lives, so whoever gets that lock knows that it does not. Where there are
// no locks (insecure origins; Node, which tells), other signs must do: see thread.ts.

const noLock = (): void => {};

const lockManager = (): LockManager | undefined =>
  typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks;

/** Holds the lock `life` from when the promise resolves until the function it gives is called, or this thread ends. */
export function holdLife(life: string): Promise<() => void> {
  const locks = lockManager();
  if (locks === undefined) return Promise.resolve(noLock);
  return new Promise((held) => {
    locks.request(life, () => new Promise<void>((release) => held(release))).catch(() => held(noLock));
  });
}

/** Calls `ended` when nobody holds the lock `life` any more. */
export function awaitEnd(life: string, ended: () => void): void {
  lockManager()?.request(life, ended).catch(noLock);
}
