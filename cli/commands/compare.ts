// `onward compare`: which rule is best on a task, each tuned by as many trials.

import { join } from 'node:path';
import { writeAtomically } from '../../src/data/node/write-file.ts';
import type { ActivityCells } from '../activity.ts';
import { type Point, chart } from '../chart.ts';
import { dataOptions } from '../choose-data.ts';
import { fileOptions } from '../choose-file.ts';
import { networkOptions } from '../choose-network.ts';
import { optimizerOptions } from '../choose-optimizer.ts';
import { ruleNames } from '../choose-rule.ts';
import { runOptions, standardizeOption } from '../choose-run.ts';
import { taskOptions } from '../choose-task.ts';
import { defineCommand, jsonOption, printJson, UsageError, without } from '../command.ts';
import {
  compare as run,
  type Compared,
  type CompareOptions,
  type Comparison,
  readEntry,
  readGrid,
} from '../compare.ts';
import { interruptSignal, tellEnd } from '../interrupt.ts';
import { readWhole } from '../read-value.ts';
import { counted, decimals, percent, seconds, table, thousands } from '../table.ts';
import type { Trial } from '../trials.ts';

export const compare = defineCommand({
  name: 'compare',
  options: {
    rules: {
      type: 'string',
      multiple: true,
      value: '<name,name>',
      about: 'or files ./my-rule.ts, with settings of their own: backprop:last=1; default: all',
    },
    ...without(dataOptions, 'validation'),
    ...fileOptions,
    ...without(networkOptions, 'dropout'),
    ...optimizerOptions,
    ...taskOptions,
    epochs: { type: 'string', value: '<n>', about: 'of each training, trials too; default 5, of few samples more' },
    ...without(runOptions, 'seed'),
    ...standardizeOption,
    set: {
      type: 'string',
      multiple: true,
      value: '<key=value,value>',
      about: 'what is tried for every rule: --set lr=0.1,0.01, or options of the rules; several are combined',
    },
    validation: {
      type: 'string',
      value: '<n>',
      about: 'share of the training data that judges the trials, whole people where they are known; default 0.2',
    },
    seeds: { type: 'string', value: '<n>', about: 'tests of the best setting of each rule; default 5' },
    out: { type: 'string', value: '<folder>', about: 'of runs.jsonl, runs.csv, chart.svg; default onward-compare' },
    ...jsonOption,
  },
  async run({ rules, set = [], validation = '0.2', seeds = '5', out = 'onward-compare', json = false, ...values }) {
    const entries = (rules ?? ruleNames).flatMap((names) => names.split(',')).map(readEntry);
    const labels = entries.map(({ label }) => label);
    if (new Set(labels).size < labels.length) throw new UsageError(`--rules has one twice: ${labels.join(', ')}`);
    const signal = interruptSignal();
    const onTrial = (trial: Trial): void => console.error(describeTrial(trial));
    const grid = readGrid(set);
    const options = { values, entries, grid, seeds: readWhole('seeds', seeds), validation, folder: out, signal };
    console.error(describePlan(options));
    const compared = await run({ ...options, onTrial });
    await writeFiles(out, compared);
    tellEnd(signal);
    if (json) return printJson(compared);
    if (compared.rules.length > 0) console.log(describe(compared));
  },
});

/** `17 rules, each by 2 trials and 5 tests: 119 trainings, kept in onward-compare` */
function describePlan({
  entries,
  grid,
  seeds,
  folder,
}: Pick<CompareOptions, 'entries' | 'grid' | 'seeds' | 'folder'>): string {
  const each = `${counted(grid.length, 'trial')} and ${counted(seeds, 'test')}`;
  const all = counted(entries.length * (grid.length + seeds), 'training');
  return `${counted(entries.length, 'rule')}, each by ${each}: ${all}, kept in ${folder}`;
}

const describeTrial = ({ rule, set, judgedBy, seed, metric, score, seconds: took }: Trial): string =>
  `${[rule, set].filter(Boolean).join(' ')}, ${judgedBy}, seed ${seed}: ` +
  `${score === null ? 'diverges' : describeScore(metric, score)} in ${seconds(took)}`;

/** Told in per cent. */
const isShare = (metric: string): boolean => metric === 'accuracy';

const describeScore = (metric: string, score: number): string =>
  isShare(metric) ? percent(score, 2) : `${metric} ${decimals(score)}`;

function describeSpread({ metric, mean, spread, n }: Compared): string {
  const half = spread === null ? '' : ` ± ${isShare(metric) ? (100 * spread).toFixed(2) : decimals(spread)}`;
  return `${describeScore(metric, mean)}${half} (n = ${n})`;
}

function describe({ rules, refused }: Comparison): string {
  const spikes = rules.some(({ sparsity }) => sparsity !== null);
  const rows = rules.map((row) => [
    row.rule,
    describeSpread(row),
    thousands(row.bytes),
    seconds(row.seconds),
    ...(spikes ? activityCells(row) : []),
    row.set,
    `${row.trials}`,
  ]);
  const activity = spikes ? ['sparsity', 'synaptic operations'] : [];
  return [
    table(['rule', 'test', 'planned B', 'processor', ...activity, 'best of the trials', 'trials'], rows),
    ...Object.entries(refused).map(([name, reason]) => `${name} is left out: ${reason}`),
  ].join('\n');
}

const activityCells = ({ sparsity, synapticOperations }: ActivityCells): string[] => [
  sparsity === null ? '-' : percent(sparsity),
  synapticOperations === null ? '-' : thousands(Math.round(synapticOperations)),
];

async function writeFiles(folder: string, { rules, trials }: Comparison): Promise<void> {
  const write = (name: string, text: string): Promise<void> =>
    writeAtomically(join(folder, name), new TextEncoder().encode(text));
  await write('runs.csv', csv(trials));
  if (rules.length > 0) await write('chart.svg', drawing(rules, trials[0]));
}

function csv(trials: readonly Trial[]): string {
  const cell = (value: unknown): string =>
    typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : `${value}`;
  const columns = Object.keys(trials[0] ?? {}) as (keyof Trial)[];
  const rows = trials.map((trial) => columns.map((column) => cell(trial[column])).join(','));
  return [columns.join(','), ...rows, ''].join('\n');
}

function drawing(rules: readonly Compared[], { data, network, batch, epochs, metric }: Trial): string {
  const [unit, label] = isShare(metric) ? [100, `${metric}, %`] : [1, metric];
  const by = (x: (row: Compared) => number): Point[] =>
    rules.map((row) => ({
      ...{ name: row.rule, note: describeSpread(row), x: x(row), y: unit * row.mean },
      spread: row.spread === null ? null : unit * row.spread,
    }));
  return chart(`${data}, ${network}, batch ${batch}, ${epochs} epochs`, label, [
    { label: 'planned bytes', points: by(({ bytes }) => bytes) },
    { label: 'processor seconds', points: by(({ seconds: took }) => took) },
  ]);
}
