// How a table of text is written, found in its first lines: what parts the cells, and whether numbers are written 1,5.

import { DataError } from '../../errors.ts';
import { type Separator, splitRows } from './rows.ts';

export interface Dialect {
  readonly separator: Separator;
  readonly decimalComma: boolean;
}

/** What reads a cell as a number; undefined where it is none. */
export type NumberReader = (cell: string) => number | undefined;

/** Text that is looked at. */
const PROBE = 2 ** 16;
const PROBE_LINES = 50;

const COMMA_NUMBER = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+$/;
const POINT_NUMBER = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i;

export function findDialect(text: string, told: Partial<Dialect>): Dialect {
  const separator = told.separator ?? findSeparator(text, told.decimalComma ?? false);
  const decimalComma = told.decimalComma ?? (separator !== ',' && writesCommas(text, separator));
  return { separator, decimalComma };
}

/**
 * The candidate that parts most of the first lines into equally many cells; of equals the one that leaves the largest
 * share of numbers. Blanks part cells where nothing else does and every line has as many.
 */
function findSeparator(text: string, decimalComma: boolean): Separator {
  const lines = linesOutsideQuotes(text);
  const candidates: Separator[] = decimalComma ? [';', '\t', '|'] : [',', ';', '\t', '|'];
  let best = { separator: candidates[0], alike: 0, numbers: 0 };
  for (const separator of candidates) {
    const rows = lines.map((line) => line.split(separator));
    const alike = commonest(rows.map(({ length }) => length).filter((length) => length > 1));
    const cells = rows.flat();
    const numbers = cells.filter((cell) => isNumeric(cell.trim(), separator !== ',')).length / cells.length;
    if (2 * alike <= lines.length) continue;
    if (alike > best.alike || (alike === best.alike && numbers > best.numbers)) best = { separator, alike, numbers };
  }
  return best.alike === 0 && areParted(lines) ? ' ' : best.separator;
}

/** Whether blanks leave as many words in every line; a header may name all but the first, as R writes it. */
function areParted([first = '', ...rest]: readonly string[]): boolean {
  const words = (line: string): number => line.trim().split(/[ \t]+/).length;
  const count = rest.length === 0 ? words(first) : words(rest[0]);
  return count > 1 && rest.every((line) => words(line) === count) && count - words(first) <= 1 && words(first) <= count;
}

/** The first lines, what stands in quotes left out. */
function linesOutsideQuotes(text: string): string[] {
  const probe = text
    .slice(0, PROBE)
    .replace(/^# /, '')
    .replace(/"(?:[^"]|"")*"/g, '""');
  const lines = probe.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  if (text.length > PROBE && lines.length > 1) lines.pop();
  return lines.slice(0, PROBE_LINES);
}

/** How often the number that occurs most often does. */
function commonest(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return Math.max(0, ...times.values());
}

const isNumeric = (cell: string, decimalComma: boolean): boolean =>
  readPoint(cell) !== undefined || (decimalComma && COMMA_NUMBER.test(cell));

/** Numbers with a comma and none with a point; where all could be thousands as well, it has to be told. */
function writesCommas(text: string, separator: Separator): boolean {
  const cells = firstCells(text, separator);
  const commas = cells.filter((cell) => COMMA_NUMBER.test(cell));
  if (commas.length === 0 || cells.some((cell) => POINT_NUMBER.test(cell))) return false;
  if (!commas.every((cell) => THOUSANDS.test(cell))) return true;
  throw new DataError(
    (called) => `"${commas[0]}" may be a fraction or thousands; wanted ${called('decimalComma')} to be told`,
  );
}

function firstCells(text: string, separator: Separator): string[] {
  const cells: string[] = [];
  for (const row of splitRows(text, separator)) {
    for (const cell of row.cells) cells.push(cell);
    if (row.line >= PROBE_LINES || cells.length >= PROBE) break;
  }
  return cells;
}

export const numberReader = (decimalComma: boolean): NumberReader =>
  decimalComma ? (cell) => readPoint(cell.replace(',', '.')) : readPoint;

const DIGIT_NINE = 57;

/** Decimal numbers, `nan` and `inf`; not 0x10, which `Number` would take. */
function readPoint(cell: string): number | undefined {
  const value = Number(cell);
  if (!Number.isNaN(value)) {
    if (cell === '' || (cell.length > 2 && cell[0] === '0' && cell.charCodeAt(1) > DIGIT_NINE && !/^0e/i.test(cell))) {
      return undefined;
    }
    return value;
  }
  const word = /^([+-]?)(nan|inf|infinity)$/i.exec(cell);
  if (!word) return undefined;
  return word[2].toLowerCase() === 'nan' ? Number.NaN : word[1] === '-' ? -Infinity : Infinity;
}
