// `onward predict`: the answers of a checkpoint for the samples of a file, a row each.

import { createLearner } from '../../src/index.ts';
import { numberedTargets } from '../../src/data/index.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { sampleShape } from '../../src/layers/network.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { csvOptions, sayAlike } from '../choose-file.ts';
import { chooseRun } from '../choose-run.ts';
import { chooseKind } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { recall, recallOptions, requantizeOption } from '../recall.ts';
import { restoreInto } from '../restore.ts';
import { readSamplesFile } from '../samples-file.ts';

export const predict = defineCommand({
  name: 'predict',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    requantize: {
      ...requantizeOption.requantize,
      about: `${requantizeOption.requantize.about}; int8 activations need scales, which train finds`,
    },
    samples: { type: 'string', value: '<file>', about: 'a CSV file of numbers, a sample a row, or an .npy' },
    label: { type: 'string', multiple: true, value: '<column>', about: 'of the CSV file, to be left out' },
    ...csvOptions,
    ...recallOptions,
    json: { ...jsonOption.json, about: 'prints one line of JSON instead of CSV' },
  },
  async run(given) {
    const { restore: file, samples: path } = given;
    if (file === undefined || path === undefined) {
      throw new UsageError('predict wants --restore <file>, a checkpoint, and --samples <file>');
    }
    const { bytes, info, values, word, layout: like, isNew: _, ...parts } = await recall(file, given);
    const size = elementsOf(sampleShape(parts.network));
    const { inputs, count } = await readSamplesFile(path, size, sayAlike(given, given, like), like);
    const learner = await createLearner({ ...parts, ...chooseRun(values) });
    restoreInto(learner, bytes, given);
    const { names } = info;
    const kind = chooseKind(values);
    const answers = learner.predict(inputs);
    const width = answers.length / count;
    const rows = Array.from({ length: count }, (_, row) => [...answers.subarray(row * width, (row + 1) * width)]);
    const labels = kind === 'classification' ? rows.map((row) => names[argmax(row, 0, width)]) : undefined;
    if (values.json)
      return printJson({ rule: parts.rule.name, network: word, task: kind, names, labels, answers: rows });
    const columns = names.length > 0 ? names : numberedTargets(width);
    const head = labels === undefined ? columns : ['label', ...columns];
    console.log(writeCsv([head, ...rows.map((row, at) => (labels === undefined ? row : [labels[at], ...row]))]));
  },
});

const writeCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((cells) => cells.map((cell) => quoted(`${cell}`)).join()).join('\n');

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
