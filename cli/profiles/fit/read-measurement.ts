// A file of an instrument: lines of its own above, then a table with a pulse a row, and what was read behind it. The
// schema is docs/measured-devices.md.

import { findDialect, numberReader, type Dialect, type NumberReader } from '../../../src/data/formats/csv/dialect.ts';
import { type Row, splitRows } from '../../../src/data/formats/csv/rows.ts';
import { DataError } from '../../../src/data/errors.ts';
import type { WritePulse } from '../../../src/index.ts';
import { type Kind, type NamedColumn, nameColumns, readQuantity, readWay } from './columns.ts';

export interface Reading {
  /** In siemens. */
  readonly conductance: number;
  /** Of the pulse before it: up, down, or none; undefined where the file does not say. */
  readonly way: -1 | 0 | 1 | undefined;
  /** Of the pulse before it, where the file says both. */
  readonly pulse: WritePulse | undefined;
}

/** Readings of a device that follow each other. */
export interface Series {
  readonly device: string;
  readonly cycle: number | undefined;
  readonly readings: readonly Reading[];
}

export interface Measurement {
  readonly series: readonly Series[];
  /** What was taken for what. */
  readonly notes: readonly string[];
}

export interface MeasurementOptions extends Partial<Dialect> {
  /** Names of columns by what they hold. */
  readonly columns?: Readonly<Partial<Record<Kind, string>>>;
  /** In volts, above what the file says. */
  readonly readVoltage?: number;
}

/** Of the table's end, by which its dialect is known. */
const TAIL = 40;

/** @throws DataError for a file without a table, or a cell that is no number. */
export function readMeasurement(text: string, options: MeasurementOptions = {}): Measurement {
  const content = text.replace(/^\uFEFF/, '');
  const lines = content.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const { separator, decimalComma } = findDialect(lines.slice(-TAIL).join('\n'), options);
  const read = numberReader(decimalComma);
  const rows = [...splitRows(content, separator)];
  const top = findHeader(rows, read, options);
  const { cells: header } = rows[top];
  const columns = nameColumns(header, options.columns ?? {});
  const above = rows.slice(0, top);
  const table = { header, columns, rows: rows.slice(top + 1), read, options };
  const measure = measureOf(table, options.readVoltage ?? findAbove('readVoltage', above, read));
  const series = seriesOf(table, measure, findAbove('pulseWidth', above, read));
  expectForward(series, measure);
  return { series, notes: [describeDialect(separator, decimalComma), measure.note] };
}

const describeDialect = (separator: string, decimalComma: boolean): string =>
  `cells parted by '${separator === '\t' ? 'tab' : separator}', decimal ${decimalComma ? 'comma' : 'point'}`;

/** The first row of words that names what was measured and stands above a row as wide with numbers. */
function findHeader(rows: readonly Row[], read: NumberReader, { columns = {} }: MeasurementOptions): number {
  const isData = ({ cells }: Row): boolean => cells.some((cell) => read(cell) !== undefined);
  const found = rows.findIndex((row, at) => {
    const next = rows[at + 1];
    if (next === undefined || isData(row) || !isData(next) || next.cells.length !== row.cells.length) return false;
    const wanted = Object.values(columns);
    return wanted.length > 0
      ? wanted.every((name) => row.cells.includes(name))
      : holdsMeasure(nameColumns(row.cells, {}));
  });
  if (found >= 0) return found;
  throw new DataError(
    'there is no row of column names with conductance, current or resistance above numbers; ' +
      'see docs/measured-devices.md, or say --column conductance=NAME',
  );
}

const measured = ['conductance', 'current', 'resistance'] as const;
const holdsMeasure = (columns: readonly NamedColumn[]): boolean =>
  columns.some(({ kind }) => measured.some((known) => known === kind));

/** What a line above the table says, in SI units: `Read voltage;100 mV`, `Pulse width (us): 300`. */
function findAbove(kind: Kind, above: readonly Row[], read: NumberReader): number | undefined {
  for (const { cells } of above) {
    const [name, ...values] = cells.flatMap((cell) => cell.split(/[:=]/)).map((cell) => cell.trim());
    const [named] = nameColumns([name], {});
    if (named.kind !== kind) continue;
    const found = values.map((value) => readQuantity(value, read)).find((value) => value !== undefined);
    if (found !== undefined) return found * named.factor;
  }
  return undefined;
}

interface Table {
  readonly header: readonly string[];
  readonly columns: readonly NamedColumn[];
  readonly rows: readonly Row[];
  readonly read: NumberReader;
}

interface Measure {
  readonly columns: readonly NamedColumn[];
  readonly note: string;
  conductance(value: number, row: Row): number;
}

/** How what was measured becomes a conductance. */
function measureOf({ columns, read }: Table, readVoltage: number | undefined): Measure {
  const kind = measured.find((known) => columns.some((column) => column.kind === known)) ?? 'conductance';
  const found = columns.filter((column) => column.kind === kind);
  const names = found.map(({ name }) => name).join(', ');
  if (kind === 'conductance') return { columns: found, note: `conductance from ${names}`, conductance: Number };
  if (kind === 'resistance') {
    return { columns: found, note: `conductance from 1 / ${names}`, conductance: (value) => 1 / value };
  }
  const voltage = columns.find((column) => column.kind === 'readVoltage');
  if (voltage === undefined && !readVoltage) {
    throw new DataError(`${names} is a current: wanted a read voltage, as a column, a line above, or --read-voltage`);
  }
  const volts = (row: Row): number =>
    voltage === undefined ? (readVoltage as number) : numberAt(row, voltage, read) * voltage.factor;
  const by = voltage?.name ?? `${readVoltage} V`;
  return { columns: found, note: `conductance from ${names} / ${by}`, conductance: (value, row) => value / volts(row) };
}

function numberAt({ line, cells }: Row, { at, name }: NamedColumn, read: NumberReader): number {
  const value = read(cells[at] ?? '');
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new DataError(`line ${line}: ${name} is '${cells[at] ?? ''}', wanted a finite number`);
}

/**
 * Noise may carry a reading a little below 0; where one is far below, the current runs against its read voltage.
 * @throws DataError
 */
function expectForward(series: readonly Series[], { note }: Measure): void {
  const all = series.flatMap(({ readings }) => readings.map((reading) => reading.conductance));
  const [least, most] = all.reduce(([low, high], g) => [Math.min(low, g), Math.max(high, g)], [0, 0]);
  if (least >= -most / 10 && most < Infinity) return;
  throw new DataError(`${note}: it goes from ${least} to ${most} S, wanted finite and not below 0`);
}

/** A series for each device, cycle and repeated column, in the order of the file. */
function seriesOf(
  { header, columns, rows, read }: Table,
  { columns: values, conductance }: Measure,
  widthAbove: number | undefined,
): Series[] {
  const of = (kind: Kind): NamedColumn | undefined => columns.find((column) => column.kind === kind);
  const [device, cycle, direction, pulse] = [of('device'), of('cycle'), of('direction'), of('pulse')];
  const [voltage, width] = [of('pulseVoltage'), of('pulseWidth')];
  const pulseOf = (row: Row): Reading['pulse'] => {
    const seconds = width === undefined ? widthAbove : numberAt(row, width, read) * width.factor;
    if (voltage === undefined || seconds === undefined) return undefined;
    return { volts: numberAt(row, voltage, read) * voltage.factor, seconds };
  };
  const open = new Map<string, { device: string; cycle: number | undefined; readings: Reading[] }>();
  let block = 0;
  for (const row of rows) {
    if (row.cells.every((cell, at) => cell === header[at])) {
      block++;
      continue;
    }
    const name = device === undefined ? '1' : row.cells[device.at];
    const counted = cycle === undefined ? undefined : numberAt(row, cycle, read);
    for (const value of values) {
      if ((row.cells[value.at] ?? '') === '' && values.length > 1) continue;
      const key = JSON.stringify([name, counted, block, value.repeat]);
      const series = open.get(key) ?? { device: name, cycle: counted ?? value.repeat ?? undefined, readings: [] };
      open.set(key, series);
      const wayOf = (): Reading['way'] => {
        if (pulse !== undefined && read(row.cells[pulse.at]) === 0) return 0;
        if (direction !== undefined) return readWay(row.cells[direction.at], row.line);
        return voltage === undefined ? undefined : (Math.sign(numberAt(row, voltage, read)) as -1 | 0 | 1);
      };
      const measured = numberAt(row, value, read) * value.factor;
      const way = wayOf();
      series.readings.push({ conductance: conductance(measured, row), way, pulse: way ? pulseOf(row) : undefined });
    }
  }
  return [...open.values()];
}
