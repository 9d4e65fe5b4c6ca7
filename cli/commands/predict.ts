// `onward predict`: the answers of a checkpoint for the samples of a file, a row each.

import { createLearner, inspectCheckpoint } from '../../src/index.ts';
import { numberedTargets } from '../../src/data/index.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { sampleShape } from '../../src/layers/network.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { readCheckpointFile } from '../checkpoint-file.ts';
import { csvOptions } from '../choose-file.ts';
import { chooseNetwork, networkOptions } from '../choose-network.ts';
import { chooseRule, ruleOption, ruleOptions } from '../choose-rule.ts';
import { chooseRun, runOptions } from '../choose-run.ts';
import { chooseTask, taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { readSamplesFile } from '../samples-file.ts';

export const predict = defineCommand({
  name: 'predict',
  about: 'answers samples by a checkpoint, as CSV; network, rule and optimizer as it was trained with',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    samples: { type: 'string', value: '<file>', about: 'a CSV file of numbers, a sample a row, or an .npy' },
    label: { type: 'string', multiple: true, value: '<column>', about: 'of the CSV file, to be left out' },
    ...csvOptions,
    ...networkOptions,
    rule: ruleOption,
    ...ruleOptions,
    loss: taskOptions.loss,
    ...runOptions,
    json: { ...jsonOption.json, about: 'prints one line of JSON instead of CSV' },
  },
  async run(values) {
    const { restore: file, samples: path, network: word } = values;
    if (file === undefined || path === undefined || word === undefined) {
      throw new UsageError('predict wants --restore <file>, --samples <file> and --network <word>, as it was trained');
    }
    const restore = await readCheckpointFile(file);
    const { seed, ...run } = chooseRun(values);
    const rule = await chooseRule(values.rule ?? 'tpsgd', values);
    const network = await chooseNetwork(word, values);
    const { identity, names } = inspectCheckpoint(restore);
    const { inputs, count } = await readSamplesFile(path, elementsOf(sampleShape(network)), values);
    const kind = identity.task;
    const outputs = names.length > 0 ? names : elementsOf(network.outputShape);
    const task = chooseTask({ task: identity.task, loss: values.loss }, outputs);
    const learner = await createLearner({ network, rule, seed, ...run, task, restore });
    const answers = learner.predict(inputs);
    const width = answers.length / count;
    const rows = Array.from({ length: count }, (_, row) => [...answers.subarray(row * width, (row + 1) * width)]);
    const labels = kind === 'classification' ? rows.map((row) => names[argmax(row, 0, width)]) : undefined;
    if (values.json) return printJson({ rule: rule.name, network: word, task: kind, names, labels, answers: rows });
    const columns = names.length > 0 ? names : numberedTargets(width);
    const head = labels === undefined ? columns : ['label', ...columns];
    console.log(writeCsv([head, ...rows.map((row, at) => (labels === undefined ? row : [labels[at], ...row]))]));
  },
});

const writeCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((cells) => cells.map((cell) => quoted(`${cell}`)).join()).join('\n');

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
