// The tables of figures that stand between marks in README and in docs: from what bench/measured and docs/memory.md
// keep.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recipes } from '../../bench/recipes/index.ts';
import { type Recipe, trainArguments } from '../../bench/recipes/recipe.ts';
import { describePublished, MEASURED, type Row, rowsOf } from '../../bench/recipes/results.ts';
import { meanAndSpread } from '../../bench/shared/spread.ts';
import { withPart } from '../../bench/shared/marked.ts';
import { percent, thousands } from '../../cli/table.ts';
import { learnsBeside } from '../../src/tasks/host/classification.ts';
import { root } from '../../tools/bundle.ts';
import { markdownTable } from '../../bench/shared/markdown.ts';
import { plannedBytes } from './planned-bytes.ts';

/** A page, and the tables in it by their mark. */
type Page = Readonly<Record<string, () => string | Promise<string>>>;

export const pages: Readonly<Record<string, Page>> = {
  'README.md': { memory: recurrentTable, steps: stepTable, accuracy: accuracyTable },
  'docs/memory.md': { depth: depthTable },
  'docs/speed.md': { steps: stepTable },
};

/** The page's text with all its tables made anew. */
export async function withTables(page: string): Promise<string> {
  let text = readFileSync(join(root, page), 'utf8');
  for (const [mark, table] of Object.entries(pages[page]))
    text = withPart(text, `npm run docs: ${mark}`, await table());
  return text;
}

/** What README tells of accuracy: a row, and what it is held against, if it is. */
const told: readonly (readonly [row: string, control?: string])[] = [
  ['tpsgd-1000', 'backprop-1000'],
  ['tables-drtp', 'tables-backprop'],
  ['drtp-frozen-convolution'],
  ['two-convolutions-tpsgd', 'two-convolutions-backprop'],
  ['mono-forward-1000-1000', 'mono-forward-backprop'],
  ['channels-goodness', 'channels-backprop'],
  ['deep-forward-forward'],
  ['contrastive-forward'],
  ['noprop-discrete', 'noprop-backprop'],
  ['tables-feedback-alignment', 'tables-backprop'],
  ['tables-dfa', 'tables-backprop'],
  ['pepita-1024'],
  ['convolution-zeroth-order', 'convolution-backprop'],
  ['spiking-sltt', 'spiking-backprop'],
  ['spiking-ottt', 'spiking-backprop'],
  ['spiking-decolle', 'spiking-backprop'],
  ['spiking-stdp'],
];

const measured = new Map(rowsOf(recipes, MEASURED).map((row) => [row.row, row]));

/** @throws where there is no such row, or nothing was measured of it. */
function rowOf(name: string): Row & { readonly measured: NonNullable<Row['measured']> } {
  const row = measured.get(name);
  if (row === undefined || row.measured === null) throw new Error(`bench/measured has nothing of a row '${name}'`);
  return { ...row, measured: row.measured };
}

const recipeOf = (name: string): Recipe => recipes.find((recipe) => recipe.name === name)!;

/** With the options that are its own. */
const describeRule = ({ rule, options: { set = [] } }: Recipe): string => `\`${[rule, set].flat().join(' ')}\``;

const reached = (name: string): string =>
  meanAndSpread(rowOf(name).measured.runs.map(({ accuracy }) => accuracy / 100));

function accuracyTable(): string {
  const rows = told.map(([name, control]) => {
    const row = rowOf(name);
    const epochs = control === undefined ? row.epochs : rowOf(control).epochs;
    const passes = epochs === row.epochs ? '' : `, ${epochs} epochs`;
    const beside = control === undefined ? '' : `${reached(control)}${passes}`;
    return [describeRule(recipeOf(name)), row.network, `${row.epochs}`, reached(name), beside, describePublished(row)];
  });
  return markdownTable(['rule', 'network', 'epochs', 'reached', 'control', 'published'], rows);
}

/** What the networks learn whose steps `onward bench step` times. */
function stepTable(): string {
  const steps = recipes.filter(({ name }) => name.startsWith('step-'));
  const networks = [...new Set(steps.map(({ network }) => network))];
  const rows = [...new Set(steps.map(({ rule }) => rule))].map((rule) => [
    `\`${rule}\``,
    ...networks.map((network) => reached(steps.find((step) => step.rule === rule && step.network === network)!.name)),
  ]);
  const batchOf = (network: string) => steps.find((step) => step.network === network)!.options.batch;
  return markdownTable(['', ...networks.map((network) => `${network} @${batchOf(network)}`)], rows);
}

/** Six convolutions in a row: planned bytes beside what is learned with exactly that. */
async function depthTable(): Promise<string> {
  const depths = recipes.filter(({ name }) => name.startsWith('depth-'));
  const plans = await Promise.all(depths.map(planOf));
  const accuracies = depths.map(({ name }) => rowOf(name).measured.mean / 100);
  const rows = depths.map((depth, at) => [
    describeRule(depth),
    thousands(plans[at]),
    (plans[at] / plans[0]).toFixed(2),
    describeAccuracy(accuracies[at], accuracies[0]),
  ]);
  return markdownTable(['rule', 'planned = touched, B', 'of the control', 'MNIST test accuracy'], rows);
}

/** Of ten classes. */
const describeAccuracy = (accuracy: number, control: number): string =>
  learnsBeside(accuracy, control, 0.1) ? percent(accuracy) : `does not learn here (${percent(accuracy)})`;

const planOf = (recipe: Recipe): Promise<number> =>
  plannedBytes(trainArguments(recipe, 1).slice(1), { batchSize: Number(recipe.options.batch) });

/** The rows of the recurrent network in docs/memory.md: of a whole batch, and one sample at a time. */
function recurrentTable(): string {
  const page = readFileSync(join(root, 'docs/memory.md'), 'utf8');
  const [, table] = /^## recurrent: [\s\S]*?\n\n(\|[\s\S]*?)\n\n/m.exec(page) ?? [];
  const [header, , ...rows] = table.split('\n').map((line) => line.slice(2, -2).split(' | '));
  const columns = ['way', 'batch 32, B', 'batch 32 by 1, B', 'accuracy'].map((name) => header.indexOf(name));
  const chosen = rows.map((cells) => columns.map((column) => cells[column]));
  return markdownTable(['rule', 'planned = touched, B', 'one sample of 32 at a time, B', 'test accuracy'], chosen);
}
