// Tables of numbers as text: CSV in the sense of RFC 4180, with `;` and tab as separators, decimal comma,
// an optional header row and optional columns that are to be learned: a label as text, or values. Not dates, units or
// missing values: those are errors by line.

import { DataError } from '../errors.ts';
import { Float32List } from './float32-list.ts';
import type { NDArray } from './ndarray.ts';

/** A column by name or index; -1 is the last. */
export type Column = string | number;

export interface CsvOptions {
  /** What parts two cells; found in the first line unless told. */
  readonly separator?: ',' | ';' | '\t';
  /** Whether the first row holds names; unless told, it does where none of its cells is a number. */
  readonly header?: boolean;
  /** Column of the class label, or several of which the first that exists is taken; none unless told. */
  readonly label?: Column | readonly Column[];
  /** `label` names columns of numbers, all of which are to be learned. */
  readonly values?: boolean;
  /** Numbers are written 1,5; the separator is then never a comma. */
  readonly decimalComma?: boolean;
}

export interface CsvTable extends NDArray {
  /** (rows, columns), what is to be learned left out. */
  readonly data: Float32Array;
  readonly shape: [number, number];
  /** Names of these columns; empty without a header. */
  readonly columns: string[];
  /** The label cells as they stand, one per row; see `encodeLabels`. */
  readonly labels?: string[];
  /** With `values`: (rows, label columns). */
  readonly targets?: Float32Array;
  /** Names of the label columns; empty without a header. */
  readonly targetNames?: string[];
}

interface Row {
  /** Line where the row begins, counted from 1. */
  readonly line: number;
  readonly cells: string[];
}

/** Longest text that every engine holds as one string (Chrome 80: 2^29 - 24 characters). */
const MAX_BYTES = 2 ** 29 - 24;

/**
 * Reads a table of numbers. Blank lines are skipped, blanks around unquoted cells dropped; `nan` and `inf` are read.
 *
 * @throws DataError with the line for a cell that is not a number, rows of different lengths, an open quote, and where
 *   the label column does not exist
 */
export function readCsv(source: Uint8Array | string, options: CsvOptions = {}): CsvTable {
  if (source.length > MAX_BYTES) {
    throw new DataError(`CSV has ${source.length} bytes; wanted at most ${MAX_BYTES}`);
  }
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const decimalComma = options.decimalComma ?? false;
  const rows = splitRows(text, options.separator ?? findSeparator(text, decimalComma));
  const parse = (cell: string) => parseNumber(decimalComma ? cell.replace(',', '.') : cell);

  const first = rows.next().value;
  if (!first) throw new DataError('CSV is empty; wanted at least one row');
  const header = options.header ?? first.cells.every((cell) => parse(cell) === undefined);
  const names = header ? first.cells : [];
  const width = first.cells.length;
  const learned = findLearned(options, names, width);
  const kept = [...first.cells.keys()].filter((column) => !learned.includes(column));
  const readNumber = ({ line, cells }: Row, column: number): number => {
    const value = parse(cells[column]);
    if (value !== undefined) return value;
    const name = names[column] === undefined ? '' : ` (${names[column]})`;
    throw new DataError(`line ${line}, column ${column}${name} is "${cells[column]}"; wanted a number`);
  };
  const data = new Float32List();
  const targets = new Float32List();
  const labels: string[] = [];
  let count = 0;

  for (let row: Row | undefined = header ? rows.next().value : first; row; row = rows.next().value) {
    const { line, cells } = row;
    if (cells.length !== width) {
      throw new DataError(`line ${line} has ${cells.length} cells; wanted ${width} as in line ${first.line}`);
    }
    for (const column of kept) data.push(readNumber(row, column));
    if (options.values) for (const column of learned) targets.push(readNumber(row, column));
    else if (learned.length > 0) labels.push(cells[learned[0]]);
    count++;
  }
  const namesOf = (columns: readonly number[]): string[] => (header ? columns.map((column) => names[column]) : []);
  const learning = options.values ? { targets: targets.toArray(), targetNames: namesOf(learned) } : { labels };
  return {
    data: data.toArray(),
    shape: [count, kept.length],
    columns: namesOf(kept),
    ...(learned.length === 0 ? {} : learning),
  };
}

/** The candidate that occurs most often in the first line, the first of equals. */
function findSeparator(text: string, decimalComma: boolean): string {
  const [line] = /[^\r\n]+/.exec(text) ?? [''];
  const candidates = decimalComma ? [';', '\t'] : [',', ';', '\t'];
  const counts = candidates.map((candidate) => line.split(candidate).length);
  return candidates[counts.indexOf(Math.max(...counts))];
}

/** Indices of the columns to be learned: with `values` all that are named, else the first that exists. */
function findLearned({ label, values }: CsvOptions, names: readonly string[], width: number): number[] {
  const candidates: readonly Column[] = typeof label === 'object' ? label : label === undefined ? [] : [label];
  if (candidates.length === 0) {
    if (values) throw new DataError('values are wanted of no column; name them as label');
    return [];
  }
  const indices = candidates.map((column) =>
    typeof column === 'string' ? names.indexOf(column) : column < 0 ? width + column : column,
  );
  const exists = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < width;
  const found = indices.filter(exists);
  if (found.length > 0 && (!values || found.length === indices.length)) return values ? found : found.slice(0, 1);
  const missing = values ? candidates.filter((_, at) => !exists(indices[at])) : candidates;
  const known = names.length > 0 ? `one of ${names.join(', ')}` : `an index below ${width} (there is no header)`;
  throw new DataError(`label column ${missing.join(', ')} does not exist; wanted ${known}`);
}

function parseNumber(cell: string): number | undefined {
  const value = Number(cell);
  if (cell !== '' && !Number.isNaN(value)) return value;
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(cell);
  if (!word) return undefined;
  return word[2].toLowerCase() === 'nan' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity;
}

/** Rows of cells, quotes resolved, blank lines left out. */
function* splitRows(text: string, separator: string): Generator<Row, undefined> {
  let position = 0;
  let line = 1;
  while (position < text.length) {
    const row: Row = { line, cells: [] };
    for (;;) {
      const cell =
        text[position] === '"' ? quotedCell(text, position, separator, line) : plainCell(text, position, separator);
      row.cells.push(cell.text);
      line += cell.lines;
      position = cell.end;
      if (text[position] !== separator) break;
      position++;
    }
    if (text[position] === '\r' && text[position + 1] === '\n') position++;
    position++;
    line++;
    if (row.cells.length > 1 || row.cells[0] !== '') yield row;
  }
  return undefined;
}

interface Cell {
  readonly text: string;
  /** Position of the separator, line break or end of text behind the cell. */
  readonly end: number;
  /** Line breaks inside the cell. */
  readonly lines: number;
}

const isLineBreak = (character: string): boolean => character === '\n' || character === '\r';

function plainCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && !isLineBreak(text[end])) end++;
  return { text: text.slice(start, end).trim(), end, lines: 0 };
}

function quotedCell(text: string, start: number, separator: string, line: number): Cell {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close < 0) throw new DataError(`line ${line}: a quote is opened and never closed`);
  const end = close + 1;
  if (end < text.length && text[end] !== separator && !isLineBreak(text[end])) {
    throw new DataError(
      `line ${line}: "${text[end]}" stands behind a closing quote; wanted the separator or the line's end`,
    );
  }
  const cell = text.slice(start + 1, close).replace(/""/g, '"');
  return { text: cell, end, lines: cell.split('\n').length - 1 };
}
