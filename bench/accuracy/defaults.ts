// `npx tsx bench/accuracy/defaults.ts [set ...]`: every rule as it comes, without an option, on pixels, tables and
// MFCC, beside what is answered without learning and scikit-learn's perceptron as it comes. A set is a name of below,
// or a path that `onward train --data` takes. Exits with 1 where a rule is more than ten points below it, but for those
// that ask for more than a default.
//
//   --validation   judges by a fifth of what is learned from instead: for choosing defaults
//   --json         the rows as data

import { parseArgs } from 'node:util';
import {
  createLearner,
  classification,
  dense,
  DivergenceError,
  type Judgement,
  regression,
  sequential,
  type Task,
} from '../../src/index.ts';
import { commonestShare, type Dataset, hasLabels, split, subset, type TrainTest } from '../../src/data/dataset.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { rules, type RuleName } from '../../src/forward-only/index.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { windowFeatures } from './window-features.ts';
import { askScikit } from './scikit/scikit.ts';
import { r2 } from './tasks/score.ts';
import { tellRows } from '../shared/verdict.ts';

/** Most samples to learn from: the sets stand for kinds, not for records. */
const MOST = 3000;
/** Samples that pass by in all, so that each set takes its time. */
const PASSED = 24_000;
/** Points that a rule may be below scikit-learn's perceptron. */
const TOLERANCE = 10;
/** Of these a default is not enough. */
const exempt: readonly RuleName[] = [
  'zerothOrder', // one random direction a step
  'decolle', // each layer by an answer of its own, which nothing adds up
  'contrastiveForward', // goodness without a bound, and here units are tanh
  'stdp', // rate-coded spikes, without labels
];

const sets: Readonly<Record<string, () => Promise<TrainTest>>> = {
  mnist: () => loadDataset('mnist'),
  pendigits: () => loadDataset('pendigits'),
  'kws01-mfcc': () => loadDataset('kws01-mfcc'),
  'hapt-har': async () => windowFeatures(await loadDataset('hapt-har')),
  'synthetic-regression': () => loadDataset('synthetic-regression', { values: true }),
};

/** Every so many rows of it, one behind the other, as a table. */
function thinned<Set extends Dataset>(set: Set): Set {
  const step = Math.max(1, set.count / MOST);
  const rows = Array.from({ length: Math.min(MOST, set.count) }, (_, at) => Math.floor(at * step));
  return { ...subset(set, rows), inputShape: [elementsOf(set.inputShape)] };
}

async function load(name: string, isValidation: boolean): Promise<TrainTest> {
  const { train, test } = await (sets[name]?.() ?? loadDataset(name));
  if (!isValidation) return { train: thinned(train), test: thinned(test) };
  const { train: rest, validation } = split(thinned(train), 0.2, 1);
  return { train: rest, test: validation };
}

/** Rows of class numbers or values, as the trials of bench/accuracy/tasks have them. */
const valued = (set: Dataset) =>
  hasLabels(set) ? { ...set, targets: Float32Array.from(set.labels), targetNames: ['class'] } : set;

/** A share of right answers, or r2; NaN where it diverges. */
async function learn(name: RuleName, { train, test }: TrainTest): Promise<number> {
  const outputs = hasLabels(train) ? train.classNames : train.targetNames;
  const task: Task<Judgement> = hasLabels(train) ? classification({ names: outputs }) : regression(outputs);
  const network = sequential(train.inputShape, [dense(256, { activation: 'tanh' }), dense(outputs.length)]);
  const learner = await createLearner({ network, rule: rules[name](), task });
  const epochs = Math.max(5, Math.round(PASSED / train.count));
  const targetsOf = (set: Dataset) => (hasLabels(set) ? set.labels : set.targets);
  try {
    await learner.fit(train.inputs, targetsOf(train), { epochs });
  } catch (error) {
    if (error instanceof DivergenceError) return Number.NaN;
    throw error;
  }
  const { accuracy, r2: explained } = learner.evaluate(test.inputs, targetsOf(test)) as unknown as Figures;
  return accuracy ?? explained ?? Number.NaN;
}

type Figures = Readonly<Partial<Record<'accuracy' | 'r2', number>>>;

function scikit({ train, test }: TrainTest): number {
  const data = { train: valued(train), test: valued(test) };
  const model = hasLabels(train) ? 'MLPClassifier' : 'MLPRegressor';
  const answers = askScikit({ model, standardize: true }, data);
  if (!hasLabels(test)) return r2.of(answers, test.targets, test.targetNames.length);
  return answers.filter((answer, row) => answer === test.labels[row]).length / test.count;
}

interface Row {
  readonly set: string;
  readonly name: string;
  readonly score: number;
  readonly holds: boolean;
}

async function* judge(set: string, data: TrainTest): AsyncGenerator<Row> {
  const reference = scikit(data);
  const kind = hasLabels(data.train) ? 'classification' : 'regression';
  for (const name of (Object.keys(rules) as RuleName[]).filter((each) => rules[each]().learns.includes(kind))) {
    const score = await learn(name, data);
    yield { set, name, score, holds: exempt.includes(name) || score >= reference - TOLERANCE / 100 };
  }
  yield { set, name: 'scikit-learn', score: reference, holds: true };
  yield { set, name: 'not learned', score: hasLabels(data.test) ? commonestShare(data.test) : 0, holds: true };
}

async function* judgeAll(names: readonly string[], isValidation: boolean): AsyncGenerator<Row> {
  for (const name of names) yield* judge(name, await load(name, isValidation));
}

const describe = ({ set, name, score, holds }: Row): string =>
  [set.padEnd(24), name.padEnd(14), (100 * score).toFixed(1).padStart(8), holds ? '' : 'FALLS SHORT']
    .join(' ')
    .trimEnd();

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({ options: { validation: flag, json: flag }, allowPositionals: true });
  await tellRows(
    judgeAll(positionals.length > 0 ? positionals : Object.keys(sets), values.validation),
    describe,
    values.json,
  );
}

await main();
