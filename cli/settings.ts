// Options of a rule from the command line: `--set localLoss=l1 --set projection.scale=0.5 --set freeze=conv2d,dense_1`.
//
// Values are numbers, true, false, or else text; with commas they are lists.

import { UsageError } from './command.ts';

type Value = string | number | boolean;
export interface Settings {
  [key: string]: Value | Value[] | Settings;
}

/** Options that are lists even of one. */
const LISTS = new Set(['freeze']);

/** @throws UsageError for a text that is no `key=value`. */
export function parseSettings(texts: readonly string[] = []): Settings {
  const settings: Settings = {};
  for (const text of texts) {
    const [, path, value] = /^([a-z]\w*(?:\.[a-z]\w*)*)=(.+)$/i.exec(text) ?? [];
    if (path === undefined) throw new UsageError(`--set is '${text}', wanted key=value, such as localLoss=l1`);
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    enter(settings, keys, text)[last] = readValue(last, value);
  }
  return settings;
}

/** The inner settings at a path, made where they are missing. */
function enter(settings: Settings, keys: readonly string[], text: string): Settings {
  return keys.reduce((outer, key) => {
    if (!Object.hasOwn(outer, key)) outer[key] = {};
    const inner = outer[key];
    if (typeof inner === 'object' && !Array.isArray(inner)) return inner;
    throw new UsageError(`--set is '${text}', but '${key}' was set to a value before`);
  }, settings);
}

function readValue(key: string, text: string): Value | Value[] {
  return text.includes(',') || LISTS.has(key) ? text.split(',').map(readScalar) : readScalar(text);
}

function readScalar(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
