// `npx tsx scripts/memory.ts [name ...] [--json] [--write]`: what each rule takes to train four networks, and how well
// it learns each of them with exactly that; the control with checkpoints, its last layer alone, and TensorFlow.js
// beside it. Linear memory is planned, and touched to the byte; the code, the heap of JavaScript and a whole worker
// stand beside it. `--write` keeps the tables in docs/memory.md. Exits with 1 where a plan is not what was touched, or
// no rule beside the control learns in fewer bytes. The built library is measured: `npm run build` first. Data come
// from $ONWARD_DATA; an hour for all.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { partOf, withPart } from '../bench/shared/marked.ts';
import { type LearnedRow, type MemoryRow, touched } from '../cli/measure-memory.ts';
import { parseSettings } from '../cli/settings.ts';
import { percent, thousands } from '../cli/table.ts';
import type { RuleName } from '../src/forward-only/index.ts';
import { learnsBeside } from '../src/tasks/host/classification.ts';
import { askOnward, type Told, toArguments } from '../bench/shared/ask-onward.ts';
import { installPeers } from '../bench/peers/install.ts';
import { markdownTable } from '../bench/shared/markdown.ts';
import { type Subject, subjects } from './memory/subjects.ts';
import type { TfjsMemory } from './memory/tfjs.ts';

const root = join(import.meta.dirname, '..');
const page = join(root, 'docs/memory.md');
const CONTROL = 'backprop';
const VALIDATION = 1 / 3;
const BATCHES = ['32', '1'];
/** Samples of a step, and of these in memory at a time. */
const SIZES = ['32', '32 by 1', '1'];

/** One rule as it is told to be. Bytes throughout. */
interface Row {
  /** `backprop last=1` */
  readonly way: string;
  /** By size, where the rule can do it. */
  readonly planned: Readonly<Record<string, number>>;
  readonly isTouched: boolean;
  readonly code: number;
  /** Of the thread that learns. */
  readonly heap: number;
  /** By how much a process grows for a worker that learns: engine, code, heap and linear memory. */
  readonly worker: number;
  /** `sgd 0.05` */
  readonly optimizer: string;
  readonly accuracy: number;
  readonly learns: boolean;
}

interface Chosen {
  readonly optimizer: string;
  readonly lr: number;
}

interface Table {
  readonly subject: Subject;
  readonly rows: readonly Row[];
  /** By size. */
  readonly tfjs: Readonly<Record<string, TfjsMemory>>;
}

/** What a script of this folder prints. */
function node(script: string, ...args: readonly string[]): string {
  return execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

interface Measured<Result> {
  readonly commonest: number;
  readonly rows: readonly Result[];
}

const onwardMemory = <Result extends MemoryRow>(told: Told): Measured<Result> =>
  askOnward(['memory', ...toArguments(told)]);

/** By an optimiser, what all rules plan as they are told to be, those with options of their own by these. */
function planned({ network, options, own = {} }: Subject, optimizer: string): readonly MemoryRow[] {
  const plan = (told: Told): readonly MemoryRow[] =>
    BATCHES.flatMap((batch) => onwardMemory({ network, ...options, ...told, optimizer, batch }).rows);
  const usual = plan({});
  return [...new Set(usual.map(({ rule }) => rule as RuleName))].flatMap((rule) =>
    rule in own ? plan({ ...own[rule], rule }) : usual.filter((row) => row.rule === rule),
  );
}

/** Bytes of a thread's heap, or of a worker. */
function beside(
  where: 'thread' | 'worker',
  { network }: Subject,
  { rule, set = [] }: MemoryRow,
  optimizer: string,
): number {
  return Number(node('scripts/memory/heap.ts', where, network, rule, optimizer, JSON.stringify(parseSettings(set))));
}

const wayOf = ({ rule, set = [] }: MemoryRow): string => [rule, ...set].join(' ');
/** Rows of whole batches, by their way. */
const waysOf = (rows: readonly MemoryRow[]): ReadonlyMap<string, MemoryRow> =>
  new Map(rows.filter(({ batch, microBatch }) => batch === microBatch).map((row) => [wayOf(row), row]));
const sizeOf = ({ batch, microBatch }: MemoryRow): string =>
  batch === microBatch ? `${batch}` : `${batch} by ${microBatch}`;

/** The first of the best, on a part of what is learned from. */
function bestOptimizer(told: Told, optimizers: Subject['optimizers']): Chosen {
  const tried = Object.entries(optimizers).flatMap(([optimizer, rates]) => rates.map((lr) => ({ optimizer, lr })));
  const scores = tried.map(
    (chosen) => onwardMemory<LearnedRow>({ ...told, ...chosen, validation: VALIDATION }).rows[0].accuracy,
  );
  return tried[scores.indexOf(Math.max(...scores))];
}

function measure(subject: Subject): Table {
  const { network, data, options, optimizers, own = {} } = subject;
  const plans = new Map(Object.keys(optimizers).map((optimizer) => [optimizer, planned(subject, optimizer)]));
  const [measured] = plans.values();
  const ways = waysOf(measured);
  const rows: Row[] = [];
  let control = Number.NaN;
  for (const [way, row] of ways) {
    const { rule, set = [] } = row;
    const told = { network, ...data, ...options, ...own[rule as RuleName], ...(set.length > 0 && { set }), rule };
    const chosen = bestOptimizer(told, optimizers);
    const {
      commonest,
      rows: [learned],
    } = onwardMemory<LearnedRow>({ ...told, ...chosen });
    if (way === CONTROL) control = learned.accuracy;
    const plan = plans.get(chosen.optimizer)!;
    const same = plan.filter((row) => wayOf(row) === way);
    rows.push({
      way,
      planned: Object.fromEntries(same.map((row) => [sizeOf(row), row.plannedBytes])),
      isTouched: same.every((row) => touched(row) === '= planned'),
      code: waysOf(plan).get(way)!.moduleBytes,
      heap: beside('thread', subject, row, chosen.optimizer),
      worker: beside('worker', subject, row, chosen.optimizer),
      optimizer: `${chosen.optimizer} ${chosen.lr}`,
      accuracy: learned.accuracy,
      learns: learnsBeside(learned.accuracy, control, commonest),
    });
    console.error(`${subject.name}: ${way} by ${chosen.optimizer} ${chosen.lr} ${percent(learned.accuracy)}`);
  }
  const tfjs = BATCHES.map((batch): [string, TfjsMemory] => {
    const printed = node('scripts/memory/tfjs.ts', network, `${options.activation ?? 'tanh'}`, batch);
    return [batch, JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '')];
  });
  return { subject, rows, tfjs: Object.fromEntries(tfjs) };
}

/** Whether all was touched as planned, and a rule beside the control learns in fewer bytes at the whole batch. */
const holds = ({ rows }: Table): boolean =>
  rows.every(({ isTouched }) => isTouched) &&
  rows.some(({ way, learns, planned }) => !way.startsWith(CONTROL) && learns && planned['32'] < rows[0].planned['32']);

const kibibytes = (bytes: number): string => `${thousands(Math.round(bytes / 1024))} KiB`;

const cellsOf = ({ way, planned, code, heap, worker, optimizer, accuracy, learns }: Row): string[] => [
  `\`${way}\``,
  ...SIZES.map((size) => (size in planned ? thousands(planned[size]) : 'cannot')),
  ...[code, heap, worker].map(kibibytes),
  optimizer,
  learns ? percent(accuracy) : `does not learn here (${percent(accuracy)})`,
];

const saying = (found: TfjsMemory): string => ('cannot' in found ? found.cannot : found.backend);

const peerCells = (tfjs: Table['tfjs']): string[] => [
  `TensorFlow.js, ${[...new Set(Object.values(tfjs).map(saying))].join()}`,
  ...SIZES.map((size) => {
    const found = tfjs[size];
    return found === undefined || 'cannot' in found ? '' : thousands(found.peakBytes);
  }),
  ...Array<string>(5).fill(''),
];

/** `limit 5000, epochs 5` */
const listed = (...told: readonly Told[]): string =>
  told.flatMap((each) => Object.entries(each).map(([key, value]) => `${key} ${value}`)).join(', ');

function describe({ subject: { name, network, data, options, own = {} }, rows, tfjs }: Table): string {
  const head = ['way', ...SIZES.map((size) => `batch ${size}, B`), 'code', 'heap', 'worker', 'optimiser', 'accuracy'];
  const owned = Object.entries(own).map(([rule, told]) => `; ${rule}: ${listed(told)}`);
  return [
    `## ${name}: \`${network}\``,
    '',
    `${listed(data, options)}; seed 1${owned.join('')}.`,
    '',
    markdownTable(head, [...rows.map(cellsOf), peerCells(tfjs)]),
  ].join('\n');
}

const COMMAND = 'npx tsx scripts/memory.ts --write';

/** The tables of these networks anew, those of others as they are. */
function write(tables: readonly Table[]): void {
  const text = readFileSync(page, 'utf8');
  const kept = partOf(text, COMMAND)
    .split(/^(?=## )/m)
    .map((section) => section.trim());
  const sections = subjects.flatMap(({ name }) => {
    const table = tables.find(({ subject }) => subject.name === name);
    return table === undefined ? kept.filter((section) => section.startsWith(`## ${name}:`)) : [describe(table)];
  });
  writeFileSync(page, withPart(text, COMMAND, sections.join('\n\n')));
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, write: { type: 'boolean' } },
    allowPositionals: true,
  });
  const chosen = subjects.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (chosen.length === 0) throw new Error(`no network is named so; there are ${subjects.map(({ name }) => name)}`);
  installPeers();
  const tables = chosen.map(measure);
  if (values.write) write(tables);
  console.log(values.json ? JSON.stringify(tables) : tables.map(describe).join('\n\n'));
  process.exitCode = tables.every(holds) ? 0 : 1;
}

main();
