// A worker thread, of the browser or of Node, as one thing: how it starts and how one learns that it ended. Both take
// messages by `postMessage`, and then by a MessagePort, which is the same in both: comlink needs no adapter for Node.

import { WorkerCrashedError } from './errors.ts';

type Listener = (event: unknown) => void;

/** A web worker or a Worker of node:worker_threads, as far as it is used here. */
export interface Thread {
  postMessage(message: unknown, transfer: never[]): void;
  terminate(): unknown;
  addEventListener?(type: string, listener: Listener): void;
  on?(type: string, listener: Listener): unknown;
  unref?(): void;
}

/** What has to stand where workers were started from, to be told when one cannot be. */
const wants = new WeakMap<Thread, string>();

/**
 * Starts the worker's file: the one at `url`, or the library's own. Bundlers take this very form of an address for a
 * file that belongs to the app, and copy it as it is; written once, it is copied once.
 * @throws WorkerCrashedError where the platform refuses that address.
 */
export function startThread(
  url: string | URL = new URL('./worker.ts', import.meta.url),
  script: Script = 'worker.js',
): Thread {
  const want = `wanted onward/${script} at ${url}, or its address as the option worker: '/${script}'`;
  try {
    const thread = typeof Worker === 'undefined' ? startNodeThread(url) : startWebWorker(url);
    wants.set(thread, want);
    return thread;
  } catch (error) {
    throw new WorkerCrashedError(`the worker of this learner cannot be started: ${(error as Error).message}; ${want}`);
  }
}

/** The files of the library that run in workers. */
export type Script = 'worker.js' | 'parallel.js';

/** `getBuiltinModule` spares the bundlers of browser apps an import of node: that they would stumble over. */
function startNodeThread(url: string | URL): Thread {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const file = typeof url === 'string' ? url : new URL(url.href.replace(/worker\.ts$/, 'from-source.mjs'));
  return new Worker(file, { execArgv: [] });
}

function startWebWorker(url: string | URL): Thread {
  try {
    return new Worker(url, { type: 'module', name: 'onward' });
  } catch (error) {
    if ((error as Error).name !== 'SecurityError') throw error;
    return new Worker(loaderOf(String(url)), { name: 'onward' });
  }
}

const loaders = new Map<string, string>();

/** A script of the page's own origin, as a worker's must be, that takes the one at `url` from anywhere. */
function loaderOf(url: string): string {
  const script = new Blob([`importScripts(${JSON.stringify(url)})`], { type: 'text/javascript' });
  const loader = loaders.get(url) ?? URL.createObjectURL(script);
  loaders.set(url, loader);
  return loader;
}

/** What has to stand at a thread's address, for errors. */
export const wanted = (thread: Thread): string =>
  wants.get(thread) ?? 'wanted a worker that runs the file of onward that was asked for';

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
