// What `onward train` learns, by its options, and by what is usual where there are none.

import { createLearner, formatBytes } from '../src/index.ts';
import {
  chooseDataFor,
  chooseSplitSeed,
  expectFit,
  expectSamples,
  namesOf,
  usualNetwork,
  wideNotes,
} from './choose-data.ts';
import { sayAlike } from './choose-file.ts';
import { chooseNetwork } from './choose-network.ts';
import { chooseRule, warnOf } from './choose-rule.ts';
import { chooseRun, chooseStandardize, type runOptions, type standardizeOption } from './choose-run.ts';
import { chooseKind, chooseTask } from './choose-task.ts';
import { UsageError, type Values } from './command.ts';
import { inWorkers } from './in-workers.ts';
import { matchData } from './match-data.ts';
import { readWhole } from './read-value.ts';
import { tellClock } from './profiles/tell-clock.ts';
import { type GivenValues, recall } from './recall.ts';
import { restoreInto } from './restore.ts';
import { thousands } from './table.ts';

/** As many samples in all as in five epochs of 6,000: small tables come around more often. */
const usualEpochs = (samples: number): number => Math.min(200, Math.max(5, Math.round(30_000 / samples)));

/** What `train` is told, beside where it saves. */
type Given = GivenValues &
  Values<typeof runOptions & typeof standardizeOption> & {
    readonly epochs?: string;
    readonly restore?: string;
    readonly workers?: string;
  };

/** What several trainings have in common. */
export interface Shared {
  readonly chooseBy: typeof chooseDataFor;
  /** Takes what there is to say beside the outcome. */
  tell(note: string): void;
}

/**
 * A learner as it is asked for, new or of a checkpoint, its data and for how long it learns; with the options that a
 * checkpoint keeps.
 */
export async function begin(given: Given, { chooseBy = chooseDataFor, tell = console.error }: Partial<Shared> = {}) {
  const epochs = readWhole('epochs', given.epochs);
  const workers = readWhole('workers', given.workers ?? '1');
  const standardize = chooseStandardize(given);
  for (const option of ['standardize', 'seed'] as const) {
    if (given.restore === undefined || given[option] === undefined) continue;
    throw new UsageError(`--${option} is of a new learner, and a checkpoint brings its own; wanted one of them`);
  }
  if (given.restore === undefined && given.requantize) throw new UsageError('--requantize wants --restore <file> too');
  const known = given.restore === undefined ? null : await recall(given.restore, given);
  const { values = given } = known ?? {};
  const { seed, ...run } = chooseRun(values);
  const kind = chooseKind(values);
  const rule = known?.rule ?? (await chooseRule(values.rule ?? 'tpsgd', values));
  const asked = known?.network ?? (values.network === undefined ? null : await chooseNetwork(values.network, values));
  const like = known?.layout;
  const loaded = await chooseBy(kind, sayAlike(values, given, like), chooseSplitSeed(values, seed), { like });
  const task = known === null ? loaded : matchData(loaded, known.info.names);
  const word = known?.word ?? values.network ?? usualNetwork(task, kind);
  const network = asked ?? (await chooseNetwork(word, values));
  if (known === null) expectFit(network, task, kind);
  else expectSamples(network, task);
  warnOf(rule, network, run.batchSize, tell);
  tellClock(run.storage.profile, values['storage-set'], tell);
  const learned = known?.task ?? chooseTask(values, namesOf(task.train));
  const options = { network, rule, seed, ...run, standardize, task: learned };
  const learner = await createLearner(options);
  if (known !== null) restoreInto(learner, known.bytes, given);
  const { batchSize: batch, memory, standardize: standardizes } = learner.compiled;
  if (asked === null) tell(`${task.name}: the network is ${word}`);
  if (known === null && !standardizes.input && standardize !== false) {
    for (const note of wideNotes(task.train)) tell(`${task.name}: ${note}`);
  }
  if (values.batch !== undefined && batch > task.train.count) {
    const planned = `a step of ${thousands(batch)} samples plans ${formatBytes(memory.plannedBytes)}`;
    tell(`${planned}, but there are ${thousands(task.train.count)}: see --batch`);
  }
  const kept = { ...values, network: known === null ? word : values.network, rule: values.rule ?? 'tpsgd' };
  return {
    learner,
    shared: workers === 1 ? null : inWorkers(learner, options, workers),
    task,
    learned,
    rule,
    network,
    word,
    /** Of the devices that weights are kept in, where they are. */
    profile: run.storage.profile,
    epochs: epochs ?? usualEpochs(task.train.count),
    values: { ...kept, task: kind, data: task.name },
  };
}
