// Compares learning rules fairly: each is tuned by as many trials, which are judged by validation data alone; then the
// best setting of each learns from all training data, once a seed, and the test set judges that once. Which rows judge
// is the same for all seeds: else what a rule was tuned by would be among what tests it. What is done is kept, run by
// run, so that a comparison that was ended goes on.

import { createHash, type Hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DivergenceError, type Judgement, RuleError, ShapeError } from '../src/index.ts';
import { deviationOf, meanOf } from '../bench/shared/spread.ts';
import { type ActivityCells, activityOf, meanActivity, noActivity } from './activity.ts';
import { begin, type Shared } from './begin.ts';
import { chooseDataFor, dataOptions } from './choose-data.ts';
import { fileOptions } from './choose-file.ts';
import { chooseNetwork, networkOptions } from './choose-network.ts';
import { optimizerOptions } from './choose-optimizer.ts';
import { chooseRule } from './choose-rule.ts';
import { chooseRun, runOptions } from './choose-run.ts';
import { deviceFile } from './choose-storage.ts';
import { chooseTask, figuresOf, taskOptions } from './choose-task.ts';
import { UsageError, without } from './command.ts';
import { isFile } from './import-file.ts';
import { wearOf } from './profiles/wear.ts';
import { codeNow } from './own-package.ts';
import { resume } from './resume.ts';
import { type Made, openLog, type Trial } from './trials.ts';

/** What `train` takes. */
export type TrainValues = Parameters<typeof begin>[0];

/** Options of `train` that a rule, or a trial, may have of its own; any other name is an option of the rule. */
const settable = {
  ...without(networkOptions, 'network'),
  ...optimizerOptions,
  ...without(taskOptions, 'task'),
  ...without(runOptions, 'seed', 'budget', 'features'),
};

/** `lr=0.1` */
type Setting = string;

export interface Entry {
  /** `backprop last=1` */
  readonly label: string;
  readonly rule: string;
  readonly settings: readonly Setting[];
}

/** `backprop:last=1:micro-batch=1`; a path of a file is left as it is. @throws UsageError */
export function readEntry(text: string): Entry {
  const [rule, ...settings] = text.split(/:(?=[a-z][\w.-]*=)/i);
  if (rule === '') throw new UsageError(`--rules has '${text}', wanted a name, a file, or name:key=value`);
  return { label: [rule, ...settings].join(' '), rule, settings };
}

/** Every combination of `lr=0.1,0.01`, `momentum=0,0.9`; without any the one that sets nothing. @throws UsageError */
export function readGrid(texts: readonly string[]): readonly Setting[][] {
  const keys = texts.map((text) => text.split('=')[0]);
  const twice = keys.find((key, at) => keys.indexOf(key) < at);
  if (twice !== undefined) throw new UsageError(`--set has '${twice}' twice, wanted its values in one: lr=0.1,0.01`);
  const axes = texts.map((text) => {
    const [, key, values] = /^([a-z][\w.-]*)=(.+)$/i.exec(text) ?? [];
    if (key === undefined) throw new UsageError(`--set is '${text}', wanted key=value,value, such as lr=0.1,0.01`);
    return values.split(',').map((value) => `${key}=${value}`);
  });
  let points: Setting[][] = [[]];
  for (const axis of axes) points = points.flatMap((point) => axis.map((one) => [...point, one]));
  return points;
}

function withSettings(values: TrainValues, settings: readonly Setting[]): TrainValues {
  const parts = settings.map((setting) => setting.split(/=(.*)/s));
  const own = parts.filter(([key]) => key in settable && key !== 'storage-set').map(([key, value]) => [key, value]);
  const ofStorage = parts.flatMap(([key, value]) => (key === 'storage-set' ? [value] : []));
  const kept = ofStorage.length > 0 && { 'storage-set': [...(values['storage-set'] ?? []), ...ofStorage] };
  const set = settings.filter((_, at) => !(parts[at][0] in settable));
  return { ...values, ...Object.fromEntries(own), ...kept, ...(set.length > 0 && { set }) };
}

/** What a rule reached, by its best setting; activity is the mean of the tests. */
export interface Compared extends ActivityCells {
  readonly rule: string;
  readonly set: string;
  /** How many settings were tried. */
  readonly trials: number;
  readonly metric: string;
  readonly mean: number;
  /** Null of one seed. */
  readonly spread: number | null;
  readonly n: number;
  readonly bytes: number;
  readonly seconds: number;
}

export interface CompareOptions {
  /** What all have in common. */
  readonly values: TrainValues;
  readonly entries: readonly Entry[];
  readonly grid: readonly (readonly Setting[])[];
  readonly seeds: number;
  /** The share of the training data that judges trials. */
  readonly validation: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  onTrial(trial: Trial): void;
}

export interface Comparison {
  readonly trials: readonly Trial[];
  readonly rules: readonly Compared[];
  /** Rules that cannot train the network, or diverge, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
}

/** @throws what a rule says of the network, where none can train it. */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { folder, signal } = options;
  const refusals = new Map<Entry, Error>();
  const unlessRefused = async (entry: Entry, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (signal.aborted) return;
      if (!refusing.some((kind) => error instanceof kind)) throw error;
      refusals.set(entry, error as Error);
    }
  };
  const valuesOf = (entry: Entry, point: readonly Setting[], changed: TrainValues = {}): TrainValues =>
    withSettings({ 'split-seed': SPLIT_SEED, ...options.values, rule: entry.rule, ...changed }, [
      ...entry.settings,
      ...point,
    ]);
  for (const entry of options.entries) {
    await expectReadable(valuesOf(entry, []));
    await unlessRefused(entry, async () => {
      for (const point of options.grid) await expectReadable(valuesOf(entry, point));
    });
  }
  await mkdir(folder, { recursive: true });
  const log = await openLog(join(folder, 'runs.jsonl'));
  const trials: Trial[] = [];
  const rules: Compared[] = [];
  const [shared, filesOf, code] = [sharedByAll(), fileHashes(), codeNow()];
  const run = async (entry: Entry, point: readonly Setting[], changed: TrainValues): Promise<Trial> => {
    const given = valuesOf(entry, point, changed);
    const made = { command: commandOf(given), files: await filesOf(given), code };
    const trial = log.find(made) ?? (await measure(given, entry, point, made, { ...options, shared }));
    await log.keep(trial);
    trials.push(trial);
    return trial;
  };
  const readable = options.entries.filter((entry) => !refusals.has(entry));
  for (const entry of readable) {
    if (signal.aborted) break;
    await unlessRefused(entry, async () => {
      rules.push(await compareOne(entry, options, (...given) => run(entry, ...given)));
    });
  }
  if (refusals.size === options.entries.length) throw [...refusals.values()][0];
  const refused = Object.fromEntries([...refusals].map(([{ label }, { message }]) => [label, message]));
  return { trials, rules, refused };
}

/**
 * Reads all that a trial is told but its data, so that what means nothing ends a comparison before it begins.
 * @throws as `begin` does
 */
async function expectReadable(given: TrainValues): Promise<void> {
  chooseRun(given);
  chooseTask(given, 1);
  await chooseRule(given.rule ?? 'tpsgd', given);
  await chooseNetwork(given.network ?? '1-1', given);
}

/** By which rows are drawn that judge, unless told. */
const SPLIT_SEED = '1';

/** What is no fault of the comparison. */
const refusing = [RuleError, ShapeError, DivergenceError];

type RunTrial = (point: readonly Setting[], changed: TrainValues) => Promise<Trial>;

async function compareOne(entry: Entry, options: CompareOptions, run: RunTrial): Promise<Compared> {
  const { grid, seeds, validation } = options;
  const tuned: Trial[] = [];
  for (const point of grid) tuned.push(await run(point, { seed: '1', validation }));
  const best = tuned.reduce((a, b) => (isBetter(b, a) ? b : a));
  const tested: Trial[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    tested.push(await run(grid[tuned.indexOf(best)], { seed: `${seed}` }));
  }
  const scores = tested.flatMap(({ score }) => score ?? []);
  if (scores.length < seeds) throw new DivergenceError(`it diverges with ${best.set || 'its defaults'}`);
  const { set, bytes, metric } = best;
  const spread = deviationOf(scores);
  const seconds = meanOf(tested.map((trial) => trial.seconds));
  return {
    rule: entry.label,
    set,
    trials: grid.length,
    metric,
    mean: meanOf(scores),
    spread,
    n: seeds,
    bytes,
    seconds,
    ...meanActivity(tested),
  };
}

/** Any score is better than none. */
function isBetter(one: Trial, than: Trial): boolean {
  if (one.score === null || than.score === null) return than.score === null && one.score !== null;
  return one.better === 'lower' ? one.score < than.score : one.score > than.score;
}

/** @throws AbortError when it was ended; its state is kept. */
async function measure(
  given: TrainValues,
  { label }: Entry,
  point: readonly Setting[],
  made: Made,
  { folder, signal, onTrial, shared }: CompareOptions & { readonly shared: Shared },
): Promise<Trial> {
  const trainee = await begin(given, shared);
  const { learner, task, learned, word } = trainee;
  const file = join(folder, `${shortHex(createHash('sha256').update(made.command))}.onward`);
  const training = [made.command, made.files ?? '', made.code].join(' ');
  const title = `${[label, ...point].join(' ')}, ${task.judgedBy}, seed ${learner.seed}  `;
  const bytes = learner.memory().plannedBytes;
  const outcome = await resume(trainee, { file, training, signal, title }).catch((error: unknown) => {
    if (error instanceof DivergenceError) return null;
    throw error;
  });
  refuseAborted(signal);
  const wear = wearOf(learner.storedWeights(), trainee.profile);
  const activity = outcome && (await activityOf({ ...trainee, task: learned }, learner, task.held));
  const [[metric, score]] = outcome === null ? [['', null]] : Object.entries(scoresOf(outcome.evaluation));
  const trial: Trial = {
    data: task.name,
    samples: task.train.count,
    network: word,
    batch: learner.compiled.batchSize,
    epochs: trainee.epochs,
    rule: label,
    set: point.join(' '),
    judgedBy: task.judgedBy,
    seed: learner.seed,
    metric,
    better: Object.values(learned.host.metrics)[0],
    score,
    seconds: Number((outcome?.seconds ?? 0).toFixed(2)),
    bytes,
    ...(activity ?? noActivity),
    pulses: wear?.pulses ?? null,
    joules: wear?.joules ?? null,
    weights: learner.weightHash(),
    ...made,
  };
  onTrial(trial);
  return trial;
}

/** Data is loaded once to tune and once to test, and each note told once. */
function sharedByAll(): Shared {
  const known = new Map<string, ReturnType<typeof chooseDataFor>>();
  const told = new Set<string>();
  return {
    chooseBy(kind, values, seed, reading) {
      const asked = Object.entries(values).filter(([name]) => name in dataOptions || name in fileOptions);
      const key = JSON.stringify([kind, asked, seed, reading]);
      const task = known.get(key) ?? chooseDataFor(kind, values, seed, reading);
      known.set(key, task);
      return task;
    },
    tell(note) {
      if (!told.has(note)) console.error(note);
      told.add(note);
    },
  };
}

const shortHex = (hash: Hash): string => hash.digest('hex').slice(0, 16);

/** Of rules, networks, devices and data that are files or a folder of one's own: hashed once, as loaded once. */
function fileHashes(): (given: TrainValues) => Promise<string | null> {
  const known = new Map<string, Promise<string>>();
  const isOwn = (text = ''): boolean => isFile(text) && existsSync(text);
  return async ({ rule, network, storage = '', data = '' }) => {
    const paths = [deviceFile(storage) ?? '', data].filter((path) => existsSync(path));
    const own = [...[rule, network].filter(isOwn), ...paths].map(String);
    if (own.length === 0) return null;
    const hash = known.get(own.join('\n')) ?? hashOfAll(own);
    known.set(own.join('\n'), hash);
    return hash;
  };
}

async function hashOfAll(paths: readonly string[]): Promise<string> {
  const [hash, read] = [createHash('sha256'), new Set<string>()];
  for (const path of paths) await addTo(hash, path, read);
  return shortHex(hash);
}

/** Adds a file and what it imports by relative paths, or all that a folder holds. */
async function addTo(hash: Hash, path: string, read: Set<string>): Promise<void> {
  if (read.has(path)) return;
  read.add(path);
  if (statSync(path).isDirectory()) {
    for (const name of (await readdir(path)).sort()) await addTo(hash, join(path, name), read);
    return;
  }
  const content = await readFile(path);
  hash.update(content);
  if (!isFile(path)) return;
  for (const [, imported] of content.toString().matchAll(/\b(?:from|import)[\s(]*['"](\.\.?\/[^'"]+)['"]/g)) {
    const file = join(dirname(path), imported);
    if (existsSync(file)) await addTo(hash, file, read);
  }
}

function scoresOf(evaluation: Judgement): Record<string, number> {
  const { loss: _, ...scores } = figuresOf(evaluation);
  return scores;
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('the comparison was ended', 'AbortError');
}

/** `onward train ...` with these options. */
function commandOf(values: TrainValues): string {
  const texts = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => (one === true ? `--${name}` : `--${name} ${one}`)),
  );
  return ['onward train', ...texts].join(' ');
}
