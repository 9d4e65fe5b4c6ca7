// The last good state of single steps, which comes back when one of them ends in what is no number. A copy is taken
// after 1, 3, 7, ... steps, at last after every 256 samples (32 steps, where these are fewer samples): as rarely as
// makes it 1 to 2 % of the time. What was learned since is lost with the step that broke it. fit.ts does the same by
// epochs.

import { DivergenceError } from '../errors.ts';
import type { Engine } from './engine.ts';

const MOST_SAMPLES = 256;
const MOST_STEPS = 32;

/** @param loss what it came to; null where the weights are not finite */
export function divergence(loss: number | null, when: string, back: string): DivergenceError {
  const grown = Number.isFinite(loss) ? `the loss grew to ${loss}` : 'the loss stopped being finite';
  const what = loss === null ? 'the weights stopped being finite' : grown;
  return new DivergenceError(`${what} in ${when}; ${back}: try a smaller learning rate, or look for outliers`);
}

export class LastGood {
  #copy: readonly Uint8Array[] | undefined;
  /** Of the copy. */
  #step = 0;
  /** Steps from the last copy to the next, and those still to come. */
  #every = 0;
  #left = 0;

  /** For a step on so many rows, before it. @throws DivergenceError for weights that are not finite. */
  keep(engine: Engine, rows: number): void {
    this.#left -= 1;
    if (this.#left <= 0) this.copy(engine, rows);
  }

  private copy(engine: Engine, rows: number): void {
    this.expectFinite(engine);
    this.#copy = engine.snapshot(this.#copy);
    this.#step = engine.step;
    this.#every = Math.min(this.#every * 2 || 1, Math.max(MOST_STEPS, Math.ceil(MOST_SAMPLES / rows)));
    this.#left = this.#every;
  }

  /** The state was changed by something else than a single step. */
  forget(): void {
    this.#copy = undefined;
    this.#every = 0;
    this.#left = 0;
  }

  /** @throws DivergenceError for weights that are not finite; those of the copy are back. */
  expectFinite(engine: Engine): void {
    if (!engine.isFinite) this.comeBack(engine, null);
  }

  /** @throws DivergenceError */
  comeBack(engine: Engine, loss: number | null): never {
    const { step } = engine;
    if (this.#copy !== undefined) engine.comeBack(this.#copy);
    const back = this.#copy === undefined ? 'nothing was learned' : `what was learned by step ${this.#step} is back`;
    this.forget();
    throw divergence(loss, `step ${step}`, back);
  }
}
