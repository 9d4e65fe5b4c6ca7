// A worker thread, of the browser or of Node, as one thing: how it starts and how one learns that it ended. Both take
// messages by `postMessage`, and then by a MessagePort, which is the same in both: comlink needs no adapter for Node.

type Listener = (event: unknown) => void;

/** A web worker or a Worker of node:worker_threads, as far as it is used here. */
export interface Thread {
  postMessage(message: unknown, transfer: never[]): void;
  terminate(): unknown;
  addEventListener?(type: string, listener: Listener): void;
  on?(type: string, listener: Listener): unknown;
  unref?(): void;
}

/** Starts the library's own worker: dist/worker.js, which an app serves beside itself or leaves to its bundler. */
export function startThread(): Thread {
  if (typeof Worker === 'undefined') return startNodeThread(new URL('./worker.ts', import.meta.url));
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'onward' });
}

/** `getBuiltinModule` spares the bundlers of browser apps an import of node: that they would stumble over. */
function startNodeThread(url: URL): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(new URL(url.href.replace(/worker\.ts$/, 'from-source.mjs')), { execArgv: [] });
}

const watchers = new WeakMap<Thread, Set<(cause: string) => void>>();

/** Calls `ended` with the cause when the thread fails or ends. Returns a function that stops watching. */
export function watch(thread: Thread, ended: (cause: string) => void): () => void {
  const known = watchers.get(thread);
  const all = known ?? new Set();
  if (known === undefined) {
    watchers.set(thread, all);
    listen(thread, (cause) => {
      for (const tell of all) tell(cause);
    });
  }
  all.add(ended);
  return () => all.delete(ended);
}

function listen(thread: Thread, ended: (cause: string) => void): void {
  const listeners = {
    error(event?: Partial<ErrorEvent>) {
      event?.preventDefault?.();
      ended(event?.message || 'an error without a message; perhaps its script could not be loaded');
    },
    messageerror: () => ended('a message from it could not be read'),
    exit: (code: number) => ended(`it ended with exit code ${code}`),
  };
  for (const [type, listener] of Object.entries(listeners)) {
    (thread.on ?? thread.addEventListener)?.call(thread, type, listener as Listener);
  }
}
