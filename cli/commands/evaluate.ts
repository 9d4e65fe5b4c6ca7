// `onward evaluate`: how well a checkpoint answers the test set of some data; of classes the confusion matrix, of
// labels a row for each.

import {
  createLearner,
  type Evaluation,
  inspectCheckpoint,
  type Judgement,
  type MultiLabelEvaluation,
} from '../../src/index.ts';
import { readCheckpointFile } from '../checkpoint-file.ts';
import { chooseDataFor, dataOptions, expectFit, namesOf, targetsOf, usualNetwork } from '../choose-data.ts';
import { fileOptions } from '../choose-file.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions } from '../choose-rule.ts';
import { chooseRun, runOptions } from '../choose-run.ts';
import { chooseKind, chooseTask, figuresOf, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { pairs, percent, table, thousands } from '../table.ts';

export const evaluate = defineCommand({
  name: 'evaluate',
  about: 'tests a checkpoint on a test set; network, rule and optimizer as it was trained with',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    data: dataOptions.data,
    ...fileOptions,
    ...networkOptions,
    rule: ruleOption,
    ...ruleOptions,
    ...taskOptions,
    task: { ...taskOptions.task, about: 'what is learned; default: what the checkpoint says' },
    ...runOptions,
    ...jsonOption,
  },
  async run(values) {
    if (values.restore === undefined)
      throw new UsageError('evaluate wants --restore <file>, a checkpoint that train --save wrote');
    const restore = await readCheckpointFile(values.restore);
    const { seed, ...run } = chooseRun(values);
    const rule = await chooseRule(values.rule ?? 'tpsgd', values);
    const asked = { task: inspectCheckpoint(restore).identity.task, ...values };
    const kind = chooseKind(asked);
    const data = await chooseDataFor(kind, { ...values, limit: undefined, validation: undefined }, seed);
    const word = values.network ?? usualNetwork(data, kind);
    const network = await chooseNetwork(word, values);
    expectFit(network, data, kind);
    const names = namesOf(data.train);
    const task = chooseTask(asked, names);
    const learner = await createLearner({ network, rule, seed, ...run, task, restore });
    const evaluation = learner.evaluate(data.held.inputs, targetsOf(data.held, kind));
    if (values.json) {
      const weightHash = learner.weightHash();
      const told = { rule: rule.name, network: word, data: data.name, task: kind, ...evaluation };
      return printJson({ ...told, ...(kind === 'classification' && { classNames: names }), weightHash });
    }
    console.log(describe(evaluation, names));
  },
});

function describe(evaluation: Judgement, names: readonly string[]): string {
  if ('confusion' in evaluation) return describeClasses(evaluation as Evaluation, names);
  const figures = Object.entries(figuresOf(evaluation)).map(([name, value]) => [name, value.toFixed(4)] as const);
  const head = pairs([['samples', thousands(evaluation.count)], ...figures]);
  return 'labels' in evaluation ? `${head}\n\n${describeLabels(evaluation as MultiLabelEvaluation)}` : head;
}

const describeLabels = ({ labels }: MultiLabelEvaluation): string =>
  table(
    ['', 'accuracy', 'precision', 'recall', 'f1'],
    Object.entries(labels).map(([name, { accuracy, precision, recall, f1 }]) => [
      name,
      ...[accuracy, precision, recall, f1].map((share) => percent(share)),
    ]),
  );

function describeClasses({ accuracy, loss, count, confusion }: Evaluation, names: readonly string[]): string {
  const rows = confusion.map((counts, label) => {
    const total = counts.reduce((sum, value) => sum + value, 0);
    const recall = total === 0 ? '-' : percent(counts[label] / total);
    return [names[label], ...counts.map((value) => (value === 0 ? '.' : String(value))), recall];
  });
  return [
    `${percent(accuracy, 2)} of ${thousands(count)} test samples, loss ${loss.toFixed(4)}`,
    '',
    'Rows are labels, columns what was predicted.',
    table(['', ...names, 'right'], rows),
  ].join('\n');
}
