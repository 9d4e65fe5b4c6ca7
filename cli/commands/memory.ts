// `onward memory`: what each rule's training takes, planned and then touched; of a data set, what it reaches with that.

import { recordLearner } from '../../src/author.ts';
import { commonestShare } from '../../src/data/index.ts';
import { formatBytes, type LearnerOptions, sgd } from '../../src/index.ts';
import { chooseData, chooseSplitSeed, dataOptions, expectFit, type Task, usualNetwork } from '../choose-data.ts';
import { fileOptions } from '../choose-file.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import {
  canTrain,
  chooseRule,
  chooseRules,
  ruleOptions,
  type RuleValues,
  rulesOption,
  warnOf,
} from '../choose-rule.ts';
import { chooseRun, runOptions } from '../choose-run.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { exitCodeOf, interruptSignal } from '../interrupt.ts';
import { measureLearning, measureMemory, memoryTable, type MemoryRow, roleTable } from '../measure-memory.ts';
import { readWhole } from '../read-value.ts';
import { thousands } from '../table.ts';
import { describePeak, drawTimeline, peakOf, timelines } from '../timeline.ts';

/** Options of the control with which it needs less. */
const EXPERT = ['checkpoint=true', 'last=1'];

/** What is said of `--data`. */
const ofData = [...Object.keys(dataOptions), ...Object.keys(fileOptions), 'epochs'];

/** @throws UsageError */
function refuseWithoutData(values: Readonly<Record<string, unknown>>): void {
  const told = ofData.find((option) => values[option] !== undefined);
  if (told !== undefined) throw new UsageError(`--${told} is of a data set, wanted --data too`);
}

type MemoryValues = RuleValues & { readonly rule?: readonly string[] };

export const memory = defineCommand({
  name: 'memory',
  options: {
    ...dataOptions,
    data: { ...dataOptions.data, about: 'learns this data set, as train does, instead of one batch of noise' },
    ...fileOptions,
    epochs: { type: 'string', value: '<n>', about: 'of --data; default 5' },
    ...networkOptions,
    rule: rulesOption,
    ...ruleOptions,
    optimizer: {
      ...ruleOptions.optimizer,
      about: `${ruleOptions.optimizer.about}; default sgd for all, with --data each rule's own`,
    },
    ...runOptions,
    'micro-batch': { ...runOptions['micro-batch'], about: `${runOptions['micro-batch'].about}, and without --data 1` },
    timeline: { type: 'boolean', about: 'draws the live bytes over the calls of a training step' },
    ...jsonOption,
  },
  async run(values) {
    if (values.data === undefined) refuseWithoutData(values);
    const { budget, ...unbounded } = chooseRun(values);
    // what a piece of hardware holds is told, a budget that is asked for is kept
    const run = values.hardware === undefined ? { ...unbounded, budget } : unbounded;
    const epochs = readWhole('epochs', values.epochs ?? '5');
    const task = values.data === undefined ? null : await chooseData(values, chooseSplitSeed(values, run.seed));
    const word = values.network ?? (task === null ? '784-256-10' : usualNetwork(task));
    const network = await chooseNetwork(word, values);
    if (task !== null) expectFit(network, task);
    const chosen = await chooseRules(values.rule, { network, ...run }, values, task === null ? sgd() : undefined);
    for (const rule of chosen) warnOf(rule, network);
    const learners = chosen.map((rule): LearnerOptions => ({ network, rule, ...run }));
    const rows =
      task === null
        ? await measureBatches([
            ...learners.map((options) => ({ options })),
            ...(await experts({ network, ...run }, values)),
          ])
        : await learn(learners, task, epochs);
    const { batchSize: batch, storage } = run;
    const learned = task && { data: task.name, commonest: commonestShare(task.held), epochs };
    const room = values.hardware === undefined || typeof budget !== 'number' ? undefined : budget;
    const told = { network: word, batch, storage: storage.name, hardware: values.hardware, budget: room, ...learned };
    if (values.json) return printJson({ ...told, rows: rows.map((row) => ({ ...row, ...fitting(row, room) })) });
    console.log(describeMemory(`${word}, weights as ${storage.name}`, batch, rows));
    if (room !== undefined) console.log(`\n${describeRoom(rows, room)}`);
    if (values.timeline) console.log(`\n${describeTimelines(learners)}`);
  },
});

/** Ends early, with the rules of before, at Ctrl-C. */
async function learn(learners: readonly LearnerOptions[], task: Task, epochs: number): Promise<MemoryRow[]> {
  const signal = interruptSignal();
  const rows = await measureLearning(learners, task, { epochs, signal });
  if (signal.aborted) process.exitCode = exitCodeOf(signal);
  return rows;
}

/** A learner, and the options of its rule that set it apart. */
interface Measured {
  readonly options: LearnerOptions;
  readonly set?: readonly string[];
}

/** The control as an expert would have it, where no rule was asked for. */
async function experts(subject: Omit<LearnerOptions, 'rule'>, values: MemoryValues): Promise<Measured[]> {
  if (values.rule !== undefined) return [];
  const asked = EXPERT.map(async (option) => {
    const set = [...(values.set ?? []), option];
    return { options: { ...subject, rule: await chooseRule('backprop', { ...values, set }, sgd()) }, set: [option] };
  });
  return (await Promise.all(asked)).filter(({ options }) => canTrain(options.rule, subject));
}

/** Each as it is, and one sample at a time, where that is another thing and the rule can do it. */
async function measureBatches(learners: readonly Measured[]): Promise<MemoryRow[]> {
  const rows: MemoryRow[] = [];
  for (const { options, set } of learners) {
    const { batchSize = 32, microBatch } = options;
    const single = { ...options, microBatch: 1 };
    const isOther = microBatch === undefined && batchSize > 1 && canTrain(options.rule, single);
    for (const sized of [options, ...(isOther ? [single] : [])]) {
      rows.push({ ...(await measureMemory(sized)), ...(set && { set }) });
    }
  }
  return rows;
}

/** The tables with a line above that says of what. */
function describeMemory(network: string, batch: number, rows: readonly MemoryRow[]): string {
  const [{ parameterBytes }] = rows;
  return [
    `${network}: ${thousands(parameterBytes / 4)} parameters (${formatBytes(parameterBytes)} as float), batch ${batch}`,
    '',
    memoryTable(rows),
    '',
    'At the fullest moment, and the code beside it:',
    roleTable(rows),
    '',
    'at least: what is alive at the fullest moment, which no plan can undercut.',
    'params: the planned bytes as a multiple of the bytes of the parameters.',
  ].join('\n');
}

const fitting = ({ plannedBytes }: MemoryRow, room: number | undefined) =>
  room === undefined ? {} : { fits: plannedBytes <= room };

/** Which rules learn within the memory of a piece of hardware. */
function describeRoom(rows: readonly MemoryRow[], room: number): string {
  const name = ({ rule, microBatch, batch, set }: MemoryRow): string =>
    [rule, ...(set ?? []), ...(microBatch < batch ? [`micro-batch ${microBatch}`] : [])].join(' ');
  const [within, over] = [true, false].map((fits) =>
    rows
      .filter((row) => row.plannedBytes <= room === fits)
      .map(name)
      .join(', '),
  );
  return `Within ${formatBytes(room)}: ${within || 'none'}.\nBeyond: ${over || 'none'}.`;
}

function describeTimelines(learners: readonly LearnerOptions[]): string {
  const drawn = learners.map((options) => ({ rule: options.rule.name, phases: timelines(recordLearner(options)) }));
  const top = Math.max(...drawn.flatMap(({ phases }) => phases.map(peakOf)));
  const width = Math.min(100, process.stdout.columns ?? 80);
  const blocks = drawn.flatMap(({ rule, phases }) =>
    phases.map((phase) =>
      [`${rule}, ${phase.phase}: ${describePeak(phase)}`, ...drawTimeline(phase, { width, height: 6, top })].join('\n'),
    ),
  );
  return ['Transient bytes alive over the calls of a step; parameters and state stand below them.', ...blocks].join(
    '\n\n',
  );
}
