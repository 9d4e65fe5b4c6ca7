// The names of classes and outputs.

import { ConfigurationError } from '../../errors.ts';
import { described } from '../../options.ts';

/** @throws ConfigurationError for a name that is no text, or is given twice. */
export function expectNames(what: string, names: readonly unknown[]): void {
  if (!Array.isArray(names)) throw new ConfigurationError(`the ${what} names are ${described(names)}, wanted a list`);
  const seen = new Set<unknown>();
  for (const name of names) {
    if (typeof name !== 'string') {
      throw new ConfigurationError(`the ${what} name ${described(name)} is of type ${typeof name}, wanted text`);
    }
    if (seen.has(name)) throw new ConfigurationError(`the ${what} name '${name}' is given twice`);
    seen.add(name);
  }
}
