// `npx tsx bench/accuracy/tasks.ts [name ...]`: tasks that are no classification, learned by the control, tpSGD and
// Mono-Forward, beside what is answered without learning and scikit-learn's perceptron on the same split. A rule that
// goes less than half of the control's way does not learn here. Exits with 1 where a control does not reach what it has
// to. Data come from $ONWARD_DATA.
//
//   --validation   judges by the last tenth of what is learned from instead: for choosing settings
//   --alone        without scikit-learn
//   --json         the reports as data

import { parseArgs } from 'node:util';
import { createLearner, DivergenceError, RuleError } from '../../src/index.ts';
import { subset, type TrainTest, type ValueSet } from '../../src/data/dataset.ts';
import { trials } from './tasks/index.ts';
import { askScikit } from './scikit/scikit.ts';
import { shareOfControl } from './tasks/score.ts';
import type { Contender, Trial } from './tasks/trial.ts';

interface Row {
  readonly name: string;
  readonly network: string;
  /** Null where there are no answers; `note` says why. */
  readonly score: number | null;
  /** Of the way from the trivial answer to the control. */
  readonly share: number | null;
  readonly plannedBytes: number | null;
  readonly note: string;
}

interface Report {
  readonly name: string;
  readonly about: string;
  readonly metric: string;
  readonly trivial: number;
  readonly wanted: string;
  readonly holds: boolean;
  readonly rows: readonly Row[];
}

/** Of the control's way from the trivial answer: with less a rule does not learn here. */
const LEAST_SHARE = 0.5;

/** The last tenth of what is learned from stands in for the other part. */
function heldOut({ train }: TrainTest<ValueSet>): TrainTest<ValueSet> {
  const first = Math.floor(train.count * 0.9);
  const rows = Array.from({ length: train.count }, (_, row) => row);
  return { train: subset(train, rows.slice(0, first)), test: subset(train, rows.slice(first)) };
}

interface Answered {
  readonly answers: Float32Array | null;
  readonly plannedBytes: number | null;
  readonly note: string;
}

async function learn(trial: Trial, contender: Contender, { train, test }: TrainTest<ValueSet>): Promise<Answered> {
  const { rule, network, batchSize, epochs } = contender;
  const task = trial.task();
  try {
    const learner = await createLearner({ network, rule, task, batchSize, standardize: false, seed: 1 });
    const { plannedBytes } = learner.memory();
    const targets = task.kind === 'reconstruction' ? null : train.targets;
    await learner.fit(train.inputs, targets, { epochs });
    return { answers: learner.predict(test.inputs), plannedBytes, note: '' };
  } catch (error) {
    if (!(error instanceof DivergenceError || error instanceof RuleError)) throw error;
    return { answers: null, plannedBytes: null, note: error.message };
  }
}

async function judge(trial: Trial, data: TrainTest<ValueSet>, isAlone: boolean, tell: Tell): Promise<Report> {
  const { name, about, score, contenders, wanted, scikit } = trial;
  const scoreOf = (answers: Float32Array): number => score.of(answers, data.test.targets, data.test.targetNames.length);
  const trivial = scoreOf(trial.trivial.answers(data));
  tell(`${name}: ${about}. ${score.name} of ${trial.trivial.name} ${trivial.toFixed(4)}; control: ${wanted.name}`);
  const rows: Row[] = [];
  const add = (who: string, network: string, { answers, plannedBytes, note }: Answered): void => {
    const own = answers === null ? null : scoreOf(answers);
    const control = rows.length === 0 ? own : rows[0].score;
    const share = own === null || control === null ? null : shareOfControl(own, control, trivial);
    const isIdle = share !== null && share < LEAST_SHARE;
    rows.push({ name: who, network, score: own, share, plannedBytes, note: isIdle ? 'does not learn here' : note });
    tell(describe(rows[rows.length - 1]));
  };
  for (const contender of contenders) add(contender.rule.name, contender.shape, await learn(trial, contender, data));
  if (!isAlone) {
    const answers = askScikit(scikit, data);
    add(`scikit-learn ${scikit.model}`, `one layer of ${scikit.hidden}`, { answers, plannedBytes: null, note: '' });
  }
  const holds = rows[0].score !== null && wanted.holds(rows[0].score, trivial);
  tell(`  ${holds ? 'holds' : 'FAILS'}\n`);
  return { name, about, metric: score.name, trivial, wanted: wanted.name, holds, rows };
}

type Tell = (line: string) => void;

function describe({ name, network, score, share, plannedBytes, note }: Row): string {
  const planned = plannedBytes === null ? '' : `${plannedBytes.toLocaleString('en')} B`;
  const reached = score === null ? '-' : score.toFixed(4);
  const way = share === null ? '' : `${(100 * share).toFixed(0)} %`;
  const cells = [name.padEnd(28), network.padEnd(34), reached.padStart(8), way.padStart(7), planned.padStart(14), note];
  return `  ${cells.join('  ').trimEnd()}`;
}

/** The trials that are asked for by name, all without any. */
function chosenBy(names: readonly string[]): readonly Trial[] {
  const unknown = names.find((asked) => !trials.some(({ name }) => name === asked));
  if (unknown === undefined) return trials.filter(({ name }) => names.length === 0 || names.includes(name));
  throw new Error(`no trial is named ${unknown}; there are ${trials.map(({ name }) => name).join(', ')}`);
}

async function main(): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    options: { validation: flag, alone: flag, json: flag },
    allowPositionals: true,
  });
  const reports: Report[] = [];
  for (const trial of chosenBy(positionals)) {
    const whole = await trial.load();
    const data = values.validation ? heldOut(whole) : whole;
    reports.push(await judge(trial, data, values.alone, (line) => !values.json && console.log(line)));
  }
  const ok = reports.every(({ holds }) => holds);
  if (values.json) console.log(JSON.stringify({ ok, reports }));
  process.exitCode = ok ? 0 : 1;
}

if (import.meta.filename === process.argv[1]) await main();
