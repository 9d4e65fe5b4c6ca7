// `npx tsx bench/accuracy/adaptation.ts [--json]`: a model meets a person. Spoken digits: each rule as it comes learns
// from all speakers but one, then five examples of each digit of that one, one by one with `learnOne`, as it comes (at
// a tenth of the rate) and at the whole rate. Judged by the rest of that speaker, and by a fifth of the others that was
// kept aside; each speaker is the new one in turn. Exits with 1 where, as it comes, the new one is not read better
// afterwards, or the others lose more than 5 points. Data come from $ONWARD_DATA.

import { parseArgs } from 'node:util';
import { backprop, createLearner, dense, drtp, monoForward, type Rule, sequential, tpsgd } from '../../src/index.ts';
import { type LabelledSet, shuffled, split, subset } from '../../src/data/index.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { elementsOf } from '../../runtime/program/layout.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';
import { tellRows } from '../shared/verdict.ts';
import { markdownRow } from '../shared/markdown.ts';

const EPOCHS = 20;
const EXAMPLES = 5;
const SEED = 1;
/** Points that the others may lose. */
const MOST_LOST = 5;

interface Person {
  /** Of the others: to learn from, and kept aside. */
  readonly others: LabelledSet;
  readonly held: LabelledSet;
  /** Of the new one: to learn one by one, in this order, and to be judged by. */
  readonly examples: LabelledSet;
  readonly rest: LabelledSet;
}

/** Some rows of each class in an order of their own, and all other rows. */
function apart(set: LabelledSet): [LabelledSet, LabelledSet] {
  const wanted = set.classNames.map(() => EXAMPLES);
  const [chosen, rest]: [number[], number[]] = [[], []];
  for (const row of shuffled(set.count, SEED)) (wanted[set.labels[row]]-- > 0 ? chosen : rest).push(row);
  return [subset(set, chosen), subset(set, rest)];
}

async function meet(speaker: string): Promise<Person> {
  const { train, test } = await loadDataset('fsdd', { testGroups: [speaker] });
  const { train: others, validation: held } = split(train, 0.2, SEED);
  const [examples, rest] = apart(test);
  return { others, held, examples, rest };
}

/** Accuracy on the new one and on the others: before, and after each way to adapt. */
async function adapt(rule: Rule, { others, held, examples, rest }: Person): Promise<[number, number][]> {
  const size = elementsOf(others.inputShape);
  const network = sequential(
    [size],
    [dense(128, { activation: 'tanh' }), dense(64, { activation: 'tanh' }), dense(10)],
  );
  const base = await createLearner({ network, rule, seed: SEED });
  await base.fit(others.inputs, others.labels, { epochs: EPOCHS });
  const restore = base.save();
  const outcomes: [number, number][] = [];
  for (const adaptation of [0, 0.1, 1]) {
    const learner = await createLearner({ network, rule, seed: SEED, adaptation, restore });
    examples.labels.forEach((label, row) => {
      learner.learnOne(examples.inputs.subarray(row * size, (row + 1) * size), label);
    });
    outcomes.push([rest, held].map((set) => learner.evaluate(set.inputs, set.labels).accuracy) as [number, number]);
  }
  return outcomes;
}

interface Row {
  readonly rule: string;
  /** Before, at a tenth of the rate and at the whole: of each person, and of the others then. */
  readonly cells: readonly { readonly person: number[]; readonly others: number[] }[];
  readonly holds: boolean;
}

async function* adaptAll(rules: readonly Rule[]): AsyncGenerator<Row> {
  const { groupNames = [] } = (await loadDataset('fsdd')).train;
  const people = await Promise.all(groupNames.map(meet));
  for (const rule of rules) {
    const outcomes: Awaited<ReturnType<typeof adapt>>[] = [];
    for (const person of people) outcomes.push(await adapt(rule, person));
    const shares = (way: number, which: 0 | 1): number[] => outcomes.map((outcome) => outcome[way][which]);
    const cells = [0, 1, 2].map((way) => ({ person: shares(way, 0), others: shares(way, 1) }));
    const [before, tenth] = cells.map(({ person, others }) => ({ person: meanOf(person), others: meanOf(others) }));
    const holds = tenth.person > before.person && 100 * (before.others - tenth.others) <= MOST_LOST;
    yield { rule: rule.name, cells, holds };
  }
}

function describe({ rule, cells, holds }: Row): string {
  const ways = cells.map(({ person, others }) => `${meanAndSpread(person)} | ${meanAndSpread(others)}`);
  return `${markdownRow([rule, ...ways])}${holds ? '' : ' falls short'}`;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
await tellRows(adaptAll([backprop(), tpsgd(), drtp(), monoForward()]), describe, values.json);
