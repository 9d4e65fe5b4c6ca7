// The error classes of the data stage, and how its messages quote what may be long.

/** Data that cannot be used: the message says what came, what was wanted and where (byte offset, line or row). */
export class DataError extends Error {
  override readonly name: string = 'DataError';
}

/** An option asks for a column that there is not. */
export class ColumnError extends DataError {
  override readonly name = 'ColumnError';
}

const MOST_NAMES = 12;
const MOST_LETTERS = 60;

/** Names one behind the other, the first dozen of many. */
export function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(', ');
  return `${names.slice(0, MOST_NAMES).join(', ')}, ... (${names.length} in all)`;
}

/** A text in quotes, its beginning where it is long. */
export const quoted = (text: string): string =>
  text.length <= MOST_LETTERS ? `"${text}"` : `"${text.slice(0, MOST_LETTERS)}..."`;
