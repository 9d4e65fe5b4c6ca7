// Keeps the host responsive: long loops give way to other tasks every so often, so that pages paint and aborts arrive.

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

export class Pacer {
  #since = performance.now();

  /** Gives way if the slice is used up. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await nextTask();
    this.#since = performance.now();
  }
}

/** The reason of an abort, as fetch gives it. */
export function abortError(signal: AbortSignal): unknown {
  const { reason } = signal as { reason?: unknown };
  return reason ?? new DOMException('the training was aborted', 'AbortError');
}
