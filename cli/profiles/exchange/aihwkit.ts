// aihwkit's devices as JSON: the name of a class, and its fields; the devices inside a cell are the same again. The
// Python that makes and tells such is in docs/measured-devices.md.

import { NODES } from '../../../runtime/simd/devices/piecewise.ts';
import { DataError } from '../../../src/data/errors.ts';
import type { Profile } from '../../../src/index.ts';
import { described } from '../../../src/options.ts';
import { expectProfile } from '../../../src/quantization/profiles/profile.ts';
import { asSteps } from './as-steps.ts';
import { type Exchanged, type Format, holding } from './format.ts';
import { classes, classOf, type DeviceClass, flags } from './terms.ts';

export type Json = Readonly<Record<string, unknown>>;

const PAIR = 'OneSidedUnitCell';
const WAYS = ['up', 'down'] as const;

export const aihwkit: Format = {
  name: 'aihwkit',
  about: "device.json, a class of aihwkit's and its fields",
  write(profile) {
    const { made, lost } = toAihwkit(profile);
    return { made: { 'device.json': `${JSON.stringify(made, null, 2)}\n` }, lost };
  },
  reads: (files) => files.length === 1 && files[0].endsWith('.json'),
  read(name, [text]) {
    let given: unknown;
    try {
      given = JSON.parse(text);
    } catch (error) {
      throw new DataError(`the file is no JSON: ${(error as Error).message}`);
    }
    return fromAihwkit(name, Object(given));
  },
};

export function toAihwkit(given: Profile): Exchanged<Json> {
  const steps = asSteps(given);
  const { model, constants, arrangement, pulses, threshold, stuck, writeNoise, retention } = expectProfile(steps.made);
  const { name, fields } = classOf(model) as DeviceClass;
  const { low, high } = constants;
  const fades = retention?.kind === 'exponential' && Math.abs(low + retention.towards * (high - low)) < 1e-9;
  const nodesOf = (way: string): number[] => Array.from({ length: NODES }, (_, node) => constants[`${way}${node}`]);
  const device: Json = {
    class: name,
    ...Object.fromEntries(
      Object.entries(fields).map(([constant, [field]]) => {
        const value = constants[constant];
        return [field, constant in flags ? (value === 1) === flags[constant] : value];
      }),
    ),
    ...(model === 'piecewise' && Object.fromEntries(WAYS.map((way) => [`piecewise_${way}`, nodesOf(way)]))),
    ...(model !== 'constantStep' && { write_noise_std: writeNoise }),
    ...(fades && { lifetime: retention.seconds }),
    ...(stuck > 0 && { corrupt_devices_prob: stuck, corrupt_devices_range: Math.max(-low, high) }),
  };
  const missed = holding([
    [model === 'constantStep' && writeNoise > 0, 'writeNoise: there not of constant steps'],
    [given.conductance !== undefined, 'conductance: a weight has none there'],
    [given.write !== undefined, 'write: voltage and width of pulses'],
    [pulses !== 'stochastic' || threshold > 0, 'pulses, threshold: there of updates, not of devices'],
    [retention !== undefined && !fades, 'retention: there it is exponential, towards weight 0'],
    [
      constants.additive === 1 && !('additive' in fields) && hasAdditive(model),
      'additive: noise shrinks with the step',
    ],
  ]);
  return {
    made: arrangement === 'pair' ? { class: PAIR, refresh_every: 1, unit_cell_devices: [device] } : device,
    lost: [...steps.lost, ...missed],
  };
}

/** With steps all alike noise is, and with exponential ones it has constants of its own. */
const hasAdditive = (model: Profile['model']): boolean => model !== 'constantStep' && model !== 'expStep';

/** @throws DataError for a class or a value that is not known, ConfigurationError for what makes no profile. */
export function fromAihwkit(name: string, given: Json): Exchanged<Profile> {
  const { unit_cell_devices: cells } = given;
  if (Array.isArray(cells) && 'refresh_every' in given) {
    const { made, lost } = fromAihwkit(name, Object(cells[0]));
    return { made: { ...made, arrangement: 'pair' }, lost: [...lost, 'how a pair is refreshed'] };
  }
  const of = findClass(given);
  const known = new Set(['class', 'lifetime', 'corrupt_devices_prob', 'corrupt_devices_range', 'write_noise_std']);
  const constants: Record<string, number> = {};
  for (const [constant, [field, usual]] of Object.entries(of.fields)) {
    known.add(field);
    const value = given[field] ?? usual;
    if (typeof value !== typeof usual) throw new DataError(`${field} is ${described(value)}, wanted a ${typeof usual}`);
    constants[constant] = Number(constant in flags ? value === flags[constant] : value);
  }
  const lost: string[] = [];
  for (const way of of.model === 'piecewise' ? WAYS : []) {
    const field = `piecewise_${way}`;
    const nodes = numbersOf(field, given[field] ?? [1]);
    known.add(field);
    resampled(nodes).forEach((value, node) => {
      constants[`${way}${node}`] = value;
    });
    if ((NODES - 1) % Math.max(nodes.length - 1, 1) > 0) lost.push(`${field}: ${nodes.length} nodes, here ${NODES}`);
  }
  const [seconds, stuck, writeNoise] = ['lifetime', 'corrupt_devices_prob', 'write_noise_std'].map((field) =>
    Number(given[field] ?? 0),
  );
  const { low, high } = constants;
  const made: Profile = {
    name,
    title: `${given.class ?? of.name} of aihwkit`,
    source: 'Imported from aihwkit',
    model: of.model,
    constants,
    ...(stuck > 0 && { stuck }),
    ...(writeNoise > 0 && { writeNoise }),
    ...(seconds > 0 && { retention: { kind: 'exponential', seconds, towards: -low / (high - low) } }),
  };
  expectProfile(made);
  const rest = Object.entries(given).filter(([field, value]) => !known.has(field) && !isSilent(field, value));
  return { made, lost: [...lost, ...rest.map(([field, value]) => `${field}: ${described(value)}`)] };
}

/** The class that is named; of a preset, or of fields alone, the one whose fields they are. @throws DataError */
function findClass(given: Json): DeviceClass {
  const { class: word } = given;
  const named = classes.find((known) => known.name === word);
  const isPreset = word === undefined || /Preset(Device|UnitCell)$/.test(String(word));
  const marked = isPreset ? classes.find(({ mark }) => mark in given) : undefined;
  const of = named ?? marked;
  if (of !== undefined && !('p_max' in given) && !(of.model === 'powStep' && 'reference_mean' in given)) return of;
  const names = [...classes.map((each) => each.name), PAIR].join(', ');
  throw new DataError(`the class is ${described(word)}, wanted aihwkit's ${names}, or a preset of these`);
}

function numbersOf(field: string, values: unknown): readonly number[] {
  if (Array.isArray(values) && values.length > 0 && values.every(Number.isFinite)) return values;
  throw new DataError(`${field} is ${described(values)}, wanted a list of numbers`);
}

/** Lines through evenly spaced values, at as many places as a table has. */
const resampled = (values: readonly number[]): number[] =>
  Array.from({ length: NODES }, (_, node) => {
    const place = (node * (values.length - 1)) / (NODES - 1);
    const before = Math.min(Math.floor(place), Math.max(values.length - 2, 0));
    const [from, to = from] = values.slice(before, before + 2);
    return from + (place - before) * (to - from);
  });

/** What is off or as it is here, and what says nothing about a device. */
const usual: Json = { enforce_consistency: true, mean_bound_reference: true, apply_write_noise_on_set: true };
const silent = ['construction_seed', 'reset_std', 'reverse_offset', 'drift'];

const isSilent = (field: string, value: unknown): boolean =>
  silent.includes(field) || (field in usual ? value === usual[field] : !value);
