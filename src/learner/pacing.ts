// Keeps the host responsive: long loops give way to other tasks every so often, so that pages paint and aborts arrive.

import { InputError } from '../errors.ts';
import { described } from '../options.ts';

const SLICE_MS = 40;

/** A macrotask: timers are clamped to 4 ms when nested, messages are not. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** What a loop waits for between two steps. */
export interface Pace {
  breathe(): Promise<void>;
}

export class Pacer implements Pace {
  #since = performance.now();

  /** Gives way if the slice is used up. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await nextTask();
    this.#since = performance.now();
  }
}

/** The reason of an abort as fetch gives it; engines before Chrome 98 know no reason. */
export const abortError = (signal: AbortSignal): unknown =>
  (signal as { reason?: unknown }).reason ?? new DOMException('the training was aborted', 'AbortError');

/** @throws the reason of the signal, if it fired. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/**
 * The items of a stream until the signal fires, which ends even a wait for an item that never comes.
 * @throws the reason of the signal.
 */
export async function* untilAborted<T>(
  stream: Iterable<T> | AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  const source = stream as Partial<Iterable<T> & AsyncIterable<T>> | null;
  const begin = source?.[Symbol.asyncIterator] ?? source?.[Symbol.iterator];
  if (typeof source !== 'object' || typeof begin !== 'function') {
    throw new InputError(`the stream is ${described(stream)}, wanted an iterable or an async iterable of { x, y }`);
  }
  const iterator = Reflect.apply(begin, source, []) as Iterator<T> | AsyncIterator<T>;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(abortError(signal!));
  });
  aborted.catch(() => {});
  signal?.addEventListener('abort', abort);
  try {
    for (;;) {
      refuseAborted(signal);
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done) return;
      yield value;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    // not awaited: a source that hangs in next() hangs in return() too
    Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
