// The errors of the store. Each message says what happened and what helps.

/** Any error of the store; by itself, a store used wrongly. */
export class StoreError extends Error {
  override name = 'StoreError';
}

/** There is no store here, or the connection to it is gone. */
export class StorageUnavailableError extends StoreError {
  override name = 'StorageUnavailableError';
}

/** No room is left for what was to be saved; what was saved before is still there. */
export class StorageFullError extends StoreError {
  override name = 'StorageFullError';
}

/** Something was saved, and none of it can be read any more. */
export class StoreDamagedError extends StoreError {
  override name = 'StoreDamagedError';
}

/** The store's error for what the browser threw while it was to do `what`. */
export function storeError(error: unknown, what: string): StoreError {
  if (error instanceof StoreError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'QuotaExceededError') {
    return new StorageFullError(`${what}: no room is left; delete what is not needed, or free space on the device`);
  }
  return new StorageUnavailableError(`${what}: ${name}${message === '' ? '' : `, ${message}`}`);
}
