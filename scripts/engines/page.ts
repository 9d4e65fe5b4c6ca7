// The page that a browser is shown: trains, and posts what each run gave.

import { places } from '../../test/worker/places.ts';
import { runAll } from './runs.ts';
import type { Told } from './visit.ts';

const tell = (told: Told): Promise<unknown> => fetch('/told', { method: 'POST', body: JSON.stringify(told) });

runAll(places, (run) => tell({ run })).then(
  () => tell({ isDone: true }),
  (error) => tell({ error: String(error) }),
);
