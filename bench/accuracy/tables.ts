// `npx tsx bench/accuracy/tables.ts`: the four tables that scikit-learn ships, learned by `onward train --data FILE`
// and nothing else, by tpSGD and the control, beside scikit-learn's own perceptron as it comes, behind its
// StandardScaler, on the same rows. A seed draws the fifth that judges, and the first weights. Exits with 1 where a
// mean is more than two points lower.
//
//   --validation   judges by a fifth of what is learned from instead: for choosing defaults
//   --json         the rows as data

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { split, type LabelledSet, type TrainTest, type ValueSet } from '../../src/data/dataset.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { askOnward, type Told, toArguments } from '../shared/ask-onward.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';
import { ensurePython } from '../../tools/python.ts';
import { askScikit, environment } from './scikit/scikit.ts';
import { tellRows } from '../shared/verdict.ts';

const tables = ['iris.csv', 'wine_data.csv', 'breast_cancer.csv', 'digits.csv.gz'];
const ruleNames = ['tpsgd', 'backprop'];
const seeds = [1, 2, 3, 4, 5];
/** Points that a rule may be below. */
const TOLERANCE = 2;
const VALIDATION = 0.2;

/** Where the installed scikit-learn has its tables. */
function tablesFolder(): string {
  const ask = 'import pathlib, sklearn.datasets as d; print(pathlib.Path(d.__file__).parent / "data")';
  return execFileSync(ensurePython(environment), ['-c', ask], { encoding: 'utf8' }).trim();
}

/** What `onward train --data FILE` reaches by its defaults. */
const learn = (told: Told): number =>
  askOnward<{ readonly accuracy: number }>(['train', ...toArguments(told)]).accuracy;

/** The rows that `learn` learns from, and those that judge. */
async function rowsOf(file: string, seed: number, isValidation: boolean): Promise<TrainTest<LabelledSet>> {
  const { train, test } = await loadDataset(file, { seed });
  if (!isValidation) return { train, test };
  const { train: rest, validation } = split(train, VALIDATION, seed);
  return { train: rest, test: validation };
}

const asValues = (set: LabelledSet): ValueSet => ({
  ...set,
  targets: Float32Array.from(set.labels),
  targetNames: ['y'],
});

function scikit({ train, test }: TrainTest<LabelledSet>, seed: number): number {
  const data = { train: asValues(train), test: asValues(test) };
  const answers = askScikit({ model: 'MLPClassifier', standardize: true, seed }, data);
  return answers.filter((answer, row) => answer === test.labels[row]).length / test.count;
}

interface Row {
  readonly table: string;
  readonly name: string;
  /** Of each seed, as shares. */
  readonly accuracies: readonly number[];
  readonly holds: boolean;
}

async function compare(folder: string, table: string, isValidation: boolean): Promise<Row[]> {
  const file = join(folder, table);
  const reference: number[] = [];
  for (const seed of seeds) reference.push(scikit(await rowsOf(file, seed, isValidation), seed));
  const least = meanOf(reference) - TOLERANCE / 100;
  const judged: Told = isValidation ? { validation: VALIDATION } : {};
  const own = ruleNames.map((rule) => {
    const accuracies = seeds.map((seed) => learn({ data: file, rule, seed, ...judged }));
    return { table, name: rule, accuracies, holds: meanOf(accuracies) >= least };
  });
  return [...own, { table, name: 'scikit-learn', accuracies: reference, holds: true }];
}

async function* compareAll(isValidation: boolean): AsyncGenerator<Row> {
  const folder = tablesFolder();
  for (const table of tables) yield* await compare(folder, table, isValidation);
}

const describe = ({ table, name, accuracies, holds }: Row): string =>
  [table.padEnd(18), name.padEnd(13), meanAndSpread(accuracies).padEnd(14), holds ? '' : 'FALLS SHORT']
    .join(' ')
    .trimEnd();

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { validation: flag, json: flag } });
  await tellRows(compareAll(values.validation), describe, values.json);
}

await main();
