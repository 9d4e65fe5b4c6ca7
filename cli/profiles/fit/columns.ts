// What the columns of an instrument's file are, by their names: in which unit, of which repetition and direction, and
// which of them belong together.

import { DataError } from '../../../src/data/errors.ts';
import { UsageError } from '../../command.ts';

/** What a column can hold. */
export const kinds = {
  conductance: /^(?:g(?:[_ ]?(?:read|meas\w*))?|cond\w*)$/,
  current: /^(?:i(?:[_ ]?(?:read|meas\w*|d|ds))?|(?:read|drain|anode|channel|meas\w*)?[_ ]?(?:current|i)|reading)$/,
  resistance: /^(?:r(?:[_ ]?(?:read|meas\w*))?|resist\w*)$/,
  readVoltage: /^(?:v[_ ]?read|read[_ ]?v(?:oltage)?|v[_ ]?meas\w*)$/,
  pulseVoltage:
    /^(?:v[_ ]?(?:pulse|write|prog\w*|set|p|w)|(?:pulse|write|source|prog\w*)[_ ]?(?:v(?:oltage|alue)?|amplitude))$/,
  pulseWidth: /^(?:t[_ ]?(?:pulse|write|p|w)|(?:pulse|write)[_ ]?(?:width|duration))$/,
  direction: /^(?:direction|dir|polarity|type|operation|branch|phase)$/,
  cycle: /^(?:cycle|loop|repeat|repetition|run|sweep)(?:[_ ]?(?:no|number|index|id))?\.?$/,
  device: /^(?:device|cell|dut|sample|subsite|site)(?:[_ ]?(?:no|number|index|id|name))?\.?$/,
  pulse: /^(?:pulse|n|no|#|index|point|step)s?(?:[_ ]?(?:no|number|index|count))?\.?$/,
} as const satisfies Readonly<Record<string, RegExp>>;
export type Kind = keyof typeof kinds;

const prefixes: Readonly<Record<string, number>> = {
  '': 1,
  f: 1e-15,
  p: 1e-12,
  n: 1e-9,
  u: 1e-6,
  µ: 1e-6,
  μ: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
};
const UNIT = /(?:^|[\s_/([])([fpnuµμmkM]?)(S|s|A|V|Ohm|ohm|Ω|siemens)[)\]]?$/;
/** A repetition in columns beside each other, as the 4200 writes it. */
const REPEAT = /\s*\((\d+)\)$/;
/** A direction in a heading: `Conductance_LTP (nS)`, `Depression G`. */
const HEADED = /(?:^|[\s_([-])(up|ltp|potentiation|set|down|ltd|depression|reset)(?=$|[\s_()[\]-])[)\]]?/i;
/** A column that an SMU was set to: the pulse where it changes, and where it never does, what was read at. */
const SOURCE = /^source/i;

export interface NamedColumn {
  readonly at: number;
  readonly name: string;
  readonly kind: Kind | null;
  /** What its numbers are to be multiplied by. */
  readonly factor: number;
  /** Of columns that repeat: which time. */
  readonly repeat: number | null;
  /** Where the heading tells it: of the pulses whose readings these are. */
  readonly way: 1 | -1 | null;
}

/** Names by what they hold, above what the names say. One without its `(n)` or direction means all of those. */
export type ToldColumns = Readonly<Partial<Record<Kind, string>>>;

/** A name without its direction and repetition. */
const stemOf = (name: string): string => withoutWay(name).replace(REPEAT, '').trim();
const withoutWay = (name: string): string => name.replace(HEADED, '').replace(/^[\s_-]+/, '');

/** Whether a column of a header is meant by a name that was told. */
export const isNamed = (header: readonly string[], name: string, told: string): boolean =>
  header.includes(told) ? name === told : stemOf(name) === told;

/** @throws UsageError for a name that no column has */
export function nameColumns(header: readonly string[], told: ToldColumns): NamedColumn[] {
  for (const name of Object.values(told)) {
    if (header.some((each) => isNamed(header, each, name))) continue;
    throw new UsageError(`no column is named '${name}'; there are ${header.join(', ')}`);
  }
  return header.map((name, at) => {
    const toldKind = (Object.keys(told) as Kind[]).find((kind) => isNamed(header, name, told[kind] as string));
    const kindOf = (word: string): Kind | null =>
      toldKind ??
      (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].test(word) && !Object.hasOwn(told, kind)) ??
      null;
    const way = HEADED.exec(name);
    const bare = readHeading(withoutWay(name));
    // `V_set` is a voltage of its own, `I_set` a current of a direction
    const isWhole = way === null || (toldKind === undefined ? kindOf(bare.word) === null : name === told[toldKind]);
    const { word, factor, repeat } = isWhole ? readHeading(name) : bare;
    return { at, name, kind: kindOf(word), factor, repeat, way: isWhole ? null : ups.test(way[1]) ? 1 : -1 };
  });
}

function readHeading(name: string): { word: string } & Pick<NamedColumn, 'factor' | 'repeat'> {
  const repeat = REPEAT.exec(name);
  const bare = name.replace(REPEAT, '').trim();
  const unit = UNIT.exec(bare);
  const word = (unit === null ? bare : bare.slice(0, unit.index)).trim().toLowerCase();
  return { word, factor: unit === null ? 1 : prefixes[unit[1]], repeat: repeat === null ? null : Number(repeat[1]) };
}

/**
 * A source that never changes holds the read voltage: of an SMU's buffer, where pulses are not told.
 * @param constant the one value of a column, in its unit; undefined where it has several
 * @param volts the read voltage where something else says it
 * @throws DataError where the two are not one
 */
export const withReadSource = (
  columns: readonly NamedColumn[],
  told: ToldColumns,
  constant: (column: NamedColumn) => number | undefined,
  volts: number | undefined,
): NamedColumn[] =>
  columns.map((column) => {
    if (column.kind !== 'pulseVoltage' || told.pulseVoltage !== undefined || !SOURCE.test(column.name)) return column;
    const value = constant(column);
    if (value === undefined) return column;
    if (volts !== undefined && told.readVoltage === undefined && Math.abs(value * column.factor - volts) > 1e-6) {
      throw new DataError(
        `${column.name} is always ${value * column.factor} V, and the read voltage is ${volts} V: ` +
          `say --column pulseVoltage='${column.name}', or --column readVoltage='${column.name}'`,
      );
    }
    return { ...column, kind: told.readVoltage === undefined ? 'readVoltage' : null };
  });

/**
 * The column of a kind that goes with a column of values: that of its own repetition and direction, or one for all.
 * @throws DataError where two could be meant, or others have one and this has none
 */
export function columnBeside(columns: readonly NamedColumn[], kind: Kind, value: NamedColumn): NamedColumn | undefined {
  const all = columns.filter((column) => column.kind === kind);
  expectDistinct(all, kind);
  const of = (repeat: number | null, way: NamedColumn['way']): NamedColumn | undefined =>
    all.find((column) => column.repeat === repeat && column.way === way);
  const found = of(value.repeat, value.way) ?? of(value.repeat, null) ?? of(null, value.way) ?? of(null, null);
  if (found !== undefined || all.length === 0) return found;
  throw new DataError(
    `${value.name} has no ${kind} of its own, only ${namesOf(all)}; wanted one for each, or --column ${kind}=NAME`,
  );
}

/** @throws DataError for two columns of one kind that neither a repetition nor a direction tells apart */
export function expectDistinct(columns: readonly NamedColumn[], kind: Kind): void {
  const twice = columns.find((column, at) =>
    columns.slice(0, at).some(({ repeat, way }) => repeat === column.repeat && way === column.way),
  );
  if (twice === undefined) return;
  const alike = columns.filter(({ repeat, way }) => repeat === twice.repeat && way === twice.way);
  throw new DataError(
    `${namesOf(alike)}: each could be the ${kind}, wanted one, or '(1)', '(2)' behind the names of repetitions; ` +
      `say --column ${kind}=NAME`,
  );
}

const namesOf = (columns: readonly NamedColumn[]): string => columns.map(({ name }) => name).join(', ');

/** A number with a unit, `100 mV`, as metadata has them. */
export function readQuantity(text: string, read: (cell: string) => number | undefined): number | undefined {
  const [, number, prefix = ''] = /^([^\s]+?)\s*(?:([fpnuµμmkM]?)(?:S|s|A|V|Ohm|Ω))?$/.exec(text.trim()) ?? [];
  const value = number === undefined ? undefined : read(number);
  return value === undefined ? undefined : value * prefixes[prefix];
}

const ups = /^(?:up|ltp|p|pot\w*|set|inc\w*|\+|\+?1|on)$/i;
const downs = /^(?:down|ltd|d|dep\w*|reset|dec\w*|-|-1|off)$/i;
const nothings = /^(?:|0|none|read)$/i;

/** @throws DataError for a word that is no direction. */
export function readWay(word: string, line: number): -1 | 0 | 1 {
  if (ups.test(word)) return 1;
  if (downs.test(word)) return -1;
  if (nothings.test(word)) return 0;
  throw new DataError(`line ${line}: the direction is '${word}', wanted up or down, LTP or LTD, set or reset, 1 or -1`);
}
