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

/** Where workers were started from, to be told when one cannot be. */
const addresses = new WeakMap<Thread, string>();

/**
 * Starts the worker's file: the one at `url`, or the library's own. Bundlers take this very form of an address for a
 * file that belongs to the app, and copy it as it is; written once, it is copied once.
 */
export function startThread(url: string | URL = new URL('./worker.ts', import.meta.url)): Thread {
  const thread = typeof Worker === 'undefined' ? startNodeThread(url) : startWebWorker(url);
  addresses.set(thread, String(url));
  return thread;
}

/** `getBuiltinModule` spares the bundlers of browser apps an import of node: that they would stumble over. */
function startNodeThread(url: string | URL): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  return new Worker(new URL(String(url).replace(/worker\.ts$/, 'from-source.mjs')), { execArgv: [] });
}

function startWebWorker(url: string | URL): Thread {
  try {
    return new Worker(url, { type: 'module', name: 'onward' });
  } catch (error) {
    if ((error as Partial<Error>).name !== 'SecurityError') throw error;
    // A page has workers of its own origin alone, but a classic one may take its script from anywhere.
    const script = new Blob([`importScripts(${JSON.stringify(String(url))})`], { type: 'text/javascript' });
    return new Worker(URL.createObjectURL(script), { name: 'onward' });
  }
}

/** What has to stand at a thread's address, for errors. */
export function wanted(thread: Thread): string {
  const address = addresses.get(thread);
  if (address === undefined) return 'wanted a worker that runs onward/worker.js';
  return `wanted onward/worker.js at ${address}, or its address as the option worker: '/worker.js'`;
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
      ended(event?.message || 'its script could not be loaded');
    },
    messageerror: () => ended('a message from it could not be read'),
    exit: (code: number) => ended(`it ended with exit code ${code}`),
  };
  for (const [type, listener] of Object.entries(listeners)) {
    (thread.on ?? thread.addEventListener)?.call(thread, type, listener as Listener);
  }
}
