// Columns put together as a table: missing cells dealt with, words as columns of 0 and 1, rows one behind the other.

import { type Called, DataError } from '../../errors.ts';
import type { Uint32List } from '../growing.ts';
import { describePlace, type NumberColumn, type TextColumn } from './column.ts';
import type { Head } from './head.ts';
import type { Settled } from './plan.ts';
import type { CsvInput, CsvOptions, CsvTable } from './table.ts';

/** @param lines of the rows */
export function assemble(
  { inputs, labels, targets }: Settled,
  head: Head,
  lines: Uint32List,
  options: CsvOptions,
  notes: string[],
): CsvTable {
  const { missing = 'refuse', like } = options;
  if (inputs.length === 0) throw new DataError((called) => noInput(head.width, called));
  const numbers = [...inputs, ...targets];
  if (missing === 'refuse') refuseMissing(numbers);
  if (missing !== 'drop') {
    refuseMissing(targets);
    if (labels) refuseEmpty(labels, lines);
  }
  const rows = wholeRows(missing === 'drop' ? numbers : [], labels, lines.length);
  if (rows.length < lines.length) notes.push(`${lines.length - rows.length} rows with missing cells are left out`);
  const filled = inputs.map((column, at): CsvInput => {
    const words = column.sortWords();
    if (words && !like) notes.push(`${describePlace(column.place)} is one of ${words.length} words, a column for each`);
    const isFilled = words === undefined && missing !== 'refuse' && missing !== 'drop';
    const known = missing === 'mean' ? like?.inputs[at].fill : undefined;
    const fill = isFilled ? (known ?? fillOf(column, missing)) : undefined;
    return { ...column.place, ...(words && { words }), ...(fill !== undefined && { fill }) };
  });
  const data = interleaved(inputs, filled, rows);
  const hasNames = head.names.length > 0;
  const { classNames } = head;
  return {
    data,
    shape: [rows.length, widthOf(filled)],
    columns: hasNames ? filled.flatMap(({ name = '', words }) => words?.map((word) => `${name}=${word}`) ?? name) : [],
    ...(labels && { labels: chosenLabels(labels, rows, classNames) }),
    ...(classNames && labels && { classNames }),
    ...(options.values && {
      targets: interleaved(
        targets,
        targets.map(({ place }) => place),
        rows,
      ),
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

const noInput = (width: number, called: Called): string =>
  `rows have ${width} cells, none of them is left to be an input; wanted another ${called('separator')}, ` +
  `or fewer columns in ${called('label')} and ${called('drop')}`;

function chosenLabels({ cells }: TextColumn, rows: Uint32Array, classNames?: readonly string[]): string[] {
  if (rows.length === cells.length && classNames === undefined) return cells;
  return Array.from(rows, (row) => classNames?.[Number(cells[row])] ?? cells[row]);
}

/** Refuses the missing cell that comes first in the file. */
function refuseMissing(columns: readonly NumberColumn[]): void {
  let first: NumberColumn | undefined;
  for (const column of columns) {
    if (column.missing > 0 && (first === undefined || column.missingLine < first.missingLine)) first = column;
  }
  first?.refuseMissing();
}

function refuseEmpty({ cells, place }: TextColumn, lines: Uint32List): void {
  const row = cells.indexOf('');
  if (row >= 0) throw new DataError(`line ${lines.get(row)}, ${describePlace(place)} is empty; wanted a class`);
}

function wholeRows(columns: readonly NumberColumn[], labels: TextColumn | undefined, count: number): Uint32Array {
  const lacking = new Uint8Array(count);
  for (const { missing, values } of columns) {
    if (missing > 0) for (let row = 0; row < count; row++) if (Number.isNaN(values.get(row))) lacking[row] = 1;
  }
  labels?.cells.forEach((cell, row) => {
    if (cell === '') lacking[row] = 1;
  });
  const rows = new Uint32Array(lacking.length - lacking.reduce((sum, lacks) => sum + lacks, 0));
  let place = 0;
  lacking.forEach((lacks, row) => {
    if (lacks === 0) rows[place++] = row;
  });
  return rows;
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

const widthOf = (inputs: readonly CsvInput[]): number =>
  inputs.reduce((sum, { words }) => sum + (words?.length ?? 1), 0);

/** The chosen rows one behind the other: a value for each column, of words a 1 among zeros. */
function interleaved(columns: readonly NumberColumn[], inputs: readonly CsvInput[], rows: Uint32Array): Float32Array {
  const out = new Float32Array(rows.length * widthOf(inputs));
  const lists = columns.map(({ values }) => values);
  const widths = inputs.map(({ words }) => words?.length ?? 0);
  const fills = inputs.map(({ fill = Number.NaN }) => fill);
  let place = 0;
  for (const row of rows) {
    for (let at = 0; at < lists.length; at++) {
      const value = lists[at].get(row);
      const isMissing = Number.isNaN(value);
      if (widths[at] === 0) out[place++] = isMissing ? fills[at] : value;
      else {
        if (!isMissing) out[place + value] = 1;
        place += widths[at];
      }
    }
  }
  return out;
}
