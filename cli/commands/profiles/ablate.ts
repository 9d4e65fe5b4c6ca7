// `onward profiles ablate`: what a network learns where a device is without one of its flaws, each beside the device
// itself and floats. Every row is tuned by as many trials on validation data, as `onward compare` does, and tested once
// a seed; with pulses and energy.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { meanOf } from '../../../bench/shared/spread.ts';
import { writeAtomically } from '../../../src/data/node/write-file.ts';
import type { Profile } from '../../../src/index.ts';
import { dataOptions } from '../../choose-data.ts';
import { fileOptions } from '../../choose-file.ts';
import { networkOptions } from '../../choose-network.ts';
import { optimizerOptions } from '../../choose-optimizer.ts';
import { ruleOption } from '../../choose-rule.ts';
import { runOptions, standardizeOption } from '../../choose-run.ts';
import { taskOptions } from '../../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError, without as except } from '../../command.ts';
import { compare, type Compared, type Comparison, type Entry, readGrid } from '../../compare.ts';
import { interruptSignal, tellEnd } from '../../interrupt.ts';
import { chooseProfile } from '../../profiles/choose-profile.ts';
import { flawsOf, remedyOf, without } from '../../profiles/idealise.ts';
import { readWhole } from '../../read-value.ts';
import { decimals, percent, table } from '../../table.ts';

/** What is learned where nothing is said: a first part of MNIST. */
const usual = { data: 'mnist', network: '784-32-10', limit: '3000' } as const;
const [RULE, OPTIMIZER, SCHEDULE, RATES] = ['backprop', 'sgd', 'linear', 'lr=0.03,0.1,0.3'];
const [EPOCHS, BATCH] = ['2', '16'];
const CONTROL = 'f32';

export const ablate = defineCommand({
  name: 'profiles ablate',
  positionals: '<profile>',
  options: {
    ...except(dataOptions, 'validation'),
    data: { ...dataOptions.data, about: `default ${usual.data}, its first ${usual.limit}, with ${usual.network}` },
    ...fileOptions,
    ...networkOptions,
    rule: { ...ruleOption, about: `default ${RULE}` },
    ...optimizerOptions,
    optimizer: { ...optimizerOptions.optimizer, about: `${optimizerOptions.optimizer.about}; default ${OPTIMIZER}` },
    schedule: { ...optimizerOptions.schedule, about: `${optimizerOptions.schedule.about}; default ${SCHEDULE}` },
    ...taskOptions,
    epochs: { type: 'string', value: '<n>', about: `of each training; default ${EPOCHS}` },
    ...except(runOptions, 'seed', 'storage', 'hardware'),
    batch: { ...runOptions.batch, about: `samples of a training step; default ${BATCH}` },
    ...standardizeOption,
    set: {
      type: 'string',
      multiple: true,
      value: '<key=value,value>',
      about: `what is tried for each; default ${RATES}`,
    },
    validation: { type: 'string', value: '<n>', about: 'share of the training data that judges trials; default 0.2' },
    seeds: { type: 'string', value: '<n>', about: 'tests of the best of the trials; default 3' },
    out: {
      type: 'string',
      value: '<folder>',
      about: 'of runs and of the devices without a flaw; default onward-ablate',
    },
    ...jsonOption,
  },
  async run(told, [word]) {
    const { set = [RATES], validation = '0.2', seeds = '3', out = 'onward-ablate', json = false, ...others } = told;
    const { 'storage-set': options = [], ...given } = others;
    if (word === undefined) throw new UsageError('wanted a profile, see onward profiles');
    const profile = chooseProfile('<profile>', word);
    const { rule = RULE, ...values } = {
      ...(given.data === undefined ? usual : {}),
      ...{ epochs: EPOCHS, batch: BATCH, optimizer: OPTIMIZER, schedule: SCHEDULE },
      ...given,
    };
    const signal = interruptSignal();
    const compared = await compare({
      values,
      entries: await entriesOf(profile, { rule, options, folder: out }),
      grid: readGrid(set),
      seeds: readWhole('seeds', seeds),
      validation,
      folder: out,
      signal,
      onTrial: ({ rule: which, set: by, judgedBy, seed, score }) =>
        console.error(`${which}, ${by}, ${judgedBy}, seed ${seed}: ${score === null ? 'diverges' : decimals(score)}`),
    });
    tellEnd(signal);
    const rows = rowsOf(profile, compared);
    if (json) return printJson({ profile: profile.name, rows, refused: compared.refused, onOff: ON_OFF });
    if (rows.length > 0) console.log(describe(rows, compared));
  },
});

const ON_OFF =
  'on/off range: costs nothing here, as weights are read against an exact middle conductance; ' +
  'onward reproduce neurosim reads currents by 8 bits';

interface Entered {
  readonly rule: string;
  /** Of the devices' storage, as `--storage-set` takes them. */
  readonly options: readonly string[];
  readonly folder: string;
}

/** Floats, the device, the device without each of its flaws, and without all; each as a file. */
async function entriesOf(profile: Profile, { rule, options, folder }: Entered): Promise<Entry[]> {
  const flaws = flawsOf(profile);
  const whole = flaws.reduce((rest: Profile, flaw) => without(flaw, rest), profile);
  const devices: readonly (readonly [label: string, Profile])[] = [
    [profile.name, profile],
    ...flaws.map((flaw) => [remedyOf(flaw), without(flaw, profile)] as const),
    ...(flaws.length > 1 ? [['without any of them', { ...whole, name: `${profile.name}-without-any` }] as const] : []),
  ];
  await mkdir(folder, { recursive: true });
  const set = options.map((option) => `storage-set=${option}`);
  const entries: Entry[] = [{ label: CONTROL, rule, settings: [] }];
  for (const [label, device] of devices) {
    const file = join(folder, `${device.name}.json`);
    await writeAtomically(file, new TextEncoder().encode(`${JSON.stringify(device, null, 2)}\n`));
    entries.push({ label, rule, settings: [`storage=${file}`, ...set] });
  }
  return entries;
}

interface Row extends Pick<Compared, 'metric' | 'mean' | 'spread' | 'n' | 'set' | 'bytes'> {
  readonly device: string;
  /** What is better than with the device as it is; null of that itself. */
  readonly regained: number | null;
  readonly pulses: number | null;
  readonly joules: number | null;
}

function rowsOf({ name }: Profile, { rules, trials }: Comparison): Row[] {
  const own = rules.find(({ rule }) => rule === name);
  return rules.map(({ rule, metric, mean, spread, n, set, bytes }) => {
    const tested = trials.filter((trial) => trial.rule === rule && trial.judgedBy === 'test');
    const meanIn = (of: 'pulses' | 'joules'): number | null => {
      const known = tested.flatMap((trial) => trial[of] ?? []);
      return known.length === 0 ? null : meanOf(known);
    };
    const regained = own === undefined || own.rule === rule ? null : mean - own.mean;
    return {
      device: rule,
      metric,
      mean,
      spread,
      n,
      regained,
      set,
      bytes,
      pulses: meanIn('pulses'),
      joules: meanIn('joules'),
    };
  });
}

function describe(rows: readonly Row[], { refused }: Comparison): string {
  const shown = ({ metric }: Row, value: number): string =>
    metric === 'accuracy' ? percent(value, 2) : decimals(value);
  return [
    table(
      ['device', `test (n = ${rows[0].n})`, 'regained', 'pulses a device', 'energy of writing', 'best of the trials'],
      rows.map((row) => [
        row.device,
        `${shown(row, row.mean)}${row.spread === null ? '' : ` ± ${shown(row, row.spread)}`}`,
        row.regained === null ? '' : `${row.regained < 0 ? '' : '+'}${shown(row, row.regained)}`,
        row.pulses === null ? '' : row.pulses.toPrecision(3),
        row.pulses === null ? '' : row.joules === null ? 'not known' : `${row.joules.toExponential(2)} J`,
        row.set,
      ]),
    ),
    ON_OFF,
    ...Object.entries(refused).map(([name, reason]) => `${name}: ${reason}`),
  ].join('\n');
}
