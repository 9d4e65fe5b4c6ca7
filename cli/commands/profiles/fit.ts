// `onward profiles fit`: the device models that a file of an instrument is fitted by, what it tells and what not, and a
// profile that `--storage` takes.

import { basename, extname } from 'node:path';
import { DataError } from '../../../src/data/errors.ts';
import { gunzip } from '../../../src/data/index.ts';
import { isGzip } from '../../../src/data/formats/decompress.ts';
import { chart, type Curve } from '../../chart.ts';
import { chooseCsv, csvOptions } from '../../choose-file.ts';
import { defineCommand, jsonOption, printJson, UsageError } from '../../command.ts';
import { openOutput } from '../../output.ts';
import { terms } from '../../profiles/exchange/terms.ts';
import { type Kind, kinds, type ToldColumns } from '../../profiles/fit/columns.ts';
import type { Fit } from '../../profiles/fit/fit.ts';
import { readMeasurement } from '../../profiles/fit/read-measurement.ts';
import { curveOf, fitAll, meanCurve, profileOf, type Report } from '../../profiles/fit/report.ts';
import { stepsOf, type Steps } from '../../profiles/fit/steps.ts';
import { readInput } from '../../read-input.ts';
import { readNumber } from '../../read-value.ts';
import { pairs, percent, table } from '../../table.ts';

export const fit = defineCommand({
  name: 'profiles fit',
  positionals: '<file>',
  options: {
    out: { type: 'string', value: '<file>', about: 'writes the profile, as --storage takes it: name.json' },
    svg: { type: 'string', value: '<file>', about: 'draws the measured points under the curve' },
    'read-voltage': { type: 'string', value: '<V>', about: 'by which currents become conductances' },
    column: {
      type: 'string',
      multiple: true,
      value: '<what=name>',
      about: `what a column holds, where its name does not say: ${Object.keys(kinds).join(', ')}`,
    },
    separator: csvOptions.separator,
    'decimal-comma': csvOptions['decimal-comma'],
    ...jsonOption,
  },
  async run(values, [file]) {
    if (file === undefined) throw new UsageError('wanted a file of measurements, see docs/measured-devices.md');
    if (values.out?.endsWith('.json') === false) throw new UsageError(`--out is '${values.out}', wanted name.json`);
    const [out, svg] = await Promise.all(
      (['out', 'svg'] as const).map((option) => {
        const path = values[option];
        return path === undefined ? null : openOutput(option, path);
      }),
    );
    const packed = await readInput('<file>', file);
    const bytes = isGzip(packed) ? await gunzip(packed) : packed;
    const { separator, decimalComma } = chooseCsv(values);
    const measured = readMeasurement(textOf(bytes), {
      separator,
      decimalComma,
      columns: readColumns(values.column ?? []),
      readVoltage: readNumber('read-voltage', values['read-voltage']),
    });
    const steps = stepsOf(measured);
    const report = fitAll(steps);
    const name = basename(values.out ?? file, extname(values.out ?? file));
    const profile = profileOf(name, `Fitted to ${basename(file)}`, steps, report.chosen);
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    const saved = await out?.write(encode(`${JSON.stringify(profile, null, 2)}\n`));
    const drawn = await svg?.write(encode(draw(name, steps, report.chosen)));
    const notes = [...measured.notes, ...steps.notes];
    if (values.json) return printJson({ ...resultOf(steps, report), profile, notes, saved, drawn });
    console.log(describe(file, steps, report, notes));
    for (const path of [saved, drawn]) if (path !== undefined) console.log(`written: ${path}`);
  },
});

/** UTF-8, or UTF-16 as some instruments write it. */
function textOf(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function readColumns(given: readonly string[]): ToldColumns {
  const told: Partial<Record<Kind, string>> = {};
  for (const text of given) {
    const [kind, ...name] = text.split('=');
    if (!isKind(kind) || name.length === 0)
      throw new UsageError(`--column is '${text}', wanted ${Object.keys(kinds).join(', ')}, =, and a column's name`);
    if (told[kind] !== undefined)
      throw new UsageError(`--column ${kind} is told twice: ${told[kind]}, ${name.join('=')}`);
    told[kind] = name.join('=');
  }
  return told;
}

const isKind = (word: string): word is Kind => Object.hasOwn(kinds, word);

const resultOf = (steps: Steps, { fits, chosen, ...report }: Report) => ({
  devices: steps.devices,
  cycles: steps.cycles,
  pulses: steps.steps.length,
  stuck: steps.stuck,
  model: chosen.model,
  ...report,
  fits: fits.map((each) => ({
    ...each,
    estimates: each.estimates.map((estimate) => ({ ...estimate, term: terms[each.model][estimate.name] ?? null })),
  })),
});

function describe(file: string, steps: Steps, report: Report, notes: readonly string[]): string {
  const { chosen, fits, unfit, alike, states, unknown } = report;
  const by = (name: string): string => shown(chosen.constants[name]);
  const asymmetry = chosen.model === 'exponential' ? `labels ${by('up')} up, ${by('down')} down` : by('asymmetry');
  return [
    pairs([
      ['file', `${file}: ${steps.devices} devices, ${steps.cycles} cycles, ${steps.steps.length} pulses`],
      ['read as', notes.join('; ')],
      ['model', `${chosen.model}${alike.length === 0 ? '' : `; the data cannot tell it from ${alike.join(', ')}`}`],
      ['granularity', `${states.toFixed(1)} states`],
      ['noise', `${by('cycle')} of cycles (${chosen.noise}), ${describeReading(chosen)}`],
      ['asymmetry', asymmetry],
    ]),
    '',
    table(
      ['constant', 'value', 'error', 'its name elsewhere', 'known to a tenth'],
      chosen.estimates.map(({ name, value, error, determined }) => [
        name,
        shown(value),
        error === null ? '-' : shown(error),
        terms[chosen.model][name] ?? '-',
        determined ? 'yes' : 'no',
      ]),
    ),
    '',
    table(
      ['model', 'noise', 'step residual', 'curve residual', 'criterion'],
      fits.map((each) => [
        each.model,
        each.noise,
        percent(each.residual, 2),
        percent(each.curve, 2),
        (each.criterion - fits[0].criterion).toFixed(1),
      ]),
    ),
    ...(unfit.length === 0 ? [] : [`does not fit: ${unfit.join(', ')}`]),
    '',
    'Residuals are of the range. The criterion is that of Bayes, above the best: less than 10 refutes nothing.',
    'What the data cannot tell:',
    ...unknown.map((text) => `  ${text}`),
  ].join('\n');
}

const describeReading = ({ readNoise }: Fit): string =>
  readNoise === null ? 'none of reading seen' : `${percent(readNoise, 2)} of the range by reading`;

const shown = (value: number | undefined): string => (value === undefined ? '-' : `${Number(value.toPrecision(4))}`);

function draw(name: string, steps: Steps, chosen: Fit): string {
  let before = 0;
  const curves = ([1, -1] as const).flatMap((way): Curve[] => {
    const { mean, deviation } = meanCurve(steps, way);
    if (mean.length === 0) return [];
    const x = mean.map((_, at) => before + at);
    before += mean.length - 1;
    const word = way > 0 ? 'up' : 'down';
    return [
      { name: `measured ${word}`, x, y: mean, spread: deviation, dotted: true },
      { name: `${chosen.model} ${word}`, x, y: curveOf(chosen, mean[0], way, mean.length - 1), spread: deviation },
    ];
  });
  if (curves.length === 0) throw new DataError('there is no pulse to draw');
  return chart(name, 'share of the range', [{ label: 'pulses', curves }]);
}
