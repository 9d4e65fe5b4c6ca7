// The error classes of the data stage, and how its messages quote what may be long.

/** Gives what an option is called where the message is read. */
export type Called = (option: string) => string;

/**
 * Data that cannot be used: the message says what came, what was wanted and where (byte offset, line or row).
 *
 * Options that it speaks of may be called otherwise by a program that has names of its own for them.
 */
export class DataError extends Error {
  override readonly name: string = 'DataError';
  private readonly say: (called: Called) => string;

  constructor(message: string | ((called: Called) => string)) {
    const say = typeof message === 'string' ? () => message : message;
    super(say((option) => option));
    this.say = say;
  }

  /** The same with what stands `before`, and other names for options. */
  retold(before: string, names: Readonly<Record<string, string>> = {}): DataError {
    const Kind = this.constructor as typeof DataError;
    return new Kind((called) => before + this.say((option) => names[option] ?? called(option)));
  }
}

/** An option asks for a column that there is not, or is of another kind of file. */
export class OptionError extends DataError {
  override readonly name = 'OptionError';
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
