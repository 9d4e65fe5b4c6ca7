// What every engine runs: each seeded training, in each place, in both forms.

import type { Features } from '../../src/index.ts';
import { train, trainings, type Place, type Trained } from '../../test/worker/training.ts';

export interface Run extends Trained {
  readonly training: string;
  readonly place: string;
  readonly features: Features;
}

const forms = ['simd128', 'none'] as const;

/** `tell` is awaited. */
export async function runAll(
  places: Readonly<Record<string, Place['worker']>>,
  tell: (run: Run) => unknown,
): Promise<void> {
  for (const training of trainings) {
    for (const [place, worker] of Object.entries(places)) {
      for (const features of forms) {
        const trained = await train(training, { worker, features });
        await tell({ training: training.name, place, features, ...trained });
      }
    }
  }
}
