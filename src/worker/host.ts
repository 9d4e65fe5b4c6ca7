// The learner in the worker, as the calling side reaches it: `RemoteLearner` on the learner that every thread has. Results that
// are arrays are handed over, not copied.

import { releaseProxy, transfer } from 'comlink';
import type { CompiledLearner } from '../learner/compiled.ts';
import { DisposedError } from '../learner/errors.ts';
import { Learner } from '../learner/learner.ts';
import type { StreamSample, TrainEvent } from '../learner/stream.ts';
import { holdLife } from './life.ts';
import { Progress } from './progress.ts';
import type { Pull, RemoteLearner } from './protocol.ts';

/** Keys of the methods that pass their arguments on and give the result back as it is. */
export class LearnerHost implements RemoteLearner {
  #learner: Learner | null = null;
  #release: () => void = () => {};
  readonly #fits = new Map<number, AbortController>();
  readonly #streams = new Map<number, AsyncGenerator<TrainEvent, void>>();

  get learner(): Learner {
    if (this.#learner === null) throw new DisposedError('this learner was disposed');
    return this.#learner;
  }

  start: RemoteLearner['start'] = async (compiled, life) => {
    [this.#learner, this.#release] = await Promise.all([Learner.start(compiled), holdLife(life)]);
  };

  fit: RemoteLearner['fit'] = async (job, samples, labels, settings, report, batchEnds) => {
    const controller = new AbortController();
    const progress = report && new Progress(report, batchEnds);
    this.#fits.set(job, controller);
    try {
      return await this.learner.fit(samples, labels, { ...settings, signal: controller.signal, callbacks: progress?.callbacks });
    } finally {
      this.#fits.delete(job);
      await progress?.close();
    }
  };
}
