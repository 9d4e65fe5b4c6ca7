// What can be chosen on the page: networks, of which the list is here; rules, number formats and devices, which are
// those of the library's indexes with their usual options, and a user's own device. Data, no behaviour.

import { rules, type RuleName } from '../../src/forward-only/index.ts';
import { storages } from '../../src/quantization/index.ts';
import {
  conv2d,
  dense,
  flatten,
  lif,
  maxPool,
  profiles,
  rate,
  sequential,
  synapse,
  type LearnerOptions,
  type NetworkSpec,
  type Profile,
  type Rule,
  type Storage,
} from '../../src/index.ts';

export type { RuleName };

export const digits: readonly string[] = [...'0123456789'];

/** Classes at most: the memory of the output layer is planned for them. */
export const CAPACITY = 16;

/** Samples of a step at most, in warm-up and lesson. */
export const BATCH = 32;

/** Digits of one warm-up. */
export const WARM_UP = 512 * BATCH;

const side = 28;

const perceptron = (activation: 'tanh' | 'relu') => (): NetworkSpec =>
  sequential([side, side, 1], [flatten(), dense(256, { activation }), dense(digits.length)]);

/** `short`: in a row of them; `about`: a sentence. */
export const networks = {
  dense: {
    short: 'tanh',
    title: '784-256-10 of tanh',
    about: '256 hidden neurons of tanh, whose answers have an end.',
    create: perceptron('tanh'),
  },
  relu: {
    short: 'relu',
    title: '784-256-10 of relu',
    about: '256 hidden neurons of relu, which are silent or answer without end.',
    create: perceptron('relu'),
  },
  convolutional: {
    short: 'CNN',
    title: 'small CNN',
    about: 'A convolution of 16 filters of 5x5, of relu, pooled by 2, and read by the output.',
    create: () =>
      sequential([side, side, 1], [conv2d(16, 5, { activation: 'relu' }), maxPool(2), flatten(), dense(digits.length)]),
  },
  spiking: {
    short: 'spiking',
    title: '784-256-10 that spikes',
    about: 'Five time steps: a pixel spikes the more the darker it is, and so do 256 hidden neurons, which leak.',
    create: () =>
      sequential([side, side, 1], [flatten(), rate(), dense(256), lif({ decay: 0.9 }), dense(digits.length)], {
        steps: 5,
        input: 'still',
      }),
  },
} as const;

export type NetworkName = keyof typeof networks;

/** How weights are kept: by a name of the indexes, or in a device of the user's own. */
export type StorageChoice = string | Profile;

export interface Choice {
  readonly rule: RuleName;
  readonly network: NetworkName;
  readonly storage: StorageChoice;
}

/** What the page opens with, and goes back to where a rule refuses. */
export const FIRST: Choice = { rule: 'tpsgd', network: 'dense', storage: 'f32' };

/** In the order of the index. */
export const ruleNames = Object.keys(rules) as RuleName[];

export const ruleOf = (name: RuleName): Rule => rules[name]();

const formats: Readonly<Record<string, () => Storage>> = storages;

export const formatNames: readonly string[] = Object.keys(formats);
export const devices: readonly Profile[] = Object.values(profiles);

/** Whether there is a number format or a device of that name. */
export const isStored = (name: string): boolean => Object.hasOwn(formats, name) || Object.hasOwn(profiles, name);

export function storageOf(choice: StorageChoice): Storage {
  if (typeof choice === 'object') return synapse(choice);
  return Object.hasOwn(formats, choice) ? formats[choice]() : synapse(profiles[choice]);
}

/** A name for each way to keep weights: a user's device is none of the index, even under its name. */
export const storageKey = (choice: StorageChoice): string =>
  typeof choice === 'string' ? choice : `own:${choice.name}`;

export function titleOfDevice({ name, title }: Profile): string {
  const words = title || name;
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** Without words for the usual way. */
const storageWords = ({ storage }: Choice): string =>
  storage === FIRST.storage ? '' : `, ${typeof storage === 'string' ? storage : storage.name}`;

/** In the key of the curves, which are of one network. */
export const shortTitleOf = (choice: Choice): string => `${ruleOf(choice.rule).title}${storageWords(choice)}`;

export const titleOf = (choice: Choice): string =>
  `${ruleOf(choice.rule).title} on ${networks[choice.network].title}${storageWords(choice)}`;

/** A choice as its records are named. */
export const keyOf = ({ rule, network, storage }: Choice): string =>
  [rule, network, ...(storage === FIRST.storage ? [] : [storageKey(storage)])].join(' ');

export const learnerOptions = ({ rule, network, storage }: Choice): LearnerOptions => ({
  network: networks[network].create(),
  rule: ruleOf(rule),
  storage: storageOf(storage),
  classes: { names: digits, capacity: CAPACITY },
  batchSize: BATCH,
});
