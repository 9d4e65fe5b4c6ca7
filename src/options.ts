// What options must be, wherever they are given: nothing is ignored. What takes options says it in a table beside their
// interface, of each what it must be and what it is where it is not given; what must hold between them is code.

import { ConfigurationError } from './errors.ts';

/** The class of the errors of a stage: rules, optimisers and layers have their own. */
type Refusal = new (message: string) => Error;

/** What a value must be: true where it is that, else what was wanted. */
export type Kind<Value> = (value: Value) => true | string;

type Given<Value> = Exclude<Value, undefined>;

/** Of each option what it must be, and what it is where it is not given. */
export type Table<Options> = {
  readonly [Name in keyof Required<Options>]:
    | readonly [is: Kind<Options[Name]>]
    | readonly [is: Kind<Given<Options[Name]>>, usual: Given<Options[Name]>];
};

/** A table with no option beside those of its interface. */
export type Exactly<Options, Of> = Of & { readonly [Name in Exclude<keyof Of, keyof Options>]: never };

/** All options of a table; those that are not given are the usual, or undefined where there is none. */
export type Values<Options, Of> = {
  readonly [Name in keyof Required<Options>]: Of extends { readonly [_ in Name]: readonly [unknown, unknown] }
    ? Given<Options[Name]>
    : Options[Name];
};

/**
 * @param of what takes the options: `tpsgd`
 * @throws Refusal for options that are no object, one that is not known, or one that is not what it must be.
 */
export function readOptions<Options extends object, const Of extends Table<Options>>(
  of: string,
  given: Options,
  Refusal: Refusal,
  table: Exactly<Options, Of>,
): Values<Options, Of> {
  const names = Object.keys(table) as (keyof Options & string)[];
  expectOptions(of, given, names, Refusal);
  const values = completed<Options, Of>(given, table);
  for (const name of names) expectIs<unknown>(`${of}: ${name}`, values[name], table[name][0], Refusal);
  return values;
}

/** What is given, and the usual in place of what is not. */
export function completed<Options extends object, const Of extends Table<Options>>(
  given: Options,
  table: Exactly<Options, Of>,
): Values<Options, Of> {
  const names = Object.keys(table) as (keyof Options & string)[];
  const values = names.map((name) => [name, given[name] === undefined ? table[name][1] : given[name]]);
  return Object.fromEntries(values);
}

/** @throws Refusal for options that are no object, or one that is not known, naming those that are. */
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

/** @throws Refusal, by what came and what was wanted, unless the value is of the kind. */
export function expectIs<Value>(
  option: string,
  value: Value,
  kind: Kind<Value>,
  Refusal: Refusal = ConfigurationError,
): void {
  const wanted = kind(value);
  if (wanted !== true) throw new Refusal(`${option} is ${described(value)}, wanted ${wanted}`);
}

/** @throws Refusal, by what came and what was wanted, unless it holds. */
export function expectThat(holds: boolean, option: string, value: unknown, wanted: string, Refusal?: Refusal): void {
  expectIs(option, value, () => holds || wanted, Refusal);
}

/** For what is checked elsewhere. */
export const anything: Kind<unknown> = () => true;

export const boolean: Kind<boolean> = (value) => typeof value === 'boolean' || 'true or false';

export const text: Kind<string> = (value) => typeof value === 'string' || 'text';

/** A whole number from `least` to `most`. */
export const integer =
  (least: number, most = Infinity): Kind<number> =>
  (value) =>
    (Number.isInteger(value) && value >= least && value <= most) ||
    `a whole number${most < Infinity ? ` from ${least} to ${most}` : ` of at least ${least}`}`;

/** A finite number of at least `least` and below `end`. */
export const finite =
  (least = -Infinity, end = Infinity): Kind<number> =>
  (value) => {
    const range = end < Infinity ? ` from ${least} to below ${end}` : least > -Infinity ? ` of at least ${least}` : '';
    return (Number.isFinite(value) && value >= least && value < end) || `a finite number${range}`;
  };

export const positive: Kind<number> = (value) => (Number.isFinite(value) && value > 0) || 'a finite number above 0';

export const oneOf =
  <Name extends string>(known: readonly Name[]): Kind<Name> =>
  (value) =>
    known.includes(value) || `one of ${known.join(', ')}`;

export const keyOf = <Name extends string>(of: Readonly<Record<Name, unknown>>): Kind<Name> =>
  oneOf(Object.keys(of) as Name[]);

/** An object with this method: what a factory gives. */
export const made =
  (method: string, wanted: string): Kind<object> =>
  (value) =>
    typeof (value as Readonly<Record<string, unknown>> | null)?.[method] === 'function' || wanted;

/** That, or not given. */
export const optional =
  <Value>(kind: Kind<Value>): Kind<Value | undefined> =>
  (value) =>
    value === undefined || kind(value);

/** A value as an error tells of it. */
export function described(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}, not called`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  return 'length' in value ? `a list of ${value.length}` : `{ ${Object.keys(value).slice(0, 3)} }`;
}
