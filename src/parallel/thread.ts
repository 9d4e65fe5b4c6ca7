// A worker of the library's own file: bundlers take this very form of an address for a file that belongs to the app.

import { startThread, type Thread } from '../worker/thread.ts';

export const startWorker = (): Thread => startThread(new URL('./worker.ts', import.meta.url), 'parallel.js');
