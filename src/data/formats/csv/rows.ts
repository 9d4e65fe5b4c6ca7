// Text cut into rows of cells, in the sense of RFC 4180: quotes resolved, blank and empty rows left out. No cell is
// interpreted here.

import { DataError } from '../../errors.ts';

export interface Row {
  /** Line where the row begins, counted from 1. */
  readonly line: number;
  readonly cells: string[];
}

/** What parts two cells; a blank stands for any run of blanks and tabs. */
export type Separator = ',' | ';' | '\t' | '|' | ' ';

export const separators: readonly Separator[] = [',', ';', '\t', '|', ' '];

/** More cells in one row are refused: they are no table, and each becomes a column. */
export const MAX_COLUMNS = 2 ** 17;

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;
const BLANK = 32;
const TAB = 9;

const isBlank = (code: number): boolean => code === BLANK || code === TAB;

/**
 * The rows; those without any content are left out.
 *
 * @throws DataError with the line for an open quote, text behind a closing one, and a row of more than 131,072 cells
 */
export function* splitRows(text: string, separator: Separator): Generator<Row, undefined> {
  const stop = separator.charCodeAt(0);
  let position = text.startsWith('# ') ? 2 : 0;
  let line = 1;
  while (position < text.length) {
    const row: Row = { line, cells: [] };
    let holds = false;
    if (stop === BLANK) position = skipBlanks(text, position);
    for (;;) {
      if (text.charCodeAt(position) === BLANK) position = beforeQuote(text, position);
      const isQuoted = text.charCodeAt(position) === QUOTE;
      const end = isQuoted ? quotedEnd(text, position, stop, line) : plainEnd(text, position, stop);
      const cell = isQuoted ? unquoted(text, position, end) : trimmed(text, position, end);
      if (isQuoted) line += cell.split('\n').length - 1;
      if (cell !== '') holds = true;
      if (row.cells.push(cell) > MAX_COLUMNS) {
        throw new DataError(`line ${row.line} has more than ${MAX_COLUMNS} cells`);
      }
      position = stop === BLANK ? skipBlanks(text, end) : end;
      if (stop === BLANK ? position === end || isLineEnd(text, position) : text.charCodeAt(position) !== stop) break;
      if (stop !== BLANK) position++;
    }
    if (text.charCodeAt(position) === RETURN && text.charCodeAt(position + 1) === LINE_FEED) position++;
    position++;
    line++;
    if (holds) yield row;
  }
  return undefined;
}

function isLineEnd(text: string, position: number): boolean {
  const code = text.charCodeAt(position);
  return code === LINE_FEED || code === RETURN || position >= text.length;
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (isBlank(text.charCodeAt(position))) position++;
  return position;
}

/** Skips blanks before a quote; others belong to the cell. */
function beforeQuote(text: string, start: number): number {
  let position = start;
  while (text.charCodeAt(position) === BLANK) position++;
  return text.charCodeAt(position) === QUOTE ? position : start;
}

/** Position of the separator, line break or end of text behind a cell without quotes. */
function plainEnd(text: string, start: number, stop: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === stop || code === LINE_FEED || code === RETURN || (stop === BLANK && code === TAB)) break;
  }
  return end;
}

function trimmed(text: string, start: number, end: number): string {
  const clean = end > start && text.charCodeAt(start) > BLANK && text.charCodeAt(end - 1) > BLANK;
  const cell = text.slice(start, end);
  return clean ? cell : cell.trim();
}

/** Position behind the closing quote; blanks behind it belong to the cell. */
function quotedEnd(text: string, start: number, stop: number, line: number): number {
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2);
  if (close < 0) throw new DataError(`line ${line}: a quote is opened and never closed`);
  const end = stop === BLANK || stop === TAB ? close + 1 : skipBlanks(text, close + 1);
  const code = text.charCodeAt(end);
  if (code === stop || isLineEnd(text, end) || (stop === BLANK && code === TAB)) return end;
  throw new DataError(
    `line ${line}: "${text[end]}" stands behind a closing quote; wanted the separator or the line's end`,
  );
}

const unquoted = (text: string, start: number, end: number): string =>
  text.slice(start + 1, text.lastIndexOf('"', end - 1)).replace(/""/g, '"');
