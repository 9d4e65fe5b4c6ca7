// `onward train`: learns a data set, shows how well after each epoch, saves what was learned.

import { createLearner, formatBytes } from '../../src/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { writeAtomically } from '../../src/data/node/download.ts';
import { readCheckpointFile } from '../checkpoint-file.ts';
import { chooseDataFor, dataOptions, expectFit, namesOf, type Task, usualNetwork } from '../choose-data.ts';
import { fileOptions } from '../choose-file.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions, warnOf } from '../choose-rule.ts';
import { chooseRun, runOptions } from '../choose-run.ts';
import { chooseKind, chooseTask, figuresOf, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { interruptSignal } from '../interrupt.ts';
import { memoryRow, type MemoryRow, touched } from '../measure-memory.ts';
import { readWhole } from '../read-value.ts';
import { pairs, percent, seconds, thousands } from '../table.ts';
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
    epochs: { type: 'string', value: '<n>', about: 'default 5' },
    ...runOptions,
    save: { type: 'string', value: '<file>', about: 'writes a checkpoint at the end, after Ctrl-C too' },
    restore: { type: 'string', value: '<file>', about: 'continues from a checkpoint' },
    ...jsonOption,
  },
  async run(values) {
    const { seed, ...run } = chooseRun(values);
    const epochs = readWhole('epochs', values.epochs ?? '5');
    const rule = await chooseRule(values.rule ?? 'tpsgd', values);
    const given = values.network === undefined ? undefined : await chooseNetwork(values.network, values);
    const kind = chooseKind(values);
    const task = await chooseDataFor(kind, values, seed);
    const word = values.network ?? usualNetwork(task, kind);
    const network = given ?? (await chooseNetwork(word, values));
    expectFit(network, task, kind);
    warnOf(rule, network);
    const learned = chooseTask(values, namesOf(task.train));
    const learner = await createLearner({
      network,
      rule,
      seed,
      ...run,
      task: learned,
      restore: values.restore === undefined ? undefined : await readCheckpointFile(values.restore),
    });
    const outcome = await learn(learner, task, { epochs, learned, signal: interruptSignal() });
    const figures = figuresOf(outcome.evaluation);
    const saved = values.save === undefined ? undefined : learner.save();
    if (values.save !== undefined && saved !== undefined) await writeAtomically(values.save, saved);
    if (outcome.interrupted) process.exitCode = 130;

    const result = {
      rule: rule.name,
      network: word,
      storage: learner.compiled.storage,
      data: task.name,
      epochs: outcome.epochsDone,
      seed,
      task: kind,
      ...figures,
      seconds: Number(outcome.seconds.toFixed(3)),
      memory: memoryRow(learner),
      weightHash: learner.weightHash(),
      judgedBy: task.judgedBy,
      interrupted: outcome.interrupted,
    };
    if (values.json) return printJson(result);
    console.log(
      pairs([
        ['rule', `${rule.name}, ${result.memory.optimizer}`],
        ['network', `${word}, ${thousands(network.parameterCount)} parameters, kept as ${result.storage}`],
        [
          'data',
          `${task.name}, ${thousands(task.train.count)} to learn from, ${thousands(task.held.count)} to be judged by`,
        ],
        ['judged', `${describeFigures(figures)} ${describeJudge(outcome, task)}`],
        ['learning', `${seconds(outcome.seconds)} on ${learner.compiled.features}`],
        ['memory', describeMemory(result.memory)],
        ['weights', result.weightHash],
        ...(saved === undefined ? [] : [['saved', `${values.save}, ${formatBytes(saved.length)}`] as const]),
      ]),
    );
  },
});

const describeFigures = ({ accuracy, ...others }: Readonly<Record<string, number>>): string =>
  [
    ...(accuracy === undefined ? [] : [percent(accuracy, 2)]),
    ...Object.entries(others).map(([name, value]) => `${name} ${value.toFixed(4)}`),
  ].join(', ');

type Ended = Pick<Outcome<never>, 'epochsDone' | 'interrupted'>;

const describeJudge = ({ epochsDone, interrupted }: Ended, { judgedBy }: Task<Dataset>): string =>
  `on the ${judgedBy} set${interrupted ? `, interrupted after ${epochsDone} whole epochs` : ''}`;

const describeMemory = (row: MemoryRow): string =>
  `${thousands(row.plannedBytes)} bytes planned, touched ${touched(row)}, ${row.pages} pages`;
