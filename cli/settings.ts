// Options of a rule or a storage from the command line: `--set localLoss=l1 --set projection.scale=0.5`.
//
// Values are numbers, true, false, or else text; with commas they are lists, and so they are where the rule's own
// config has a list.

import { UsageError } from './command.ts';

type Value = string | number | boolean;
export interface Settings {
  [key: string]: Value | Value[] | Settings;
}

/**
 * @param config what the options are without being set
 * @param option that gave the texts
 * @throws UsageError for a text that is no `key=value`.
 */
export function parseSettings(
  texts: readonly string[] = [],
  config: Readonly<Record<string, unknown>> = {},
  option: 'set' | 'storage-set' = 'set',
): Settings {
  const settings: Settings = {};
  for (const text of texts) {
    const [, path, value] = /^([a-z]\w*(?:\.[a-z]\w*)*)=(.+)$/i.exec(text) ?? [];
    if (path === undefined) {
      const example = option === 'set' ? 'localLoss=l1' : 'headroom=5';
      throw new UsageError(`--${option} is '${text}', wanted key=value, such as ${example}`);
    }
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    enter(settings, keys, `--${option} is '${text}'`)[last] = readValue(value, isList(config, [...keys, last]));
  }
  return settings;
}

/** The inner settings at a path, made where they are missing. */
function enter(settings: Settings, keys: readonly string[], told: string): Settings {
  return keys.reduce((outer, key) => {
    if (!Object.hasOwn(outer, key)) outer[key] = {};
    const inner = outer[key];
    if (isInner(inner)) return inner;
    throw new UsageError(`${told}, but '${key}' was set to a value before`);
  }, settings);
}

function isList(config: unknown, path: readonly string[]): boolean {
  const own = (outer: unknown, key: string): unknown => Object.getOwnPropertyDescriptor(Object(outer), key)?.value;
  return Array.isArray(path.reduce(own, config));
}

const readValue = (text: string, isList: boolean): Value | Value[] =>
  isList || text.includes(',') ? text.split(',').map(readScalar) : readScalar(text);

function readScalar(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Those that are settings of an optimiser, by its option's name. */
export const ofOptimizers = (settings: Settings): [name: string, Settings][] =>
  Object.entries(settings).flatMap(([name, of]) => (name.endsWith('Optimizer') && isInner(of) ? [[name, of]] : []));

export const isInner = (value: Settings[string]): value is Settings =>
  typeof value === 'object' && !Array.isArray(value);

/** The texts that set a config from what it usually is, as far as texts can. */
export function settingsOf(config: Readonly<Record<string, unknown>>, usual: unknown, path = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const own = (usual as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (JSON.stringify(value) === JSON.stringify(own)) return [];
    const isInner = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isInner ? settingsOf({ ...value }, own, `${path}${key}.`) : [`${path}${key}=${value}`];
  });
}
