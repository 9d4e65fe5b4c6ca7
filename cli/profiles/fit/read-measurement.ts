// A file of an instrument: lines of its own above, then a table with a pulse a row, and what was read behind it. The
// schema is docs/measured-devices.md.

import { findDialect, numberReader, type Dialect, type NumberReader } from '../../../src/data/formats/csv/dialect.ts';
import { type Row, splitRows } from '../../../src/data/formats/csv/rows.ts';
import { DataError, listed } from '../../../src/data/errors.ts';
import type { WritePulse } from '../../../src/index.ts';
import { extent } from '../../extent.ts';
import {
  columnBeside,
  expectDistinct,
  isNamed,
  type Kind,
  type NamedColumn,
  nameColumns,
  readQuantity,
  readWay,
  type ToldColumns,
  withReadSource,
} from './columns.ts';

export interface Reading {
  /** In siemens; NaN where the instrument ran over. */
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
  readonly columns?: ToldColumns;
  /** In volts, above what the file says. */
  readonly readVoltage?: number;
}

/** Of the table's end, by which its dialect is known. */
const TAIL = 40;
/** What Keithley instruments write where a reading runs over is 9.91e37, and nothing is measured from here on. */
const OVERFLOW = 9.9e37;

/** @throws DataError for a file without a table, a cell that is no number, or columns that can be read in two ways. */
export function readMeasurement(text: string, options: MeasurementOptions = {}): Measurement {
  const content = text.replace(/^\uFEFF/, '');
  const lines = content.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const { separator, decimalComma } = findDialect(lines.slice(-TAIL).join('\n'), options);
  const read = numberReader(decimalComma);
  const all = [...splitRows(content, separator)];
  const top = findHeader(all, read, options);
  const { cells: header } = all[top];
  const [above, rows] = [all.slice(0, top), all.slice(top + 1)];
  const told = options.columns ?? {};
  const voltsAbove = findAbove('readVoltage', above, read);
  const constant = ({ at }: NamedColumn): number | undefined => constantOf(rows, at, read);
  const columns = withReadSource(nameColumns(header, told), told, constant, options.readVoltage ?? voltsAbove);
  const table = { header, columns, rows, read };
  const measure = measureOf(table, options.readVoltage, voltsAbove);
  const { series, over } = seriesOf(table, measure, findAbove('pulseWidth', above, read));
  expectForward(series, measure);
  return { series, notes: [describeDialect(separator, decimalComma), measure.note, ...describeOver(over)] };
}

/** The number of a column that has only one. */
function constantOf(rows: readonly Row[], at: number, read: NumberReader): number | undefined {
  const numbers = rows.flatMap(({ cells }) => read(cells[at] ?? '') ?? []);
  return numbers.every((number) => number === numbers[0]) ? numbers[0] : undefined;
}

const describeDialect = (separator: string, decimalComma: boolean): string =>
  `cells parted by '${separator === '\t' ? 'tab' : separator}', decimal ${decimalComma ? 'comma' : 'point'}`;

const describeOver = (lines: readonly number[]): string[] =>
  lines.length === 0 ? [] : [`missing, as they ran over: ${lines.length}, in lines ${listed(lines.map(String))}`];

/** The first row of words that names what was measured and stands above a row as wide with numbers. */
function findHeader(rows: readonly Row[], read: NumberReader, { columns = {} }: MeasurementOptions): number {
  const isData = ({ cells }: Row): boolean => cells.some((cell) => read(cell) !== undefined);
  const found = rows.findIndex((row, at) => {
    const next = rows[at + 1];
    if (next === undefined || isData(row) || !isData(next) || next.cells.length !== row.cells.length) return false;
    const wanted = Object.values(columns);
    return wanted.length > 0
      ? wanted.every((name) => row.cells.some((cell) => isNamed(row.cells, cell, name)))
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
  conductance(column: NamedColumn, row: Row): number;
}

/** How what was measured becomes a conductance. */
function measureOf({ columns, read }: Table, toldVolts: number | undefined, voltsAbove: number | undefined): Measure {
  const kind = measured.find((known) => columns.some((column) => column.kind === known)) ?? 'conductance';
  const found = columns.filter((column) => column.kind === kind);
  expectDistinct(found, kind);
  const names = found.map(({ name }) => name).join(', ');
  const valueAt = (column: NamedColumn, row: Row): number => {
    const value = numberAt(row, column, read);
    return Math.abs(value) < OVERFLOW ? value * column.factor : Number.NaN;
  };
  if (kind === 'conductance') return { columns: found, note: `conductance from ${names}`, conductance: valueAt };
  if (kind === 'resistance') {
    const conductance: Measure['conductance'] = (column, row) => 1 / valueAt(column, row);
    return { columns: found, note: `conductance from 1 / ${names}`, conductance };
  }
  const voltages = new Map(
    found.map((column) => [column, toldVolts ? undefined : columnBeside(columns, 'readVoltage', column)]),
  );
  const volts = toldVolts || voltsAbove;
  if (!volts && [...voltages.values()].includes(undefined)) {
    throw new DataError(`${names} is a current: wanted a read voltage, as a column, a line above, or --read-voltage`);
  }
  const by = [...new Set([...voltages.values()].map((voltage) => voltage?.name ?? `${volts} V`))].join(', ');
  return {
    columns: found,
    note: `conductance from ${names} / ${by}`,
    conductance(column, row) {
      const voltage = voltages.get(column);
      return valueAt(column, row) / (voltage === undefined ? (volts as number) : valueAt(voltage, row));
    },
  };
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
  const { least, most } = extent([0, ...all.filter((conductance) => !Number.isNaN(conductance))]);
  if (least >= -most / 10 && most < Infinity) return;
  throw new DataError(`${note}: it goes from ${least} to ${most} S, wanted finite and not below 0`);
}

/** A column of readings and what goes with it. */
interface Channel {
  readonly value: NamedColumn;
  name(row: Row): string;
  cycle(row: Row): number | undefined;
  /** The number of the pulse, where there is one. */
  count(row: Row): number | undefined;
  way(row: Row): Reading['way'];
  pulse(row: Row): Reading['pulse'];
}

function channelOf({ columns, read }: Table, value: NamedColumn, widthAbove: number | undefined): Channel {
  const of = (kind: Kind): NamedColumn | undefined => columnBeside(columns, kind, value);
  const [device, cycle, direction, pulse] = [of('device'), of('cycle'), of('direction'), of('pulse')];
  const [voltage, width] = [of('pulseVoltage'), of('pulseWidth')];
  const count = (row: Row): number | undefined => (pulse === undefined ? undefined : read(row.cells[pulse.at] ?? ''));
  return {
    value,
    count,
    name: (row) => (device === undefined ? '1' : row.cells[device.at]),
    cycle: (row) => (cycle === undefined ? undefined : numberAt(row, cycle, read)),
    way(row) {
      if (count(row) === 0) return 0;
      if (value.way !== null) return value.way;
      if (direction !== undefined) return readWay(row.cells[direction.at], row.line);
      return voltage === undefined ? undefined : (Math.sign(numberAt(row, voltage, read)) as -1 | 0 | 1);
    },
    pulse(row) {
      const seconds = width === undefined ? widthAbove : numberAt(row, width, read) * width.factor;
      if (voltage === undefined || seconds === undefined) return undefined;
      return { volts: numberAt(row, voltage, read) * voltage.factor, seconds };
    },
  };
}

/** A series for each device, cycle and column of readings, in the order of the file; and the lines that ran over. */
function seriesOf(
  table: Table,
  measure: Measure,
  widthAbove: number | undefined,
): { series: Series[]; over: number[] } {
  const { header, rows } = table;
  const channels = measure.columns.map((column) => channelOf(table, column, widthAbove));
  const open = new Map<string, { device: string; cycle: number | undefined; readings: Reading[] }>();
  const over: number[] = [];
  const last = new Map<Channel, number>();
  let block = 0;
  for (const row of rows) {
    if (row.cells.every((cell, at) => cell === header[at])) {
      block++;
      continue;
    }
    // where up stands beside down, pulses that are counted anew are a new cycle
    if (channels.some((channel) => channel.value.way !== null && (channel.count(row) ?? 0) < (last.get(channel) ?? 0)))
      block++;
    for (const channel of channels) {
      const { at, repeat, way: headed } = channel.value;
      last.set(channel, channel.count(row) ?? 0);
      if ((row.cells[at] ?? '') === '' && channels.length > 1) continue;
      const [device, counted] = [channel.name(row), channel.cycle(row)];
      const key = JSON.stringify([device, counted, block, repeat, headed]);
      const cycle = counted ?? repeat ?? (headed === null ? undefined : block + 1);
      const series = open.get(key) ?? { device, cycle, readings: [] };
      open.set(key, series);
      const conductance = measure.conductance(channel.value, row);
      if (Number.isNaN(conductance)) over.push(row.line);
      const way = channel.way(row);
      series.readings.push({ conductance, way, pulse: way ? channel.pulse(row) : undefined });
    }
  }
  const isRead = ({ readings }: Series): boolean => readings.some(({ conductance }) => !Number.isNaN(conductance));
  return { series: [...open.values()].filter(isRead), over };
}
