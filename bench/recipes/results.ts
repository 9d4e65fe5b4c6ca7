// What the rows of docs/results.md were measured at, one file a row in bench/measured: judged, and as the table of the
// page.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { classOf, mustOf, type Published, type Recipe, type Tag, trainArguments } from './recipe.ts';
import { markdownRow } from '../shared/markdown.ts';
import { deviationOf, meanAndSpread, meanOf } from '../shared/spread.ts';

export interface Run {
  readonly seed: number;
  /** Test accuracy in percent. */
  readonly accuracy: number;
  /** Of the processor, judging included. */
  readonly seconds?: number;
  readonly plannedBytes?: number;
  readonly weightHash?: string;
  readonly machine: string;
  readonly commit: string;
}

export interface Measured {
  readonly row: string;
  /** What was run, without its seed. */
  readonly command: string;
  readonly runs: readonly Run[];
}

/** Where the repository keeps them. */
export const MEASURED = join(import.meta.dirname, '../measured');

/** What is run, without its seed. */
export const commandOf = (recipe: Recipe): string => `onward ${trainArguments(recipe, 0).slice(0, -2).join(' ')}`;

export const fileOf = (folder: string, { name }: Recipe): string => join(folder, `${name}.json`);

/** The runs of a recipe as it is now, of the seeds that it has. */
export function runsOf(folder: string, recipe: Recipe): readonly Run[] {
  const file = fileOf(folder, recipe);
  if (!existsSync(file)) return [];
  const { command, runs }: Measured = JSON.parse(readFileSync(file, 'utf8'));
  return command === commandOf(recipe) ? runs.filter(({ seed }) => recipe.seeds.includes(seed)) : [];
}

/** A row as `--list` tells it. */
export interface Row extends Pick<Recipe, 'rule' | 'network' | 'epochs' | 'seeds'> {
  readonly row: string;
  readonly published: Omit<Published, 'source' | 'tag'> | null;
  readonly source: string | null;
  readonly tag: Tag | null;
  readonly class: ReturnType<typeof classOf>;
  /** Of one core, for all seeds; null where nobody knows. */
  readonly minutes: number | null;
  readonly command: string;
  readonly measured: Measure | null;
  /** What the mean must be at least, in percent; null where nothing is, or what it is held against is not known. */
  readonly wanted: number | null;
  /** Null where that is not known yet. */
  readonly holds: boolean | null;
}

/** In percent, of `n` seeds. */
interface Measure {
  readonly mean: number;
  readonly spread: number | null;
  readonly n: number;
  readonly runs: readonly Run[];
}

/** All rows, judged by what is measured in a folder. */
export function rowsOf(recipes: readonly Recipe[], folder: string): Row[] {
  const runs = new Map(recipes.map((recipe) => [recipe.name, runsOf(folder, recipe)]));
  const meanIn = (name: string): number | null => {
    const found = runs.get(name) ?? [];
    return found.length === 0 ? null : meanOf(found.map(({ accuracy }) => accuracy));
  };
  return recipes.map((recipe) => judge(recipe, runs.get(recipe.name) ?? [], wantedOf(recipe, meanIn)));
}

function judge(recipe: Recipe, runs: readonly Run[], wanted: number | null): Row {
  const { name, rule, network, epochs, seeds, published } = recipe;
  const accuracies = runs.map(({ accuracy }) => accuracy);
  const [mean, isDone] = [meanOf(accuracies), runs.length === seeds.length];
  const { source = null, tag = 'M', ...figure } = published ?? {};
  return {
    row: name,
    published: published === undefined ? null : (figure as Row['published']),
    source,
    tag: published === undefined ? null : tag,
    class: classOf(recipe),
    minutes: minutesOf(recipe, runs),
    rule,
    network,
    epochs,
    seeds,
    command: commandOf(recipe),
    measured: runs.length === 0 ? null : { mean, spread: deviationOf(accuracies), n: runs.length, runs },
    wanted,
    holds: wanted === null || !isDone ? null : mean >= wanted,
  };
}

function wantedOf(recipe: Recipe, meanIn: (name: string) => number | null): number | null {
  const must = mustOf(recipe);
  if (must === undefined) return null;
  if ('reach' in must) return must.reach;
  const other = meanIn(must.of);
  return other === null ? null : other - must.stayWithin;
}

function minutesOf({ seeds, minutes }: Recipe, runs: readonly Run[]): number | null {
  const seconds = runs.flatMap((run) => run.seconds ?? []);
  return seconds.length === 0 ? (minutes ?? null) : Math.ceil((meanOf(seconds) * seeds.length) / 60);
}

/** The table of the page, and where its published figures are from. */
export function resultsTable(recipes: readonly Recipe[], folder: string): string {
  const rows = rowsOf(recipes, folder);
  const header = ['row', 'class', 'trained', 'published', 'measured, %', 'n', 'wanted', 'minutes', 'planned bytes'];
  const sources = new Set(rows.flatMap(({ source }) => source ?? []));
  return [
    markdownRow([...header, 'machine, commit']),
    `|${'---|'.repeat(header.length + 1)}`,
    ...rows.map((row, at) => markdownRow(cells(row, recipes[at]))),
    '',
    `Published: ${[...sources].join('; ')}.`,
  ].join('\n');
}

function cells(row: Row, { data, options }: Recipe): string[] {
  const { measured, minutes, seeds } = row;
  const trained = [row.rule, row.network, ...(data === undefined ? [] : [data]), `${row.epochs} epochs`];
  const limit = options.limit === undefined ? [] : [`the first ${options.limit}`];
  const runs = measured?.runs ?? [];
  const places = new Set(runs.map(({ machine, commit }) => `${machine}, ${commit}`));
  return [
    `\`${row.row}\``,
    row.class,
    [...trained, ...limit].join(', '),
    describePublished(row),
    measured === null ? 'not yet' : meanAndSpread(runs.map(({ accuracy }) => accuracy / 100)),
    measured === null || measured.n === seeds.length ? `${seeds.length}` : `${measured.n} of ${seeds.length}`,
    describeWanted(row),
    minutes === null ? '' : `${minutes}`,
    runs.find((run) => run.plannedBytes !== undefined)?.plannedBytes?.toLocaleString('en-US') ?? '',
    [...places].join('; '),
  ];
}

/** Of less data or fewer passes a published accuracy is told, and not compared with. */
export function describePublished({ published, tag, class: kind }: Row): string {
  if (published === null) return '';
  if ('below' in published) return `at most ${published.below} below the control (${tag})`;
  const { accuracy, deviation, epochs } = published as Published & { readonly accuracy: number; deviation?: number };
  const figure = `${accuracy}${deviation === undefined ? '' : ` ± ${deviation}`} (${tag})`;
  return kind === 'whole' ? figure : `no comparison: ${figure} after ${epochs ?? 'unknown'} epochs`;
}

function describeWanted({ wanted, holds }: Row): string {
  if (wanted === null) return '';
  return `${holds === false ? '**missed**: ' : ''}${wanted.toFixed(2)}${holds === null ? ', not judged yet' : ''}`;
}
