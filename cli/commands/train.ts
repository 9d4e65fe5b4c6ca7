// `onward train`: learns a data set, shows how well after each epoch, saves what was learned.

import { formatBytes, type Standardization } from '../../src/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { begin } from '../begin.ts';
import { dataOptions, type Task } from '../choose-data.ts';
import { fileOptions } from '../choose-file.ts';
import { networkOptions } from '../choose-network.ts';
import { ruleOption, ruleOptions } from '../choose-rule.ts';
import { runOptions, standardizeOption } from '../choose-run.ts';
import { figuresOf, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson } from '../command.ts';
import { exitCodeOf, interruptSignal } from '../interrupt.ts';
import { memoryRow, type MemoryRow, touched } from '../measure-memory.ts';
import { openOutput } from '../output.ts';
import { toMetadata } from '../recall.ts';
import { decimals, pairs, percent, seconds, thousands } from '../table.ts';
import { train as learn, type Outcome } from '../training.ts';

export const train = defineCommand({
  name: 'train',
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
    const output = save === undefined ? null : await openOutput('save', save);
    const { learner, task, learned, rule, network, word, epochs, values } = await begin(given);
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

const describeStandardization = ({ input, target }: Standardization, { inputs }: Dataset): string =>
  [
    input === null
      ? inputs instanceof Uint8Array
        ? 'pixels'
        : 'as they are'
      : `standardised, columns: ${input.mean.length}`,
    ...(target === null ? [] : ['values to learn too']),
  ].join(', ');

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
