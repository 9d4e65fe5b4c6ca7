// What options must be, wherever they are given: nothing is ignored.

import { ConfigurationError } from './errors.ts';

/** The class of the errors of a stage: rules, optimisers and layers have their own. */
type Refusal = new (message: string) => Error;

/**
 * @param of what takes the options: `fit`, `tpsgd`
 * @throws Refusal for options that are no object, or one that is not known, naming those that are.
 */
export function expectOptions(
  of: string,
  given: unknown,
  known: readonly string[],
  Refusal: Refusal = ConfigurationError,
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new Refusal(`the options of ${of} are ${described(given)}, wanted an object`);
  }
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Refusal(`${of} has no option '${unknown}'; it has ${known.join(', ')}`);
}

/** @throws Refusal, by what came and what was wanted, unless it holds. */
export function expectThat(
  holds: boolean,
  option: string,
  value: unknown,
  wanted: string,
  Refusal: Refusal = ConfigurationError,
): void {
  if (!holds) throw new Refusal(`${option} is ${described(value)}, wanted ${wanted}`);
}

/** @throws Refusal unless the value is one of those. */
export function expectOneOf(option: string, value: string, known: readonly string[], Refusal?: Refusal): void {
  expectThat(known.includes(value), option, value, `one of ${known.join(', ')}`, Refusal);
}

/** @throws Refusal unless the value is a whole number from `least` to `most`. */
export function expectWithin(option: string, value: number, least: number, most = Infinity, Refusal?: Refusal): void {
  const bounds = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  const holds = Number.isInteger(value) && value >= least && value <= most;
  expectThat(holds, option, value, `a whole number ${bounds}`, Refusal);
}

/** @throws Refusal unless the value is an object with this method: what a factory gives. */
export function expectMade(option: string, value: unknown, method: string, wanted: string, Refusal?: Refusal): void {
  const made = value as Readonly<Record<string, unknown>> | null | undefined;
  expectThat(typeof made?.[method] === 'function', option, value, wanted, Refusal);
}

/** The least of `expectFinite` for what must be above 0. */
export const ABOVE_ZERO = Number.MIN_VALUE;

/** @throws Refusal unless the value is a finite number of at least `least` and below `end`. */
export function expectFinite(
  option: string,
  value: number,
  [least = -Infinity, end = Infinity]: readonly [least?: number, end?: number],
  Refusal?: Refusal,
): void {
  const from = least === ABOVE_ZERO ? ' above 0' : least > -Infinity ? ` of at least ${least}` : '';
  const range = end < Infinity ? ` from ${least} to below ${end}` : from;
  expectThat(
    Number.isFinite(value) && value >= least && value < end,
    option,
    value,
    `a finite number${range}`,
    Refusal,
  );
}

/** @throws Refusal unless the value is true, false, or not given. */
export function expectBoolean(option: string, value: unknown, Refusal?: Refusal): void {
  expectThat(value === undefined || typeof value === 'boolean', option, value, 'true or false', Refusal);
}

/** A value as an error tells of it. */
export function described(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}, not called`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  return 'length' in value ? `a list of ${value.length}` : `{ ${Object.keys(value).slice(0, 3)} }`;
}
