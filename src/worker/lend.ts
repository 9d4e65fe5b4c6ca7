// Functions of the caller that run for the worker: callbacks and streams. What they throw comes back by way of the
// worker, as a copy without class and fields; so the original is kept here, to be thrown in its place.

import { proxy } from 'comlink';

export class Lender {
  #thrown: { readonly error: unknown } | null = null;

  /** The function, as it can be posted; the worker gets a promise of its result. */
  lend<Given extends readonly unknown[], Result>(call: (...given: Given) => Promise<Result>) {
    return proxy(async (...given: Given): Promise<Result> => {
      try {
        return await call(...given);
      } catch (error) {
        this.#thrown ??= { error };
        throw error;
      }
    });
  }

  /** What the caller's function threw, if it was that; else `error`. */
  original(error: unknown): unknown {
    return this.#thrown === null ? error : this.#thrown.error;
  }
}
