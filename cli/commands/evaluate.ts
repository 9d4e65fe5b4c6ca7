// `onward evaluate`: the accuracy and the confusion matrix of a checkpoint on the test set of some data.

import { createLearner, type Evaluation } from '../../src/index.ts';
import { readCheckpointFile } from '../checkpoint-file.ts';
import { chooseData, dataOptions, expectFit, usualNetwork } from '../choose-data.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions } from '../choose-rule.ts';
import { chooseRun, runOptions } from '../choose-run.ts';
import { chooseTask, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { percent, table, thousands } from '../table.ts';

export const evaluate = defineCommand({
  name: 'evaluate',
  about: 'tests a checkpoint: accuracy and confusion matrix; network, rule and optimizer as it was trained with',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    data: dataOptions.data,
    ...networkOptions,
    rule: ruleOption,
    ...ruleOptions,
    ...taskOptions,
    ...runOptions,
    ...jsonOption,
  },
  async run(values) {
    if (values.restore === undefined)
      throw new UsageError('evaluate wants --restore <file>, a checkpoint that train --save wrote');
    const restore = await readCheckpointFile(values.restore);
    const { seed, ...run } = chooseRun(values);
    const rule = await chooseRule(values.rule ?? 'tpsgd', values);
    const task = await chooseData({ data: values.data }, seed);
    const word = values.network ?? usualNetwork(task);
    const network = await chooseNetwork(word, values);
    expectFit(network, task);
    const { classNames } = task.train;
    const learner = await createLearner({
      network,
      rule,
      seed,
      ...run,
      task: chooseTask(values, classNames),
      restore,
    });
    const evaluation = learner.evaluate(task.held.inputs, task.held.labels);
    if (values.json) {
      const weightHash = learner.weightHash();
      return printJson({ rule: rule.name, network: word, data: task.name, ...evaluation, classNames, weightHash });
    }
    console.log(describe(evaluation, classNames));
  },
});

function describe({ accuracy, loss, count, confusion }: Evaluation, names: readonly string[]): string {
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
