// Columns put together as a table: missing cells dealt with, words as columns of 0 and 1, rows one behind the other.

import { DataError } from '../../errors.ts';
import { describePlace, type NumberColumn, type TextColumn } from './column.ts';
import type { Head } from './head.ts';
import type { Settled } from './plan.ts';
import type { CsvInput, CsvOptions, CsvTable } from './table.ts';

/** @param lines of the rows */
export function assemble(
  { inputs, labels, targets }: Settled,
  head: Head,
  lines: readonly number[],
  options: CsvOptions,
  notes: string[],
): CsvTable {
  const { missing = 'refuse', like } = options;
  const numbers = [...inputs, ...targets];
  if (missing === 'refuse') refuseMissing(numbers);
  if (missing !== 'drop') {
    refuseMissing(targets);
    if (labels) refuseEmpty(labels, lines);
  }
  const rows = missing === 'drop' ? wholeRows(numbers, labels, lines.length) : [...lines.keys()];
  if (rows.length < lines.length) notes.push(`${lines.length - rows.length} rows with missing cells are left out`);
  const filled = inputs.map((column, at): CsvInput => {
    const words = column.sortWords();
    if (words && !like) notes.push(`${describePlace(column.place)} is one of ${words.length} words, a column for each`);
    const isFilled = words === undefined && missing !== 'refuse' && missing !== 'drop';
    const fill = isFilled ? (like?.inputs[at].fill ?? fillOf(column, missing)) : undefined;
    return { ...column.place, ...(words && { words }), ...(fill !== undefined && { fill }) };
  });
  const width = filled.reduce((sum, { words }) => sum + (words?.length ?? 1), 0);
  const data = new Float32Array(rows.length * width);
  let offset = 0;
  inputs.forEach((column, at) => {
    const { words, fill = Number.NaN } = filled[at];
    rows.forEach((row, place) => {
      const value = column.values.get(row);
      if (words === undefined) data[place * width + offset] = Number.isNaN(value) ? fill : value;
      else if (!Number.isNaN(value)) data[place * width + offset + value] = 1;
    });
    offset += words?.length ?? 1;
  });
  const hasNames = head.names.length > 0;
  const { classNames } = head;
  return {
    data,
    shape: [rows.length, width],
    columns: hasNames ? filled.flatMap(({ name = '', words }) => words?.map((word) => `${name}=${word}`) ?? name) : [],
    ...(labels && { labels: rows.map((row) => classNames?.[Number(labels.cells[row])] ?? labels.cells[row]) }),
    ...(classNames && labels && { classNames }),
    ...(options.values && {
      targets: interleaved(targets, rows),
      targetNames: hasNames ? targets.map(({ place }) => place.name ?? '') : [],
    }),
    layout: {
      width: head.width,
      inputs: filled,
      learned: labels ? [labels.place] : targets.map(({ place }) => place),
    },
    notes,
  };
}

/** Refuses the missing cell that comes first in the file. */
function refuseMissing(columns: readonly NumberColumn[]): void {
  let first: NumberColumn | undefined;
  for (const column of columns) {
    if (column.missing > 0 && (first === undefined || column.missingLine < first.missingLine)) first = column;
  }
  first?.refuseMissing();
}

function refuseEmpty({ cells, place }: TextColumn, lines: readonly number[]): void {
  const row = cells.indexOf('');
  if (row >= 0) throw new DataError(`line ${lines[row]}, ${describePlace(place)} is empty; wanted a class`);
}

function wholeRows(columns: readonly NumberColumn[], labels: TextColumn | undefined, count: number): number[] {
  const lacking = new Uint8Array(count);
  for (const { missing, values } of columns) {
    if (missing > 0) for (let row = 0; row < count; row++) if (Number.isNaN(values.get(row))) lacking[row] = 1;
  }
  labels?.cells.forEach((cell, row) => {
    if (cell === '') lacking[row] = 1;
  });
  return [...lacking.keys()].filter((row) => lacking[row] === 0);
}

function fillOf({ values, place }: NumberColumn, missing: 'mean' | number): number {
  if (missing !== 'mean') return missing;
  let sum = 0;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values.get(row);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  if (count > 0 || values.length === 0) return count === 0 ? 0 : sum / count;
  throw new DataError(`${describePlace(place)} is empty in every line and has no mean; drop it`);
}

function interleaved(columns: readonly NumberColumn[], rows: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length * columns.length);
  columns.forEach(({ values }, at) => {
    rows.forEach((row, place) => {
      out[place * columns.length + at] = values.get(row);
    });
  });
  return out;
}
