// Values of options from their text, with errors that name the option.

import { UsageError } from './command.ts';

/** As errors name it: `--seed`; what is given by its place stays `<profile>`. */
export const shownOption = (option: string): string => (option.startsWith('<') ? option : `--${option}`);

/** A whole number from `least` to `most`; undefined where the option is not given. */
export function readWhole(option: string, text: string, least?: number, most?: number): number;
export function readWhole(option: string, text: string | undefined, least?: number, most?: number): number | undefined;
export function readWhole(option: string, text: string | undefined, least = 1, most = Number.MAX_SAFE_INTEGER) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most < Number.MAX_SAFE_INTEGER ? `from ${least} to ${most}` : `of at least ${least}`;
  throw new UsageError(`--${option} is '${text}', wanted a whole number ${range}`);
}

/** What random numbers begin with; undefined where the option is not given. */
export const readSeed = (option: string, text: string | undefined): number | undefined =>
  readWhole(option, text, 0, 2 ** 31 - 1);

/** A number from `least` to below `end`; undefined where the option is not given. */
export function readNumber(option: string, text: string | undefined, end = Infinity, least = 0): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= least && value < end) return value;
  throw new UsageError(
    `--${option} is '${text}', wanted a number of at least ${least}${end < Infinity ? ` and below ${end}` : ''}`,
  );
}

/** One of some words; undefined where the option is not given. */
export function readChoice<Word extends string>(option: string, text: string, words: readonly Word[]): Word;
export function readChoice<Word extends string>(
  option: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined;
export function readChoice<Word extends string>(option: string, text: string | undefined, words: readonly Word[]) {
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new UsageError(`${shownOption(option)} is '${text}', wanted ${words.join(', ')}`);
}
