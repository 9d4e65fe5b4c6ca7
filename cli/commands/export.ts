// `onward export`: the weights of a checkpoint for what runs without Onward: a C header of the integers or floats they
// are kept in, or for synapse devices their conductances and the pulses that programme them, as CSV or JSON.

import { createLearner } from '../../src/index.ts';
import { mapped } from '../../src/quantization/device-array.ts';
import { chooseRun } from '../choose-run.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../command.ts';
import { writeC } from '../export/c.ts';
import { devicesOf, type DeviceRow } from '../export/devices.ts';
import { readChoice } from '../read-value.ts';
import { recall, recallOptions } from '../recall.ts';
import { requantizeOption, restoreInto } from '../restore.ts';

const FORMATS = ['c', 'conductances', 'pulses'] as const;
const HEADS = {
  conductances: ['weight', 'row', 'column', 'device', 'state', 'siemens'],
  pulses: ['weight', 'row', 'column', 'device', 'pulses', 'volts', 'seconds'],
} as const;

export const exportWeights = defineCommand({
  name: 'export',
  options: {
    restore: { type: 'string', value: '<file>', about: 'the checkpoint' },
    as: { type: 'string', value: '<format>', about: `${FORMATS.join(', ')}; default c` },
    ...requantizeOption,
    ...recallOptions,
    json: { ...jsonOption.json, about: 'prints one line of JSON instead of CSV' },
  },
  async run(given) {
    const { restore: file } = given;
    if (file === undefined) throw new UsageError('export wants --restore <file>, a checkpoint that train --save wrote');
    const format = readChoice('as', given.as ?? 'c', FORMATS);
    const { bytes, info: _info, values, word, layout: _layout, isNew: _isNew, ...parts } = await recall(file, given);
    const run = chooseRun(values);
    const learner = await createLearner({ ...parts, ...run });
    restoreInto(learner, bytes, given.requantize);
    const weights = learner.storedWeights();
    if (format === 'c') {
      const about = `${word}, learned by ${parts.rule.name}; made by onward export`;
      return console.log(writeC(weights, about));
    }
    const { name: storage, profile } = run.storage;
    if (profile === undefined) {
      throw new UsageError(
        `the weights of '${file}' are kept in ${storage}, and ${format} want a device: ` +
          '--storage NAME (onward profiles) with --requantize',
      );
    }
    const { device } = mapped('export', profile, {});
    const rows = devicesOf(weights, device, profile);
    const cells = (row: DeviceRow): readonly (string | number)[] => {
      const place = [row.weight, row.row, row.column, row.device];
      if (format === 'conductances') return [...place, row.state, row.conductance ?? ''];
      const { volts, seconds } = profile.write?.up ?? {};
      return [...place, row.pulses, volts ?? '', seconds ?? ''];
    };
    if (given.json) return printJson({ profile: profile.name, columns: HEADS[format], rows: [...rows].map(cells) });
    console.log(HEADS[format].join());
    for (const row of rows) console.log(cells(row).join());
  },
});
