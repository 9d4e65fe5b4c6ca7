// `onward export`: the weights of a checkpoint for what runs without Onward: a C header of the integers or floats they
// are kept in, or for synapse devices their conductances and the pulses that programme them, as CSV or JSON. With them
// goes what else an answer wants, but for CSV, which is rows alone.

import { createLearner } from '../../src/index.ts';
import { mapped } from '../../src/quantization/device-array.ts';
import { chooseRun } from '../choose-run.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { writeC } from '../export/c.ts';
import { devicesOf, type DeviceRow } from '../export/devices.ts';
import { factsOf, weightsOf } from '../export/facts.ts';
import { readChoice } from '../read-value.ts';
import { recall, recallOptions, requantizeOption } from '../recall.ts';
import { restoreInto } from '../restore.ts';

const FORMATS = ['c', 'conductances', 'pulses'] as const;
const HEADS = {
  conductances: ['weight', 'row', 'column', 'device', 'state', 'siemens', 'reachable', 'stuck'],
  // of the mean device: what a device of its own takes is not known
  pulses: ['weight', 'row', 'column', 'device', 'mean_device_pulses', 'volts', 'seconds', 'reachable', 'stuck'],
} as const;

export const exportWeights = defineCommand({
  name: 'export',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    as: { type: 'string', value: '<format>', about: `${FORMATS.join(', ')}; default c` },
    ...requantizeOption,
    ...recallOptions,
    json: { ...jsonOption.json, about: 'prints conductances or pulses as one line of JSON instead of CSV' },
  },
  async run(given) {
    const { restore: file } = given;
    if (file === undefined) throw new UsageError('export wants --restore <file>, a checkpoint that train --save wrote');
    const format = readChoice('as', given.as ?? 'c', FORMATS);
    if (format === 'c' && given.json) throw new UsageError('--json is of conductances and pulses, C is no JSON');
    const { bytes, info: _info, values, word, layout: _layout, isNew: _isNew, ...parts } = await recall(file, given);
    const run = chooseRun(values);
    const learner = await createLearner({ ...parts, ...run });
    restoreInto(learner, bytes, given);
    const [weights, facts] = [weightsOf(learner), factsOf(parts, learner)];
    if (format === 'c') {
      const about = `${word}, learned by ${parts.rule.name}; made by onward export`;
      return console.log(writeC(weights, about, facts));
    }
    const { name: storage, profile } = run.storage;
    if (profile === undefined) {
      throw new UsageError(
        `the weights of '${file}' are kept in ${storage}, and ${format} want a device: ` +
          '--storage NAME (onward profiles) with --requantize',
      );
    }
    const { device } = mapped('export', profile, {});
    const rows = devicesOf(weights, device, profile, learner.seed);
    const cells = (row: DeviceRow): readonly (string | number | boolean)[] => {
      const place = [row.weight, row.row, row.column, row.device];
      const known = [row.reachable, row.stuck];
      if (format === 'conductances') return [...place, row.state, row.conductance ?? '', ...known];
      const { volts, seconds } = profile.write?.up ?? {};
      return [...place, row.pulses ?? '', volts ?? '', seconds ?? '', ...known];
    };
    if (given.json) {
      return printJson({ profile: profile.name, ...facts, columns: HEADS[format], rows: [...rows].map(cells) });
    }
    console.log(HEADS[format].join());
    for (const row of rows) console.log(cells(row).join());
  },
});
