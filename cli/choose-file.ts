// How a file of data is read, by the options that say what it does not say itself.

import { type CsvLayout, type CsvOptions, DataError } from '../src/data/index.ts';
import type { PathOptions } from '../src/data/node/path.ts';
import { UsageError, type Values } from './command.ts';
import { readChoice, readNumber, readWhole } from './read-value.ts';

const separators = { comma: ',', semicolon: ';', tab: '\t', bar: '|', blank: ' ' } as const;
const separatorNames = Object.keys(separators) as (keyof typeof separators)[];
const missingWords = ['refuse', 'drop', 'mean'] as const;

/** Of a CSV file, whatever it is read for. */
export const csvOptions = {
  separator: { type: 'string', value: '<name>', about: `of a CSV file: ${separatorNames.join(', ')}; default: found` },
  header: {
    type: 'string',
    value: 'yes|no',
    about: 'whether the first line of a CSV file holds names; default: found',
  },
  'decimal-comma': { type: 'boolean', about: 'numbers of a CSV file are written 1,5' },
  missing: {
    type: 'string',
    value: '<what>',
    about: 'what becomes of empty cells: refuse (default), drop (their rows), mean (of the column), or a number',
  },
  drop: { type: 'string', multiple: true, value: '<column>', about: 'of a CSV file to be left out, by name or number' },
  columns: { type: 'string', multiple: true, value: '<a,b>', about: 'the only columns of a CSV file that are inputs' },
} as const;

export const csvNames = Object.keys(csvOptions) as (keyof typeof csvOptions)[];

/** Of a file of samples with what is learned. */
export const fileOptions = {
  label: {
    type: 'string',
    multiple: true,
    value: '<column>',
    about:
      'the CSV column to learn, by name or index; repeat it for several regression targets; ' +
      'default: guessed from names and contents',
  },
  ...csvOptions,
  'one-hot': { type: 'string', value: '<n>', about: 'most words of a column that become columns of 0, 1; default 12' },
  arrays: { type: 'string', value: '<x,y>', about: 'of an .npz, or four with the test set; default: by usual names' },
  'max-bytes': {
    type: 'string',
    value: '<n>',
    about: 'most that a packed file may unfold to; default 2^30, and at most 16 or 32 times its size',
  },
} as const;

export type CsvValues = Values<typeof csvOptions>;
export type FileValues = Values<typeof fileOptions>;

/** @throws UsageError for a value that means nothing */
export function chooseCsv(values: CsvValues): CsvOptions {
  const separator = readChoice('separator', values.separator, separatorNames);
  const header = readChoice('header', values.header, ['yes', 'no']);
  return {
    ...(separator && { separator: separators[separator] }),
    ...(header && { header: header === 'yes' }),
    ...(values['decimal-comma'] && { decimalComma: true }),
    ...(values.missing !== undefined && { missing: readMissing(values.missing) }),
    ...(values.drop && { drop: values.drop }),
    ...(values.columns && { columns: splitAtCommas(values.columns) }),
  };
}

function readMissing(text: string): CsvOptions['missing'] {
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
  return isNumber ? Number(text) : readChoice('missing', text, missingWords);
}

const splitAtCommas = (texts: readonly string[]): string[] => texts.flatMap((text) => text.split(','));

/**
 * What is said of a table for a checkpoint that knows the columns of its own: these are read, so what chose them falls.
 * What is given now names the column to be learned, or columns that are others.
 *
 * @throws UsageError where inputs are chosen anew
 */
export function sayAlike<V extends FileValues>(values: V, given: FileValues, like: CsvLayout | undefined): V {
  if (like === undefined) return values;
  for (const option of ['columns', 'one-hot'] as const) {
    if (given[option] === undefined) continue;
    throw new UsageError(`--${option} is of a new learner, and a checkpoint brings its columns; wanted one of them`);
  }
  return { ...values, label: given.label, drop: given.drop, columns: undefined, 'one-hot': undefined };
}

/** What the command line calls what errors of data speak of. */
const called = {
  separator: '--separator',
  header: '--header',
  decimalComma: '--decimal-comma',
  missing: '--missing',
  drop: '--drop',
  columns: '--columns',
  label: '--label',
  values: '--task regression',
  oneHot: '--one-hot',
  arrays: '--arrays',
  maxBytes: '--max-bytes',
  like: 'the checkpoint',
};

/** What an error of data says here, of what stands `before`. */
export const inOptions = (error: unknown, before = ''): unknown =>
  error instanceof DataError ? error.retold(before, called) : error;

/** @throws UsageError for a value that means nothing */
export function chooseFile(values: FileValues): Omit<PathOptions, 'values'> {
  const oneHot = readWhole('one-hot', values['one-hot'], 0);
  const maxBytes = readNumber('max-bytes', values['max-bytes'], 2 ** 53, 1);
  return {
    ...(values.label && { label: values.label }),
    csv: { ...chooseCsv(values), ...(oneHot !== undefined && { oneHot }) },
    ...(values.arrays !== undefined && { arrays: values.arrays.split(',') }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
}
