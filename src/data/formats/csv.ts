// Tables as text: CSV in the sense of RFC 4180 and what is written like it. Samples are rows of numbers; columns of few
// words become columns of 0 and 1; some columns may be what is learned, a label as text or values. Not dates or units.

import { DataError } from '../errors.ts';
import { assemble } from './csv/assemble.ts';
import { findDialect, numberReader } from './csv/dialect.ts';
import { readHead } from './csv/head.ts';
import { expectCsvOptions } from './csv/options.ts';
import { planColumns, settle } from './csv/plan.ts';
import { type Row, splitRows } from './csv/rows.ts';
import type { CsvOptions, CsvTable } from './csv/table.ts';
import { Uint32List } from './growing.ts';
import { decodeText } from './text.ts';

export type { Place } from './csv/column.ts';
export type { Separator } from './csv/rows.ts';
export type { Column, CsvInput, CsvLayout, CsvOptions, CsvTable } from './csv/table.ts';

/** Rows by which header and row numbers are told. */
const SAMPLE_ROWS = 50;
const ONE_HOT = 12;

/**
 * Reads a table of numbers in UTF-8, UTF-16 or Latin-1. Blank lines are skipped, blanks around unquoted cells dropped;
 * `nan` and `inf` are read.
 *
 * @throws ConfigurationError for an option that is not known, or a value it cannot have
 * @throws DataError with the line for a cell that is not a number, rows of different lengths, an open quote, a missing
 *   cell, and where the label column does not exist or may be one of two
 */
export function readCsv(source: Uint8Array | string, options: CsvOptions = {}): CsvTable {
  expectCsvOptions(options);
  const text = decodeText(source);
  const { separator, decimalComma } = findDialect(text, options);
  const read = numberReader(decimalComma);
  const sample: Row[] = [];
  for (const row of splitRows(text, separator)) if (sample.push(row) === SAMPLE_ROWS) break;
  if (sample.length === 0) throw new DataError('CSV is empty; wanted at least one row');
  const head = readHead(sample, options.header, read);
  const notes: string[] = [];
  if (decimalComma && options.decimalComma === undefined) notes.push('decimal comma');
  if (separator === ' ' && options.separator === undefined) notes.push('blanks part the cells');

  const rules = { read, skipsNaN: (options.missing ?? 'refuse') !== 'refuse', maxWords: options.oneHot ?? ONE_HOT };
  const plan = planColumns(head, sample, options, rules, notes);
  const { inputs, labels, targets, blank } = plan;
  const columns = [...inputs, ...(labels ? [labels] : []), ...targets, ...blank];
  const lines = new Uint32List();
  let before = head.rows;
  for (const row of splitRows(text, separator)) {
    if (before-- > 0) continue;
    const cells = fitted(row, head.width, sample[0].line);
    lines.push(row.line);
    for (const column of columns) column.push(cells[column.place.index], row.line);
  }
  return assemble(settle(plan, lines, options, notes), head, lines, options, notes);
}

/** A row as wide as the others; a separator at the end of a line makes no cell. */
function fitted({ line, cells }: Row, width: number, firstLine: number): readonly string[] {
  if (cells.length === width) return cells;
  if (cells.length === width + 1 && cells[width] === '') return cells;
  throw new DataError(`line ${line} has ${cells.length} cells; wanted ${width} as in line ${firstLine}`);
}
