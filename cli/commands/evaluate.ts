// `onward evaluate`: how well a checkpoint answers the test set of some data; of classes the confusion matrix, of
// labels a row for each.

import { createLearner, type Evaluation, type Judgement, type MultiLabelEvaluation } from '../../src/index.ts';
import { activityOf, describeActivity } from '../activity.ts';
import { chooseDataFor, chooseSplitSeed, dataOptions, expectSamples, namesOf, targetsOf } from '../choose-data.ts';
import { fileOptions, sayAlike } from '../choose-file.ts';
import { chooseRun } from '../choose-run.ts';
import { chooseKind, figuresOf } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { matchData } from '../match-data.ts';
import { openRaster, rasterOptions } from '../raster.ts';
import { recall, recallOptions, requantizeOption } from '../recall.ts';
import { calibrateOn, hasScales, restoreInto } from '../restore.ts';
import { decimals, pairs, percent, table, thousands } from '../table.ts';

export const evaluate = defineCommand({
  name: 'evaluate',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    requantize: {
      ...requantizeOption.requantize,
      about: `${requantizeOption.requantize.about}; int8 activations are calibrated on training data of --data`,
    },
    data: { ...dataOptions.data, about: 'what it is tested on; default: what the checkpoint was trained with' },
    ...fileOptions,
    ...recallOptions,
    ...rasterOptions,
    ...jsonOption,
  },
  async run(given) {
    if (given.restore === undefined) {
      throw new UsageError('evaluate wants --restore <file>, a checkpoint that train --save wrote');
    }
    const { bytes, info, values, word, layout: like, isNew, ...parts } = await recall(given.restore, given);
    const writeRaster = await openRaster(given, parts);
    const { seed, ...run } = chooseRun(values);
    const kind = chooseKind(values);
    const asked = { ...sayAlike(values, given, like), limit: undefined, validation: undefined };
    const loaded = await chooseDataFor(kind, asked, chooseSplitSeed(values, seed), { like, isWhole: isNew });
    const data = matchData(loaded, info.names);
    expectSamples(parts.network, data);
    const learner = await createLearner({ ...parts, ...run, seed });
    restoreInto(learner, bytes, given);
    if (given.requantize && hasScales(learner)) calibrateOn(learner, data.train);
    const evaluation = learner.evaluate(data.held.inputs, targetsOf(data.held, kind));
    const names = namesOf(data.held);
    const activity = await activityOf(parts, learner, data.held);
    const raster = await writeRaster?.(learner, data.held, { network: word, data: data.name });
    if (given.json) {
      const weightHash = learner.weightHash();
      const told = { rule: parts.rule.name, network: word, data: data.name, task: kind, ...evaluation, ...activity };
      return printJson({ ...told, ...(kind === 'classification' && { classNames: names }), weightHash, raster });
    }
    console.log(describe(evaluation, names));
    if (activity !== null) console.log(`\n${describeActivity(activity)}`);
    if (raster !== undefined) console.log(`raster in ${raster}`);
  },
});

function describe(evaluation: Judgement, names: readonly string[]): string {
  if ('confusion' in evaluation) return describeClasses(evaluation as Evaluation, names);
  const figures = Object.entries(figuresOf(evaluation)).map(([name, value]) => [name, decimals(value)] as const);
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
    `${percent(accuracy, 2)} of ${thousands(count)} samples, loss ${decimals(loss)}`,
    '',
    'Rows are labels, columns what was predicted.',
    table(['', ...names, 'right'], rows),
  ].join('\n');
}
