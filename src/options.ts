// What options must be, wherever they are given: nothing is ignored.

import { ConfigurationError } from './errors.ts';

/** @throws ConfigurationError unless an option is a whole number from `least` to `most`. */
export function expectWithin(option: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const bounds = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new ConfigurationError(`${option} is ${value}, wanted a whole number ${bounds}`);
}

/**
 * @param of what takes the options: `fit`, `tpsgd`
 * @throws ConfigurationError for options that are no object, or one that is not known, naming those that are.
 */
export function expectOptions(of: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError(`the options of ${of} are ${described(given)}, wanted an object`);
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new ConfigurationError(`${of} has no option '${unknown}'; it has ${known.join(', ')}`);
}

/** @throws ConfigurationError unless the value is an object with this method: what a factory gives. */
export function expectMade(option: string, value: unknown, method: string, wanted: string): void {
  if (typeof (value as Readonly<Record<string, unknown>> | null | undefined)?.[method] === 'function') return;
  throw new ConfigurationError(`${option} is ${described(value)}, wanted ${wanted}`);
}

/** A value as an error tells of it. */
export function described(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || 'itself'}, not called`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'another object';
}
