// The page's end of its own worker (worker.ts), which plans what is chosen. Where that worker fails, all that it was
// asked and will be asked is rejected: comlink would leave it unanswered.

import { wrap, type Remote } from 'comlink';
import { startWorker } from '../shell/start-worker.ts';
import type { Plans } from './worker.ts';

export class Planner {
  readonly #remote: Remote<Plans>;
  readonly #waiting = new Set<(error: Error) => void>();
  #failure: Error | null = null;

  constructor() {
    const worker = startWorker('own-worker');
    this.#remote = wrap(worker);
    worker.addEventListener('error', ({ message = 'the worker could not be loaded' }: Partial<ErrorEvent>) => {
      const failure = new Error(`Nothing can be planned: ${message}.`);
      this.#failure = failure;
      for (const reject of this.#waiting) reject(failure);
    });
  }

  ask<Answer>(question: (plans: Remote<Plans>) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) throw this.#failure;
      this.#waiting.add(reject);
      question(this.#remote)
        .finally(() => this.#waiting.delete(reject))
        .then(resolve, reject);
    });
  }
}
