// What is asked of a consumer of the package: an app made in one way of many, from one source
// (scripts/matrix/consumers).

import type { Browser } from 'playwright';

/** What scripts/matrix/consumers/try.js tells. */
export interface Tried {
  /** Hash of the weights learned on the app's own thread, and in the worker; '' where it was not reached. */
  readonly here: string;
  readonly there: string;
  /** The epochs that callbacks told of. */
  readonly epochs: readonly number[];
  readonly error?: string;
}

export interface Outcome {
  readonly tried: Tried;
  /** The texts of the scripts that a build gave. */
  readonly scripts?: readonly string[];
}

export interface Consumer {
  readonly name: string;
  /** Whether `npm test` tries it; all are tried by `npm run matrix`. */
  readonly quick?: boolean;
  /** Builds and runs the app in `folder`, which has the sources and the installed package. */
  run(folder: string, browser: () => Promise<Browser>): Promise<Outcome>;
}
