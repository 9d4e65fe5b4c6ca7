// How weights and activations are kept: a word for each storage, and its options.

import { converters, int8Activations, int8Deltas, pulseTrains, type Storage, synapse, tikiTaka } from '../src/index.ts';
import { activations as plain, storages } from '../src/quantization/index.ts';
import { profiles } from '../src/quantization/profiles/index.ts';
import type { Profile } from '../src/quantization/profiles/profile.ts';
import { UsageError, type Values } from './command.ts';
import { chooseProfile, isProfileFile } from './profiles/choose-profile.ts';
import { readChoice } from './read-value.ts';
import { isInner, parseSettings } from './settings.ts';

const factories: Readonly<Record<string, (options: object) => Storage>> = storages;
const storageNames = Object.keys(storages);

/** What devices are in, unless they stand for themselves: `tikiTaka:ecram`. */
const arrays: Readonly<Record<string, (profile: Profile, options: object) => Storage>> = { tikiTaka };

/** Options that are made: of options of their own, or by a word. */
const made: Readonly<Record<string, { readonly word?: string; make(options: object): object }>> = {
  converters: { make: converters },
  pulses: { word: 'pulseTrains', make: pulseTrains },
};

/** Of those of a storage that a word makes, what sets the other apart. */
const otherForm: Readonly<Record<string, string>> = {
  int8: 'perChannel=false',
  int4: 'perChannel=false',
  binary: 'latent=f32',
  quantizationAware: 'bits=4',
};

const activations = { ...plain, 'int8:deltas': () => int8Activations({ deltas: int8Deltas() }) } as const;
const activationNames = Object.keys(activations) as (keyof typeof activations)[];

const arrayForms = Object.keys(arrays).map((name) => `${name}:<device>`);

export const storageOptions = {
  storage: {
    type: 'string',
    value: '<name>',
    about:
      `how weights are kept: ${storageNames.join(', ')}, a device (onward profiles) or its file, ` +
      `${arrayForms.join(', ')}; default f32`,
  },
  'storage-set': {
    type: 'string',
    multiple: true,
    value: '<key=value>',
    about: 'an option of the storage: perChannel=false, headroom=5, pulses=pulseTrains, converters.outputBits=8',
  },
  activations: {
    type: 'string',
    value: '<name>',
    about: `how inputs and outputs of layers are kept: ${activationNames.join(', ')}; default f32`,
  },
} as const;

export type StorageValues = Values<typeof storageOptions>;

/**
 * @throws UsageError for a word or an option that is none; ConfigurationError for an option that the storage does not
 *   know, or refuses.
 */
export function chooseStorage({ storage: word = 'f32', 'storage-set': texts = [] }: StorageValues): Storage {
  const options = Object.fromEntries(
    Object.entries(parseSettings(texts, {}, 'storage-set')).map(([key, value]) => {
      const { word: known, make } = made[key] ?? {};
      if (make === undefined || (value !== known && !isInner(value))) return [key, value];
      return [key, make(isInner(value) ? value : {})];
    }),
  );
  if (word === 'f32' && texts.length > 0)
    throw new UsageError(`--storage-set is '${texts[0]}', but f32 has no options`);
  if (Object.hasOwn(storages, word)) return factories[word](options);
  const { array = synapse, device } = partsOf(word);
  return array(chooseProfile('storage', device, [...storageNames, ...arrayForms]), options);
}

function partsOf(word: string) {
  const [, name = '', device = ''] = /^(\w+):(.+)$/.exec(word) ?? [];
  return Object.hasOwn(arrays, name) ? { array: arrays[name], device } : { device: word };
}

/** The file of the device that a storage's word names, if it does. */
export function deviceFile(word: string): string | undefined {
  const { device } = partsOf(word);
  return isProfileFile(device) ? device : undefined;
}

/** @throws UsageError */
export const chooseActivations = ({ activations: name = 'f32' }: StorageValues) =>
  activations[readChoice('activations', name, activationNames)]();

/** What makes a storage of that name; undefined of one's own, and of devices with options but a clock. */
export function tellStorage(name: string): StorageValues | undefined {
  const digital = storageNames.flatMap((storage) => [
    { storage },
    ...(Object.hasOwn(otherForm, storage) ? [{ storage, 'storage-set': [otherForm[storage]] }] : []),
  ]);
  const [, seconds] = /, (\S+) s a step\)/.exec(name) ?? [];
  const clock = seconds !== undefined && { 'storage-set': [`secondsPerStep=${seconds}`] };
  const devices = Object.values(profiles).flatMap(({ name: device, arrangement, retention }) => [
    { storage: device, ...(retention !== undefined && clock) },
    ...(arrangement === 'pair' ? [] : Object.keys(arrays).map((array) => ({ storage: `${array}:${device}` }))),
  ]);
  return [...digital, ...devices].find((values) => chooseStorage(values).name === name);
}
