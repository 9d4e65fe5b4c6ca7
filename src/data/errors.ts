// The one error class of the data stage.

/** Data that cannot be used: the message says what came, what was wanted and where (byte offset, line or row). */
export class DataError extends Error {
  override readonly name = 'DataError';
}
