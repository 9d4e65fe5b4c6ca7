// What stands above the samples: names of columns, the counts that scikit-learn's files begin with, or nothing.

import { DataError } from '../../errors.ts';
import type { NumberReader } from './dialect.ts';
import type { Row } from './rows.ts';

export interface Head {
  /** Names of the columns; empty where there are none. */
  readonly names: string[];
  /** Cells of a row. */
  readonly width: number;
  /** Rows before the first sample. */
  readonly rows: 0 | 1;
  /** Whether the first column has no cell in the header: names of rows, as R writes them. */
  readonly rowNames: boolean;
  /** Names of the classes 0, 1, ..., where the file begins with them. */
  readonly classNames?: string[];
}

/**
 * @param sample the first rows
 * @param told whether the first row holds names
 * @throws DataError where the first row counts up and may as well be a sample
 */
export function readHead(sample: readonly Row[], told: boolean | undefined, read: NumberReader): Head {
  const [{ cells: first }, second] = sample;
  const below = second?.cells.length ?? first.length;
  const plain = { names: [], width: first.length, rowNames: false };
  const counts = told === undefined && second !== undefined ? classCounts(first, below, read) : undefined;
  if (counts) return { ...plain, width: below, rows: 1, classNames: counts };
  if (!(told ?? holdsNames(sample, read))) return { ...plain, rows: 0 };
  if (below === first.length + 1 && second?.cells[first.length] !== '') {
    return { names: ['', ...first], width: below, rows: 1, rowNames: true };
  }
  const names = below === first.length - 1 && first[below] === '' ? first.slice(0, below) : first;
  return { names, width: names.length, rows: 1, rowNames: false };
}

/** The names in `samples, features, name, name, ...`, as the files of scikit-learn begin. */
function classCounts(first: readonly string[], below: number, read: NumberReader): string[] | undefined {
  const [samples, features, ...names] = first;
  const isHead = names.length > 1 && /^\d+$/.test(samples) && features === `${below - 1}`;
  return isHead && names.every((name) => name !== '' && read(name) === undefined) ? names : undefined;
}

function holdsNames(sample: readonly Row[], read: NumberReader): boolean {
  const [{ cells: first }, ...rest] = sample;
  const words = [...first.keys()].filter((column) => first[column] !== '' && read(first[column]) === undefined);
  const recurs = words.some((column) => rest.some(({ cells }) => cells[column] === first[column]));
  const numbers = numbersOf(first, read);
  if (numbers.length === 0) return words.length > 0 && !recurs;
  const next = rest.length === 0 ? [] : numbersOf(rest[0].cells, read);
  const goesOn = countsUp(next) && next[0] === numbers[numbers.length - 1] + 1;
  if (recurs || goesOn || !countsUp(numbers) || numbers[0] < 0 || numbers[0] > 1) return false;
  if (words.length > 0) return words.some((column) => repeats(rest.map(({ cells }) => cells[column])));
  if (numbers.length < 3 || rest.length === 0 || numbers[0] !== 0) return false;
  const counts = `line 1 counts from 0 to ${numbers[numbers.length - 1]}`;
  throw new DataError((called) => `${counts}: names or a sample? wanted ${called('header')} to be told`);
}

const numbersOf = (cells: readonly string[], read: NumberReader): number[] =>
  cells.map(read).filter((value): value is number => value !== undefined);

const countsUp = (numbers: readonly number[]): boolean =>
  numbers.length > 1 && numbers.every((value, at) => value === numbers[0] + at);

const repeats = (cells: readonly string[]): boolean => new Set(cells).size < cells.length;
