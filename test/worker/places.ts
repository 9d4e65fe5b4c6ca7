// Where a page trains: on its own thread, or in the built worker, started in either way.

import type { Place } from './training.ts';

export const places = {
  'the page': undefined,
  'a classic worker': () => new Worker('/worker.js'),
  'a module worker': () => new Worker('/worker.js', { type: 'module' }),
} satisfies Record<string, Place['worker']>;
