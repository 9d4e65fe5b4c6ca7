// Which columns of a table are read, and as what: inputs, the label or values, or the two of which one is the label.

import { OptionError, DataError, listed } from '../../errors.ts';
import type { Uint32List } from '../growing.ts';
import { BlankColumn, type ColumnRules, describePlace, NumberColumn, type Place, TextColumn } from './column.ts';
import type { Head } from './head.ts';
import { chooseLabel, findNamed } from './learned.ts';
import { findLike } from './like.ts';
import type { Row } from './rows.ts';
import type { Column, CsvLayout, CsvOptions } from './table.ts';

export interface Plan {
  /** In the order of the file; text where a column may be the label as well. */
  readonly inputs: readonly (NumberColumn | TextColumn)[];
  readonly labels?: TextColumn;
  readonly targets: readonly NumberColumn[];
  /** Columns without name and content. */
  readonly blank: readonly BlankColumn[];
  readonly rules: ColumnRules;
  /** The only columns that become inputs, where that is told. */
  readonly only?: ReadonlySet<number>;
}

/** What is read, once it is known which column is the label. */
export interface Settled extends Plan {
  readonly inputs: readonly NumberColumn[];
}

/** Names of columns that count the rows. */
const COUNTER = /^(?:|unnamed: 0|index|id|#)$/i;

/**
 * @param sample the first rows, the header among them
 * @param notes takes what was found and not told
 * @throws OptionError where a column that is asked for does not exist
 */
export function planColumns(
  head: Head,
  sample: readonly Row[],
  options: CsvOptions,
  rules: ColumnRules,
  notes: string[],
): Plan {
  if (options.like) return planLike(head, options.like, options, rules);
  const { names, width } = head;
  const rows = sample.slice(head.rows);
  const place = placeIn(head);
  const all = Array.from({ length: width }, (_, index) => index);
  const asked = (role: string, columns: readonly Column[] = []): number[] => findColumns(role, columns, head);
  const drop = asked('drop', options.drop);
  const dropped = new Set(drop);
  const isBlank = (index: number): boolean => !names[index] && rows.every(({ cells }) => !cells[index]);
  const blank = new Set(rows.length > 0 ? all.filter(isBlank) : []);
  const chosen = options.columns && new Set(asked('columns', options.columns));
  if (!chosen?.has(0) && countsRows(head, rows)) {
    dropped.add(0);
    notes.push(`${describePlace(place(0))} is left out: it ${head.rowNames ? 'names' : 'counts'} the rows`);
  }
  const usable = all.filter((index) => !dropped.has(index) && !blank.has(index));
  const free = usable.filter((index) => !chosen?.has(index));
  const learned = findLearned(head, free, options);
  for (const index of drop) {
    if (chosen?.has(index)) throw contrary(place(index), 'columns');
    if (learned.includes(index)) throw contrary(place(index), 'label');
  }
  const candidates = options.label === true && learned.length === 0 ? ends(free) : [];
  const isRead = (index: number): boolean =>
    candidates.includes(index) || (!learned.includes(index) && (chosen?.has(index) ?? true));
  return {
    inputs: usable
      .filter(isRead)
      .map((index) =>
        candidates.includes(index) ? new TextColumn(place(index)) : new NumberColumn(place(index), rules),
      ),
    ...learnedColumns(learned.map(place), options, rules),
    blank: [...blank].map((index) => new BlankColumn(place(index))),
    rules,
    only: chosen,
  };
}

/** The inputs of another table; what is learned is its columns, unless `label` tells others. */
function planLike(head: Head, like: CsvLayout, options: CsvOptions, rules: ColumnRules): Plan {
  const { label = true, drop = [] } = options;
  const told = label === true ? [] : findLearned(head, [], options);
  const apart = new Set([...findColumns('drop', drop, head), ...told]);
  const learned = label === true ? like.learned : [];
  const find = findLike(head, like, [...like.inputs, ...learned], apart);
  const numbers = { ...rules, maxWords: 0 };
  return {
    inputs: like.inputs.map((input) => new NumberColumn(find(input), numbers, input.words)),
    ...learnedColumns(label === true ? learned.map(find) : told.map(placeIn(head)), options, rules),
    blank: [],
    rules,
  };
}

const contrary = (column: Place, role: keyof CsvOptions): DataError =>
  new DataError(
    (called) => `${describePlace(column)} is in ${called('drop')} and in ${called(role)}; wanted one of them`,
  );

const placeIn =
  ({ names }: Head) =>
  (index: number): Place =>
    names.length > 0 ? { index, name: names[index] } : { index };

function learnedColumns(places: readonly Place[], { values }: CsvOptions, rules: ColumnRules) {
  if (values) return { targets: places.map((place) => new NumberColumn(place, { ...rules, maxWords: 0 })) };
  return { targets: [], ...(places.length > 0 && { labels: new TextColumn(places[0]) }) };
}

function ends(columns: readonly number[]): number[] {
  if (columns.length > 0) return [...new Set([columns[0], columns[columns.length - 1]])];
  throw new DataError((called) => `no column is left to be the label; wanted ${called('label')} to be told`);
}

function countsRows({ names, rowNames }: Head, rows: readonly Row[]): boolean {
  if (rowNames) return true;
  if (names.length < 2 || !COUNTER.test(names[0]) || rows.length < 2) return false;
  const first = Number(rows[0].cells[0]);
  return first <= 1 && rows.every(({ cells }, at) => cells[0] === `${first + at}`);
}

/** Indices of the columns to be learned: with `values` all that are named, else the first that exists. */
function findLearned(head: Head, usable: readonly number[], { label, values }: CsvOptions): number[] {
  if (label === undefined) {
    if (values)
      throw new DataError(
        (called) => `${called('values')} is wanted of no column; wanted ${called('label')} to name them`,
      );
    return [];
  }
  if (label !== true) {
    const columns = typeof label === 'object' ? label : [label];
    if (values) return findColumns('label', columns, head);
    const found = columns.map((column) => indexOf(column, head)).find((index) => index !== undefined);
    return found === undefined ? findColumns('label', columns, head) : [found];
  }
  const last = usable.slice(-1);
  if (head.classNames) return last;
  const named = findNamed(head.names);
  return usable.includes(named) ? [named] : values ? last : [];
}

function indexOf(column: Column, { names, width }: Head): number | undefined {
  const named = typeof column === 'string' ? names.indexOf(column) : -1;
  const place = /^-?\d+$/.test(`${column}`) ? Number(column) : Number.NaN;
  const index = named >= 0 ? named : place < 0 ? width + place : place;
  return Number.isInteger(index) && index >= 0 && index < width ? index : undefined;
}

/** @throws Refusal for a column that does not exist */
function findColumns(
  role: string,
  columns: readonly Column[],
  head: Head,
  Refusal: typeof DataError = OptionError,
): number[] {
  const found = columns.map((column) => indexOf(column, head));
  const missing = columns.filter((_, at) => found[at] === undefined);
  if (missing.length === 0) return found as number[];
  const { names, width } = head;
  const known = names.length > 0 ? `one of ${listed(names)}` : `an index below ${width} (there is no header)`;
  throw new Refusal((called) => `${called(role)} column ${missing.join(', ')} does not exist; wanted ${known}`);
}

/**
 * Decides which column is the label, where two may be; the other is read as an input.
 *
 * @param lines of the rows
 * @param notes takes which one it is
 * @throws DataError where that cannot be said
 */
export function settle(plan: Plan, lines: Uint32List, { label }: CsvOptions, notes: string[]): Settled {
  const candidates = plan.inputs.filter((column): column is TextColumn => column instanceof TextColumn);
  const [first, last = first] = candidates;
  const labels = plan.labels ?? (first && chooseLabel(first, last));
  if (label === true && labels) notes.push(`the label is ${describePlace(labels.place)}`);
  const inputs: NumberColumn[] = [];
  for (const column of plan.inputs) {
    if (column === labels || plan.only?.has(column.place.index) === false) continue;
    inputs.push(column instanceof TextColumn ? asNumbers(column, plan.rules, lines) : column);
  }
  return { ...plan, inputs, ...(labels && { labels }) };
}

function asNumbers({ place, cells }: TextColumn, rules: ColumnRules, lines: Uint32List): NumberColumn {
  const column = new NumberColumn(place, rules);
  cells.forEach((cell, row) => column.push(cell, lines.get(row)));
  return column;
}
