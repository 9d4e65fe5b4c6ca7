// What a checkpoint knows of its training: the options of `train` that made it, as its metadata, or what can be told
// from its identity, if it comes from a page. Options of the command line stand above both; that they agree, the
// restore sees to, which names what differs.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { elementsOf } from '../runtime/program/layout.ts';
import {
  type CheckpointInfo,
  inspectCheckpoint,
  type Json,
  type Judgement,
  type Metadata,
  type NetworkSpec,
  type ReplayInfo,
  type Rule,
  type Task,
} from '../src/index.ts';
import { type CsvLayout, dataSets } from '../src/data/index.ts';
import { hardware } from '../src/quantization/hardware/index.ts';
import { dataOptions } from './choose-data.ts';
import { fileOptions } from './choose-file.ts';
import { chooseNetwork, networkOptions } from './choose-network.ts';
import { chooseRule, ruleNames, ruleOption, ruleOptions } from './choose-rule.ts';
import { runOptions } from './choose-run.ts';
import { deviceFile, storageOptions, type StorageValues, tellStorage } from './choose-storage.ts';
import { chooseTask, taskOptions } from './choose-task.ts';
import { type Options, UsageError, type Values, without } from './command.ts';
import { isFile } from './import-file.ts';
import { readInput } from './read-input.ts';
import { readPart, rebuildNetwork } from './rebuild-network.ts';
import { settingsOf } from './settings.ts';

const ofData = { ...dataOptions, ...fileOptions };

/** What a checkpoint keeps of the options that it was trained with. */
const kept = {
  ...ofData,
  ...networkOptions,
  rule: ruleOption,
  ...ruleOptions,
  ...taskOptions,
  ...without(runOptions, 'budget', 'features'),
} as const;

export type KeptValues = Values<typeof kept>;

/** Those that a checkpoint tells of its learner. */
const ofLearner = without(kept, ...(Object.keys(ofData) as (keyof typeof ofData)[]));

export const requantizeOption = {
  requantize: {
    type: 'boolean',
    about: 'weights that the checkpoint keeps otherwise are taken as what they mean, and kept as --storage says',
  },
} as const;

/** What else is told where a checkpoint is. */
export type GivenValues = KeptValues & Values<typeof requantizeOption>;

/** What may be said of a checkpoint that only answers: it agrees with what the checkpoint knows, or is refused. */
export const recallOptions = asTrained({
  ...networkOptions,
  rule: ruleOption,
  ...without(ruleOptions, 'lr', 'schedule'),
  ...taskOptions,
  ...without(runOptions, 'seed', 'micro-batch'),
});

function asTrained<O extends Options>(options: O): O {
  const told = Object.entries(options).map(([name, option]) => [
    name,
    { ...option, about: option.about.split('; default')[0] },
  ]);
  return Object.fromEntries(told);
}

const asFile = (text: string): string | undefined => (isFile(text) ? text : undefined);

/** Those that may end in the path of a file, and that path. */
const pathIn: Readonly<Record<string, (text: string) => string | undefined>> = {
  data: (text) => (dataSets.every(({ name }) => name !== text) ? text : undefined),
  network: asFile,
  rule: asFile,
  storage: deviceFile,
};

/**
 * Options, and the columns of the table, as metadata of a checkpoint in `file`. Paths are told from its folder, so that
 * all may move together.
 */
export function toMetadata(file: string, values: KeptValues, layout?: CsvLayout): Metadata {
  const given = Object.fromEntries(Object.entries(values).filter(([key, value]) => key in kept && value !== undefined));
  const train = withPaths(given, (path) => relative(dirname(resolve(file)), resolve(path)));
  return layout === undefined ? { train } : { train, layout: JSON.parse(JSON.stringify(layout)) };
}

function withPaths(values: KeptValues, change: (path: string) => string): KeptValues & Metadata {
  const changed = Object.entries(values).map(([key, value]) => {
    if (typeof value !== 'string') return [key, value];
    const path = pathIn[key]?.(value);
    return [key, path === undefined ? value : value.slice(0, -path.length) + change(path)];
  });
  return Object.fromEntries(changed);
}

export interface Recalled<Given extends KeptValues> {
  readonly bytes: Uint8Array;
  readonly info: CheckpointInfo;
  /** What is given, over what the checkpoint knows. */
  readonly values: Given & KeptValues;
  readonly rule: Rule;
  readonly network: NetworkSpec;
  /** The network's, if it is known by one. */
  readonly word: string;
  readonly task: Task<Judgement>;
  /** The columns of the table that it learned from. */
  readonly layout?: CsvLayout;
  /** Whether it is asked about data that it did not learn from. */
  readonly isNew: boolean;
}

/**
 * Reads a checkpoint, and what it knows.
 * @throws UsageError where there is no such file, or it does not know enough; CheckpointError where it is none.
 */
export async function recall<Given extends GivenValues>(file: string, given: Given): Promise<Recalled<Given>> {
  if (given.requantize && howKept.every((option) => given[option] === undefined)) {
    throw new UsageError(`--requantize wants ${howKept.map((option) => `--${option}`).join(', ')} or several of them`);
  }
  const bytes = await readInput('restore', file);
  if (new TextDecoder().decode(bytes.subarray(0, 4)) === 'ONWC') {
    throw new UsageError(`'${file}' is a compiled learner, which onward/run reads, wanted a checkpoint`);
  }
  const info = inspectCheckpoint(bytes);
  const { task: kind } = info.identity;
  if (given.task !== undefined && given.task !== kind) {
    throw new UsageError(`--task is '${given.task}', but the checkpoint is of ${kind}`);
  }
  const { train, layout } = info.metadata;
  const known = isTrained(train)
    ? withPaths(train, (path) => resolve(dirname(file), path))
    : await fromIdentity(info, given);
  const isNew = given.data !== undefined && !isSame(given.data, known.data);
  if (known.data !== undefined && !isNew) refuseOtherShares(known, given);
  const values = over(known, given);
  for (const key of ['rule', 'network'] as const) tellFile(key, known[key], given[key]);
  const network = await networkOf(values, info);
  const { declared, names } = info;
  const outputs = declared.length > 0 ? declared : elementsOf(network.outputShape);
  const capacity = names.length > declared.length ? names.length : undefined;
  const task = chooseTask(values, outputs, capacity);
  const rule = await chooseRule(values.rule ?? 'tpsgd', values);
  return {
    bytes,
    info,
    values,
    rule,
    network,
    word: values.network ?? 'as saved',
    task,
    ...(isLayout(layout) && { layout }),
    isNew,
  };
}

/** Whether anything is given that a checkpoint tells of its learner, and so must agree with it. */
export const tellsLearner = (given: KeptValues): boolean =>
  Object.entries(given).some(([key, value]) => key in ofLearner && value !== undefined);

/** @throws UsageError where samples that were learned would be kept aside, to judge by. */
function refuseOtherShares(known: KeptValues, given: KeptValues): void {
  const { validation = known.validation } = given;
  const isShared = validation !== undefined && Number(validation) !== 0;
  const drawing = ['split-seed', ...(isShared ? (['validation', 'limit'] as const) : [])] as const;
  const other = drawing.find((option) => given[option] !== undefined && given[option] !== known[option]);
  if (other === undefined) return;
  throw new UsageError(
    `--${other} would keep samples aside that the checkpoint learned; wanted it as in its training, or other --data`,
  );
}

const howKept = [...Object.keys(storageOptions), 'hardware'] as (keyof StorageValues | 'hardware')[];

const isSame = (data: string, known: string | undefined): boolean =>
  known !== undefined && (data === known || (pathIn.data(data) !== undefined && resolve(data) === resolve(known)));

/** Whether metadata is the layout of a table. */
function isLayout(value: unknown): value is CsvLayout {
  const { width, inputs, learned } = Object(value) as Partial<CsvLayout>;
  const arePlaces = (list: unknown): boolean =>
    Array.isArray(list) && list.every((place) => Number.isInteger(Object(place).index));
  const areWords = (words: unknown): boolean =>
    words === undefined || (Array.isArray(words) && words.every((word) => typeof word === 'string'));
  return (
    Number.isInteger(width) &&
    arePlaces(inputs) &&
    arePlaces(learned) &&
    inputs?.every(({ words }) => areWords(words)) === true
  );
}

/** Tells of a file that the checkpoint knows, as it is run. @throws UsageError for one that is gone. */
function tellFile(option: string, known: string | undefined, given: string | undefined): void {
  if (known === undefined || given !== undefined || !isFile(known)) return;
  const told = `the checkpoint's ${option} is the file '${known}'`;
  if (!existsSync(known)) throw new UsageError(`${told}, which is gone: --${option} says where it is`);
  console.error(told);
}

function networkOf(values: KeptValues, { identity }: CheckpointInfo): NetworkSpec | Promise<NetworkSpec> {
  const { network, activation, dropout } = values;
  if (network !== undefined) return chooseNetwork(network, values);
  if (activation === undefined && dropout === undefined) return rebuildNetwork(identity);
  throw new UsageError('--activation and --dropout are of a word, wanted --network too: the checkpoint has none');
}

/** Whether metadata is that of `toMetadata`: texts, lists of texts, and true. */
const isTrained = (train: Json | undefined): train is KeptValues & Metadata =>
  typeof train === 'object' &&
  train !== null &&
  'rule' in train &&
  Object.entries(train).every(
    ([key, value]) => (kept as Options)[key]?.type === (value === true ? 'boolean' : typeof [value].flat()[0]),
  );

/** By its name, and what a folder holds: options of one kind say nothing of another. */
function kindOfData(data: string): 'set' | 'archive' | 'images' | 'table' {
  if (pathIn.data(data) === undefined || isFile(data)) return 'set';
  if (/\.npz(\.gz)?$/i.test(data)) return 'archive';
  const isFolder = statSync(data, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && readdirSync(data).some((name) => /train-images/i.test(name)) ? 'images' : 'table';
}

/**
 * What one asks for stands above what is known; known options of other data, another rule or another storage fall, and
 * so does hardware where parts of it are requantized.
 */
function over<Given extends GivenValues>(known: KeptValues, given: Given): Given & KeptValues {
  const told: KeptValues = {
    ...given,
    storage: withPaths({ storage: given.storage }, (path) => resolve(path)).storage,
  };
  const isOther = (key: 'data' | 'rule' | 'storage'): boolean => told[key] !== undefined && told[key] !== known[key];
  const [before, now] = [known, given].map(({ data = '' }) => kindOfData(data));
  const falls = [
    ...(isOther('data') ? Object.keys(before === now && now !== 'set' ? dataOptions : ofData) : []),
    ...(isOther('rule') ? Object.keys(ruleOptions) : []),
    ...(isOther('storage') ? ['storage-set'] : []),
    ...(given.requantize ? howKept.filter((key) => (key === 'hardware') === (given.hardware === undefined)) : []),
  ];
  const stays: KeptValues = Object.fromEntries(Object.entries(known).filter(([key]) => !falls.includes(key)));
  const lists = (['set', 'storage-set'] as const).flatMap((key) => {
    const all = [...(stays[key] ?? []), ...(given[key] ?? [])];
    return all.length > 0 ? [[key, all] as const] : [];
  });
  return { ...stays, ...given, ...Object.fromEntries(lists) };
}

/** What a checkpoint of a page says of rule, optimiser, task and storage; the rate is not of it. */
async function fromIdentity({ identity }: CheckpointInfo, given: KeptValues): Promise<KeptValues> {
  const [rule] = identity.rule.split(' version ');
  const { name: loss } = readPart(identity.loss) as { readonly name: string };
  const { activations } = identity;
  const common = {
    task: identity.task,
    loss,
    ...keptAs(identity, given),
    activations,
    ...replayOf(identity),
  };
  if (given.rule !== undefined && given.rule !== rule) return common;
  if (!ruleNames.some((name) => name === rule)) {
    throw new UsageError(`the checkpoint is of the rule '${rule}', none of the library's: --rule says its file`);
  }
  const usual = await chooseRule(rule);
  const config = Object.keys(usual.config).flatMap((key) => {
    const text = identity[`rule option '${key}'`];
    return text === undefined ? [] : [[key, readPart(text)]];
  });
  const [[name, { update, hyper }]] = Object.entries(usual.optimizers);
  const at = `optimizer '${name}'`;
  const numberOf = (key: string): string | undefined => {
    const number = identity[`${at} ${key}`];
    return number === undefined || Number(number) === hyper[key] ? undefined : number;
  };
  return {
    ...common,
    rule,
    set: settingsOf(Object.fromEntries(config), usual.config),
    ...(identity[at] !== update.name && { optimizer: identity[at] }),
    momentum: numberOf('momentum'),
    'weight-decay': numberOf('weightDecay'),
    'clip-norm': identity[`${at} clipNorm`],
  };
}

/** Hardware with devices, or a storage's word, by the storage's name, which has all numbers. @throws UsageError */
function keptAs({ storage }: CheckpointInfo['identity'], given: KeptValues): KeptValues {
  if (given.storage !== undefined || given.hardware !== undefined) return {};
  const [name] = /.*(?=: )/.exec(storage) ?? [storage];
  const crossbar = Object.values(hardware).find(
    (one) => one.storage.profile !== undefined && one.storage.name === name,
  );
  if (crossbar !== undefined) return { hardware: crossbar.name };
  const told = tellStorage(name);
  if (told !== undefined) return told;
  throw new UsageError(`the checkpoint is of storage ${name}: wanted --storage and --storage-set as it was made`);
}

function replayOf({ replay }: CheckpointInfo['identity']): KeptValues {
  if (replay === undefined) return {};
  const { capacity, element, of } = readPart(replay) as unknown as ReplayInfo;
  return { replay: String(capacity), 'replay-element': element, ...(of !== null && { 'replay-of': of }) };
}
