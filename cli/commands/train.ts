// `onward train`: learns a data set, shows how well after each epoch, saves what was learned.

import { createLearner, formatBytes, type Standardization } from '../../src/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import {
  chooseDataFor,
  dataOptions,
  expectFit,
  expectSamples,
  namesOf,
  type Task,
  usualNetwork,
  wideNotes,
} from '../choose-data.ts';
import { fileOptions, likeOf } from '../choose-file.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions } from '../choose-rule.ts';
import { chooseRun, chooseStandardize, runOptions, standardizeOption } from '../choose-run.ts';
import { chooseKind, chooseTask, figuresOf, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError, type Values } from '../command.ts';
import { exitCodeOf, interruptSignal } from '../interrupt.ts';
import { matchData } from '../match-data.ts';
import { memoryRow, type MemoryRow, touched } from '../measure-memory.ts';
import { openOutput } from '../output.ts';
import { readWhole } from '../read-value.ts';
import { type KeptValues, recall, toMetadata } from '../recall.ts';
import { decimals, pairs, percent, seconds, thousands } from '../table.ts';
import { train as learn, type Outcome } from '../training.ts';

export const train = defineCommand({
  name: 'train',
  about: 'learns a data set, showing how well after each epoch',
  options: {
    ...dataOptions,
    ...fileOptions,
    ...networkOptions,
    rule: ruleOption,
    ...ruleOptions,
    ...taskOptions,
    epochs: { type: 'string', value: '<n>', about: 'default 5; of few samples more, up to 200' },
    ...runOptions,
    ...standardizeOption,
    save: { type: 'string', value: '<file>', about: 'writes a checkpoint at the end, after Ctrl-C too' },
    restore: { type: 'string', value: '<file>', about: 'continues from a checkpoint' },
    ...jsonOption,
  },
  async run(given) {
    const { save, json } = given;
    const asked = readWhole('epochs', given.epochs);
    const output = save === undefined ? null : await openOutput('save', save);
    const { learner, task, learned, rule, network, word, values } = await begin(given);
    const epochs = asked ?? usualEpochs(task.train.count);
    const signal = interruptSignal();
    const outcome = await learn(learner, task, { epochs, learned, signal });
    if (outcome.interrupted) process.exitCode = exitCodeOf(signal);
    const bytes = learner.save(save === undefined ? {} : { metadata: toMetadata(save, values, task.layout) });
    const saved = await output?.write(bytes);

    const figures = figuresOf(outcome.evaluation);
    const result = {
      rule: rule.name,
      network: word,
      storage: learner.compiled.storage,
      data: task.name,
      epochs: outcome.epochsDone,
      seed: learner.seed,
      task: learned.kind,
      ...figures,
      seconds: Number(outcome.seconds.toFixed(3)),
      memory: memoryRow(learner),
      weightHash: learner.weightHash(),
      judgedBy: task.judgedBy,
      interrupted: outcome.interrupted,
      saved,
    };
    if (json) return printJson(result);
    console.log(
      pairs([
        ['rule', `${rule.name}, ${result.memory.optimizer}`],
        ['network', `${word}, ${thousands(network.parameterCount)} parameters, kept as ${result.storage}`],
        [
          'data',
          `${task.name}, ${thousands(task.train.count)} to learn from, ${thousands(task.held.count)} to be judged by`,
        ],
        ['judged', `${describeFigures(figures)} ${describeJudge(outcome, task)}`],
        ['samples', describeStandardization(learner.standardization, task.train)],
        ['learning', `${outcome.epochsDone} epochs, ${seconds(outcome.seconds)} on ${learner.compiled.features}`],
        ['memory', describeMemory(result.memory)],
        ['weights', result.weightHash],
        ...(saved === undefined ? [] : [['saved', `${saved}, ${formatBytes(bytes.length)}`] as const]),
      ]),
    );
  },
});

/** As many samples in all as in five epochs of 6,000: small tables come around more often. */
const usualEpochs = (samples: number): number => Math.min(200, Math.max(5, Math.round(30_000 / samples)));

const describeStandardization = ({ input, target }: Standardization, { inputs }: Dataset): string =>
  [
    input === null
      ? inputs instanceof Uint8Array
        ? 'pixels'
        : 'as they are'
      : `standardised, columns: ${input.mean.length}`,
    ...(target === null ? [] : ['values to learn too']),
  ].join(', ');

/** A learner as it is asked for, new or of a checkpoint, and its data; with the options that a checkpoint keeps. */
async function begin(
  given: KeptValues & Values<typeof runOptions & typeof standardizeOption> & { readonly restore?: string },
) {
  const standardize = chooseStandardize(given);
  if (given.restore !== undefined && given.standardize !== undefined) {
    throw new UsageError('--standardize is of a new learner, and a checkpoint brings its own; wanted one of them');
  }
  const known = given.restore === undefined ? null : await recall(given.restore, given);
  const { values = given } = known ?? {};
  const { seed, ...run } = chooseRun(values);
  const kind = chooseKind(values);
  const rule = known?.rule ?? (await chooseRule(values.rule ?? 'tpsgd', values));
  const asked = known?.network ?? (values.network === undefined ? null : await chooseNetwork(values.network, values));
  const loaded = await chooseDataFor(kind, values, seed, { like: likeOf(known?.layout, given) });
  const task = known === null ? loaded : matchData(loaded, known.info.names);
  const word = known?.word ?? values.network ?? usualNetwork(task, kind);
  const network = asked ?? (await chooseNetwork(word, values));
  if (known === null) expectFit(network, task, kind);
  else expectSamples(network, task);
  const learned = known?.task ?? chooseTask(values, namesOf(task.train));
  const learner = await createLearner({
    network,
    rule,
    seed,
    ...run,
    standardize,
    task: learned,
    restore: known?.bytes,
  });
  const { batchSize: batch, memory, standardize: standardizes } = learner.compiled;
  if (asked === null) console.error(`${task.name}: the network is ${word}`);
  if (known === null && !standardizes.input && standardize !== false) {
    for (const note of wideNotes(task.train)) console.error(`${task.name}: ${note}`);
  }
  if (batch > task.train.count) {
    const planned = `a step of ${thousands(batch)} samples plans ${formatBytes(memory.plannedBytes)}`;
    console.error(`${planned}, but there are ${thousands(task.train.count)}: see --batch`);
  }
  const kept = { ...values, network: known === null ? word : values.network, rule: values.rule ?? 'tpsgd' };
  return { learner, task, learned, rule, network, word, values: { ...kept, task: kind, data: task.name } };
}

const describeFigures = ({ accuracy, ...others }: Readonly<Record<string, number>>): string =>
  [
    ...(accuracy === undefined ? [] : [percent(accuracy, 2)]),
    ...Object.entries(others).map(([name, value]) => `${name} ${decimals(value)}`),
  ].join(', ');

type Ended = Pick<Outcome<never>, 'epochsDone' | 'interrupted'>;

const describeJudge = ({ epochsDone, interrupted }: Ended, { judgedBy }: Task<Dataset>): string =>
  `on the ${judgedBy} set${interrupted ? `, interrupted after ${epochsDone} whole epochs` : ''}`;

const describeMemory = (row: MemoryRow): string =>
  `${thousands(row.plannedBytes)} bytes planned, touched ${touched(row)}, ${row.pages} pages`;
