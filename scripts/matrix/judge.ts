// What an outcome says: the cells of the matrix.

import { gzipSync } from 'node:zlib';
import type { Outcome } from './consumer.ts';

/** The weights that every consumer learns: one seed, one result. */
const WEIGHTS = '635509b2';

export interface Cells {
  readonly builds: boolean;
  readonly 'worker starts': boolean;
  readonly 'callbacks in the worker': boolean;
  readonly 'same weights': boolean;
  /** null where nothing is emitted. */
  readonly 'worker emitted once': boolean | null;
}

/** The cells of a consumer that ran. */
export function judge({ tried, scripts }: Outcome): Cells {
  const workers = scripts?.filter((text) => text.includes('parentPort')).length; // by what no other script says
  return {
    builds: tried.here !== '',
    'worker starts': tried.there !== '',
    'callbacks in the worker': tried.epochs.join() === '0,1',
    'same weights': tried.here === WEIGHTS && tried.there === WEIGHTS,
    'worker emitted once': workers === undefined ? null : workers === 1,
  };
}

/** kB of all scripts after gzip, the largest first: the app and its worker. */
export const sizes = ({ scripts = [] }: Outcome): string =>
  scripts
    .map((text) => gzipSync(text, { level: 9 }).length / 1000)
    .sort((a, b) => b - a)
    .map((size) => size.toFixed(1))
    .join(' + ');
