// Errors across the boundary: a worker's error arrives as name, message and stack; here it becomes an instance of its
// class again.

import { UnsupportedFeatureError } from '../../runtime/wasm/features.ts';
import { MemoryUnavailableError } from '../../runtime/wasm/instantiate.ts';
import {
  BusyError,
  CapacityError,
  CheckpointError,
  ConfigurationError,
  DisposedError,
  DivergenceError,
  InputError,
} from '../errors.ts';

/** The worker is gone or cannot be reached; what it had learned since the last `save` is lost. */
export class WorkerCrashedError extends Error {
  override name = 'WorkerCrashedError';
}

/** What a learner that is already compiled can throw. */
const classes: Readonly<Record<string, { readonly prototype: Error }>> = {
  BusyError,
  CapacityError,
  CheckpointError,
  ConfigurationError,
  DisposedError,
  DivergenceError,
  InputError,
  MemoryUnavailableError,
  RangeError,
  TypeError,
  UnsupportedFeatureError,
};

/** Gives an error that crossed its class back, by its name; one of what cannot cross becomes an InputError. */
export function revive(error: unknown): unknown {
  if ((error as Partial<Error> | null)?.name === 'DataCloneError') {
    return new InputError(`what was given cannot go to the worker: ${(error as Error).message}`);
  }
  const known = error instanceof Error ? classes[error.name] : undefined;
  return known === undefined ? error : Object.setPrototypeOf(error, known.prototype);
}
