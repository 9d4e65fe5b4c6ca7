// Measures rows of docs/results.md: each seed of each, one after the other, gone on with where it was ended; what was
// measured is written when a seed is done, with the table.

import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Recipe, mustOf, trainArguments } from '../bench/recipes/recipe.ts';
import { recipes } from '../bench/recipes/index.ts';
import {
  commandOf,
  fileOf,
  type Measured,
  resultsTable,
  type Row,
  type Run,
  rowsOf,
  runsOf,
} from '../bench/recipes/results.ts';
import { emptyPage, withPart } from '../bench/shared/marked.ts';
import { DivergenceError } from '../src/index.ts';
import { writeAtomically } from '../src/data/node/write-file.ts';
import { begin } from './begin.ts';
import { figuresOf } from './choose-task.ts';
import { parseOptions, UsageError } from './command.ts';
import { train } from './commands/train.ts';
import { memoryRow } from './measure-memory.ts';
import { commitNow, root } from './own-package.ts';
import { resume } from './resume.ts';

export interface Place {
  /** Of one JSON file a row. */
  readonly folder: string;
  /** Of the states of what is not done. */
  readonly states: string;
  /** Holds the table. */
  readonly page: string;
}

/** In a checkout, what the repository keeps; elsewhere, and where a folder is asked for, that folder. */
export function placeOf(asked: string | undefined): Place {
  const isCheckout = existsSync(join(root, 'bench'));
  if (asked === undefined && isCheckout) {
    const [folder, states] = [join(root, 'bench/measured'), join(root, 'build/reproduce')];
    return { folder, states, page: join(root, 'docs/results.md') };
  }
  const folder = asked ?? 'onward-reproduce';
  return { folder, states: folder, page: join(folder, 'results.md') };
}

/** The rows that are asked for, by name or by group, all without any. @throws UsageError for a name there is not. */
export function chooseRows(names: readonly string[]): readonly Recipe[] {
  const isAsked = (asked: string, { name }: Recipe): boolean => name === asked || name.startsWith(`${asked}-`);
  const unknown = names.find((asked) => !recipes.some((recipe) => isAsked(asked, recipe)));
  if (unknown !== undefined) throw new UsageError(`there is no row '${unknown}'; see onward reproduce --list`);
  return recipes.filter((recipe) => names.length === 0 || names.some((asked) => isAsked(asked, recipe)));
}

/** Rows as they were measured. */
export function tellRows(chosen: readonly Recipe[], { folder }: Place): Row[] {
  const names = chosen.map(({ name }) => name);
  return rowsOf(recipes, folder).filter(({ row }) => names.includes(row));
}

export interface MeasureOptions {
  /** Measures again what another commit measured. */
  readonly again?: boolean;
  readonly minutes?: number;
  readonly signal?: AbortSignal;
  onRun(recipe: Recipe, run: Run): void;
}

/**
 * Measures what is not yet, behind what it is held against. Ends early, with its state kept, when the signal fires.
 * @throws DivergenceError of the first row that diverged, when all others are done.
 */
export async function measureRows(chosen: readonly Recipe[], place: Place, options: MeasureOptions): Promise<void> {
  const { again = false, onRun } = options;
  const against = chosen.flatMap((recipe) => {
    const must = mustOf(recipe);
    return must !== undefined && 'of' in must ? [must.of] : [];
  });
  const ordered = new Set([...recipes.filter(({ name }) => against.includes(name)), ...chosen]);
  const commit = commitNow();
  const diverged: DivergenceError[] = [];
  for (const recipe of ordered) {
    for (const seed of recipe.seeds) {
      const known = runsOf(place.folder, recipe).find((run) => run.seed === seed);
      if (known !== undefined && (!again || known.commit === commit)) continue;
      const measured = await measure(recipe, seed, place, options).catch((error: unknown) => {
        if (error instanceof DivergenceError) return error;
        throw error;
      });
      if (measured === null) return;
      if (measured instanceof DivergenceError) {
        diverged.push(measured);
        continue;
      }
      const run = { ...measured, machine, commit };
      await keep(recipe, run, place);
      onRun(recipe, run);
    }
  }
  if (diverged.length > 0) throw diverged[0];
}

/** Null where it was ended early. */
async function measure(
  recipe: Recipe,
  seed: number,
  { states }: Place,
  { minutes, signal }: MeasureOptions,
): Promise<Omit<Run, 'machine' | 'commit'> | null> {
  const args = trainArguments(recipe, seed);
  const trainee = await begin(parseOptions(train, args.slice(1)).values);
  const file = join(states, `${recipe.name}-${seed}.onward`);
  const title = `${recipe.name}, seed ${seed}  `;
  const outcome = await resume(trainee, { file, training: args.join(' '), signal, minutes, title });
  if (outcome.interrupted) return null;
  const { accuracy } = figuresOf(outcome.evaluation);
  return {
    seed,
    accuracy: Number((100 * accuracy).toFixed(4)),
    seconds: Math.round(outcome.seconds),
    plannedBytes: memoryRow(trainee.learner).plannedBytes,
    weightHash: trainee.learner.weightHash(),
  };
}

const COMMAND = 'onward reproduce';

async function keep(recipe: Recipe, run: Run, { folder, page }: Place): Promise<void> {
  const runs = [...runsOf(folder, recipe).filter(({ seed }) => seed !== run.seed), run].sort((a, b) => a.seed - b.seed);
  const measured: Measured = { row: recipe.name, command: commandOf(recipe), runs };
  await mkdir(folder, { recursive: true });
  await write(fileOf(folder, recipe), `${JSON.stringify(measured, null, 2)}\n`);
  await writePage(page, folder);
}

/** The table, between the marks of a page that has them. */
export async function writePage(page: string, folder: string): Promise<void> {
  const before = await readFile(page, 'utf8').catch(() => emptyPage(COMMAND));
  await write(page, withTable(before, folder));
}

/** Whole, as other rows may be measured beside. */
const write = (path: string, text: string): Promise<void> => writeAtomically(path, new TextEncoder().encode(text));

export const withTable = (page: string, folder: string): string =>
  withPart(page, COMMAND, resultsTable(recipes, folder));

const [{ model } = { model: 'unknown' }] = cpus();
const machine = `${model.trim()}, Node ${process.versions.node.split('.')[0]}`;
