// The options of every command that makes a learner, beside its network, rule and data.

import { parseBytes } from '../src/bytes.ts';
import { replay, type Features, type Learns, type LearnerOptions, type Replay } from '../src/index.ts';
import { replayElements } from '../src/compile/replay.ts';
import type { Hardware } from '../src/quantization/hardware/hardware.ts';
import { hardware } from '../src/quantization/hardware/index.ts';
import { chooseActivations, chooseStorage, storageOptions } from './choose-storage.ts';
import { UsageError, type Values } from './command.ts';
import { readChoice, readSeed, readWhole } from './read-value.ts';

export const runOptions = {
  hardware: {
    type: 'string',
    value: '<name>',
    about: `sets storage, activations and budget together: ${Object.keys(hardware).join(', ')}`,
  },
  ...storageOptions,
  batch: { type: 'string', value: '<n>', about: 'samples of a training step; default 32' },
  'micro-batch': {
    type: 'string',
    value: '<n>',
    about: 'of these in memory at a time, as a step adds up over them; default: all',
  },
  trainable: {
    type: 'string',
    value: '<layers>',
    about:
      'what learns, the rest stays: dense_2,dense_1=bias,conv2d=0.25 (all, biases, a share of outputs); default all',
  },
  replay: {
    type: 'string',
    value: '<n>',
    about: 'samples that are remembered, and learned again beside new ones; default 0',
  },
  'replay-element': {
    type: 'string',
    value: '<name>',
    about: `how they are kept: ${replayElements.join(', ')}; default f32, of samples that are bytes u8`,
  },
  'replay-of': {
    type: 'string',
    value: '<layer>',
    about: 'keeps what this layer makes of them, dense_1, and only what is behind it learns',
  },
  'replay-ratio': { type: 'string', value: '<n>', about: 'steps on them for each step on new ones; default 1' },
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

/** @throws UsageError for a name that is not known, and where what it sets is given too. */
function chooseHardware({ hardware: name, ...given }: Values<typeof runOptions>): Hardware | undefined {
  if (name === undefined) return undefined;
  for (const option of Object.keys(storageOptions) as (keyof typeof storageOptions)[]) {
    if (given[option] === undefined) continue;
    throw new UsageError(`--hardware ${name} sets ${option}, wanted no --${option}, got '${given[option]}'`);
  }
  return hardware[readChoice('hardware', name, Object.keys(hardware))];
}

type Run = Required<Pick<LearnerOptions, 'storage' | 'batchSize' | 'seed'>> &
  Pick<LearnerOptions, 'activations' | 'microBatch' | 'budget' | 'features' | 'trainable' | 'replay'>;

const features: readonly Features[] = ['none', 'simd128', 'relaxed'];

/** @throws UsageError; ConfigurationError for a budget that is none. */
export function chooseRun(values: Values<typeof runOptions>): Run {
  const batchSize = readWhole('batch', values.batch ?? '32');
  const of = chooseHardware(values);
  return {
    storage: of?.storage ?? chooseStorage(values),
    activations: of ? of.activations : chooseActivations(values),
    batchSize,
    microBatch: readWhole('micro-batch', values['micro-batch'], 1, batchSize),
    seed: readSeed('seed', values.seed) ?? 1,
    budget: values.budget === undefined ? of?.budget : parseBytes(values.budget),
    features: readChoice('features', values.features, features),
    trainable: values.trainable === undefined ? undefined : readTrainable(values.trainable),
    replay: chooseReplay(values),
  };
}

/** `dense_2,dense_1=bias,conv2d=0.25`; what is none of these, the library names. */
function readTrainable(text: string): Readonly<Record<string, Learns>> {
  const learns = (what: string): Learns => (what === 'bias' ? what : { channels: Number(what) });
  const entries = text.split(',').map((entry) => {
    const [name, what] = entry.split('=');
    return [name, what === undefined ? true : learns(what)] as const;
  });
  return Object.fromEntries(entries);
}

function chooseReplay(values: Values<typeof runOptions>): Replay | undefined {
  const { replay: most = '0', 'replay-element': element, 'replay-of': of, 'replay-ratio': ratio } = values;
  const capacity = readWhole('replay', most, 0);
  if (capacity > 0) {
    return replay({
      capacity,
      element: readChoice('replay-element', element, replayElements),
      of,
      ratio: readWhole('replay-ratio', ratio),
    });
  }
  const lost = Object.entries({ element, of, ratio }).find(([, value]) => value !== undefined);
  if (lost === undefined) return undefined;
  throw new UsageError(`--replay-${lost[0]} is of samples that are remembered, wanted --replay <n> too`);
}
