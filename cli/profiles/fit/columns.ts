// What the columns of an instrument's file are, by their names, and in which unit.

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

export interface NamedColumn {
  readonly at: number;
  readonly name: string;
  readonly kind: Kind | null;
  /** What its numbers are to be multiplied by. */
  readonly factor: number;
  /** Of columns that repeat: which time. */
  readonly repeat: number | null;
}

/**
 * @param told names by what they hold, above what the names say
 * @throws UsageError for a name that no column has
 */
export function nameColumns(header: readonly string[], told: Readonly<Partial<Record<Kind, string>>>): NamedColumn[] {
  for (const name of Object.values(told)) {
    if (!header.includes(name)) throw new UsageError(`no column is named '${name}'; there are ${header.join(', ')}`);
  }
  return header.map((name, at) => {
    const repeat = REPEAT.exec(name);
    const bare = name.replace(REPEAT, '').trim();
    const unit = UNIT.exec(bare);
    const word = (unit === null ? bare : bare.slice(0, unit.index)).trim().toLowerCase();
    const toldKind = (Object.keys(told) as Kind[]).find((kind) => told[kind] === name);
    const found = (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].test(word) && !Object.hasOwn(told, kind));
    return {
      at,
      name,
      kind: toldKind ?? found ?? null,
      factor: unit === null ? 1 : prefixes[unit[1]],
      repeat: repeat === null ? null : Number(repeat[1]),
    };
  });
}

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
