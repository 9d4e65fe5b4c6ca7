// The options of every command that makes a learner, beside its network, rule and data.

import { parseBytes } from '../src/bytes.ts';
import type { Features, LearnerOptions, Storage } from '../src/index.ts';
import { storages } from '../src/quantization/index.ts';
import { synapse } from '../src/quantization/synapse.ts';
import type { Values } from './command.ts';
import { chooseProfile } from './profiles/choose-profile.ts';
import { readChoice, readWhole } from './read-value.ts';

type StorageName = keyof typeof storages;
const storageNames = Object.keys(storages) as StorageName[];
const isStorage = (name: string): name is StorageName => Object.hasOwn(storages, name);

export const runOptions = {
  storage: {
    type: 'string',
    value: '<name>',
    about: `how weights are kept: ${storageNames.join(', ')}, a device (onward profiles), or a file of one; default f32`,
  },
  batch: { type: 'string', value: '<n>', about: 'samples of a training step; default 32' },
  'micro-batch': {
    type: 'string',
    value: '<n>',
    about: 'of these in memory at a time, as a step adds up over them; default: all',
  },
  seed: { type: 'string', value: '<n>', about: 'one seed, one result; default 1' },
  budget: { type: 'string', value: '<bytes>', about: "most memory the plan may take, such as '512 KiB'" },
  features: {
    type: 'string',
    value: '<name>',
    about: 'none, simd128 or relaxed; default: the widest deterministic one',
  },
} as const;

export const standardizeOption = {
  standardize: {
    type: 'string',
    value: '<what>',
    about: 'samples of which each column gets mean 0 and deviation 1: auto (default: tables), none, all',
  },
} as const;

const standardizing = { auto: undefined, none: false, all: true } as const;

/** @throws UsageError */
export const chooseStandardize = ({ standardize = 'auto' }: Values<typeof standardizeOption>): boolean | undefined =>
  standardizing[readChoice('standardize', standardize, ['auto', 'none', 'all'])];

/** @throws UsageError */
function chooseStorage(name: string): Storage {
  if (isStorage(name)) return storages[name]();
  return synapse(chooseProfile('storage', name, storageNames));
}

type Run = Required<Pick<LearnerOptions, 'storage' | 'batchSize' | 'seed'>> &
  Pick<LearnerOptions, 'microBatch' | 'budget' | 'features'>;

const features: readonly Features[] = ['none', 'simd128', 'relaxed'];

/** @throws UsageError; ConfigurationError for a budget that is none. */
export function chooseRun(values: Values<typeof runOptions>): Run {
  const batchSize = readWhole('batch', values.batch ?? '32');
  return {
    storage: chooseStorage(values.storage ?? 'f32'),
    batchSize,
    microBatch: readWhole('micro-batch', values['micro-batch'], 1, batchSize),
    seed: readWhole('seed', values.seed ?? '1', 0, 2 ** 31 - 1),
    budget: values.budget === undefined ? undefined : parseBytes(values.budget),
    features: readChoice('features', values.features, features),
  };
}
