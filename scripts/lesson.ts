// `npm run lesson [-- --rule <name>] [--storage <name>] [--orders <n>] [--quick] [--json]`: what a lesson of the page
// teaches, by the page's own code. For a rule on every network that the page offers it on, fresh and after its warm-up,
// five digits are taught once each, in twenty choices and orders by five hands. Asked are the five drawings, five
// others of the same hand, and shapes that are no digit. Exits with 1 where a cell falls short. The lesson was chosen
// by other hands than these, but with the same shapes; its rates by other shapes, too.
//
// `--rule`: one of the index, again for more, or `all`; default: tpSGD, DRTP and the control.
// `--storage`: a number format or device of the indexes; default: f32.
// `--quick`: one hand and two orders of the page's first choice; needs no data.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import {
  digits,
  FIRST,
  isStored,
  learnerOptions,
  networks,
  ruleNames,
  titleOf,
  WARM_UP,
  type Choice,
  type NetworkName,
} from '../demos/draw/choices.ts';
import type { Example } from '../demos/draw/drawings.ts';
import { teach } from '../demos/draw/lesson.ts';
import { refusalOf } from '../demos/draw/offers.ts';
import { synthetic, warmUp } from '../demos/draw/warm-up.ts';
import { shuffled } from '../src/data/index.ts';
import { createWorkerLearner, type WorkerLearner } from '../src/worker/index.ts';
import { AGAIN, penHands, shapes, syntheticHand, type Hand } from './hands.ts';
import { markdownTable } from '../bench/shared/markdown.ts';
import { meanOf } from '../bench/shared/spread.ts';

/** Right of five, in the mean of the hand that is read worst. */
const TAUGHT_LEAST = 4.5;
/** After the warm-up. */
const OTHERS_LEAST = 4;
/** The share of shapes that are called a digit with certainty: one of the ten, a T, is much like a 7. */
const CERTAIN_MOST = 0.1;
const CERTAIN = 0.99;

interface Trial {
  /** Right of five. */
  readonly taught: number;
  readonly others: number;
  /** Others, before the lessons. */
  readonly before: number;
  /** Shares: shapes called a digit with certainty, and digits of unknown writers that are right. */
  readonly certain: number;
  readonly strangers: number;
  /** Of a lesson. */
  readonly steps: number;
}

interface Row extends Choice {
  readonly warmedUp: number;
  /** Share of digits of unknown writers that are right before the lessons. */
  readonly strangersBefore: number;
  /** The trials of each hand. */
  readonly hands: readonly (readonly Trial[])[];
}

const { values } = parseArgs({
  options: {
    rule: { type: 'string', multiple: true, default: ['tpsgd', 'drtp', 'backprop'] },
    storage: { type: 'string', default: 'f32' },
    orders: { type: 'string', default: '20' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const { quick: isQuick, json: isJson } = values;
const unknown = values.rule.find((name) => name !== 'all' && !(ruleNames as readonly string[]).includes(name));
if (unknown !== undefined) throw new Error(`there is no rule '${unknown}', wanted ${ruleNames.join(', ')} or all`);
if (!isStored(values.storage)) throw new Error(`there is no number format or device '${values.storage}'`);
const strangers = Array.from({ length: 200 }, (_, at) => synthetic(2 ** 29 + at));
const orders = isQuick ? 2 : Number(values.orders);
const hands = isQuick ? [syntheticHand(1)] : [...[1, 2, 3].map(syntheticHand), ...(await penHands('test', [1, 2]))];

async function ask(learner: WorkerLearner, pictures: readonly Uint8Array[]) {
  const scores = await learner.predict(pictures);
  return pictures.map((_, row) => {
    const own = scores.subarray(row * digits.length, (row + 1) * digits.length);
    const confidence = Math.max(...own);
    return { label: digits[own.indexOf(confidence)], confidence };
  });
}

async function countRight(learner: WorkerLearner, examples: readonly Example[]): Promise<number> {
  const pictures = examples.map(({ picture }) => picture);
  return (await ask(learner, pictures)).filter(({ label }, at) => label === examples[at].label).length;
}

async function giveLessons(learner: WorkerLearner, hand: Hand, order: number, warmedUp: number): Promise<Trial> {
  const five = [...shuffled(digits.length, order)].slice(0, 5);
  const draw = (take: number): Example[] =>
    five.map((digit) => ({ label: digits[digit], picture: hand.draw(digit, take) }));
  const [drawings, again] = [draw(0), draw(1 + (order % AGAIN))];
  const before = await countRight(learner, again);
  let steps = 0;
  for (const [at, drawing] of drawings.entries()) {
    steps += (await teach(learner, drawing, { drawings: drawings.slice(0, at), warmedUp })).steps / drawings.length;
  }
  const answers = await ask(learner, shapes);
  const certain = answers.filter(({ confidence }) => confidence >= CERTAIN).length / shapes.length;
  return {
    taught: await countRight(learner, drawings),
    others: await countRight(learner, again),
    before,
    certain,
    strangers: (await countRight(learner, strangers)) / strangers.length,
    steps,
  };
}

/** All trials begin with the same weights. */
async function tryLessons(choice: Choice, learner: WorkerLearner, warmedUp: number): Promise<Row> {
  const weights = await learner.save();
  const strangersBefore = (await countRight(learner, strangers)) / strangers.length;
  const trials: Trial[][] = hands.map(() => []);
  for (const [at, hand] of hands.entries()) {
    for (let order = 0; order < orders; order++) {
      await learner.restore(weights);
      trials[at].push(await giveLessons(learner, hand, order, warmedUp));
    }
  }
  await learner.restore(weights);
  return { ...choice, warmedUp, strangersBefore, hands: trials };
}

async function tryChoice(choice: Choice): Promise<Row[]> {
  const learner = await createWorkerLearner(learnerOptions(choice));
  const fresh = await tryLessons(choice, learner, 0);
  for await (const _ of warmUp(learner, { first: 0, count: WARM_UP, drawings: [] }));
  const warm = await tryLessons(choice, learner, WARM_UP);
  await learner.dispose();
  return [fresh, warm];
}

/** Mean and standard deviation over the trials, and the mean of the worst hand. */
function figures({ hands: trials }: Row, of: keyof Trial) {
  const all = trials.flat().map((trial) => trial[of]);
  const centre = meanOf(all);
  const spread = Math.sqrt(meanOf(all.map((value) => (value - centre) ** 2)));
  return { mean: centre, spread, worst: Math.min(...trials.map((own) => meanOf(own.map((trial) => trial[of])))) };
}

function judge(row: Row) {
  const { rule, network, storage, warmedUp, strangersBefore } = row;
  const of = {
    taught: figures(row, 'taught'),
    others: figures(row, 'others'),
    before: figures(row, 'before'),
    certain: figures(row, 'certain'),
    strangers: figures(row, 'strangers'),
    steps: figures(row, 'steps'),
  };
  const holds =
    of.taught.worst >= TAUGHT_LEAST &&
    (warmedUp === 0 || of.others.worst >= OTHERS_LEAST) &&
    of.certain.mean <= CERTAIN_MOST;
  return { rule, network, storage, warmedUp, holds, strangersBefore, ...of };
}

const offered = ruleNames
  .filter((rule) => values.rule.includes(rule) || values.rule.includes('all'))
  .flatMap((rule) =>
    (Object.keys(networks) as NetworkName[]).map((network) => ({ rule, network, storage: values.storage })),
  )
  .filter((choice) => refusalOf(choice) === null);
const tried: Row[][] = [];
const waiting = (isQuick ? [FIRST] : offered).entries();
const tryNext = async (): Promise<void> => {
  for (const [at, choice] of waiting) tried[at] = await tryChoice(choice);
};
// one iterator for all: a choice is taken by who is free
await Promise.all(Array.from({ length: availableParallelism() }, tryNext));
const rows = tried.flat().map(judge);
const ok = rows.every(({ holds }) => holds);
if (isJson) console.log(JSON.stringify({ ok, hands: hands.map(({ name }) => name), orders, rows }));
else {
  const right = ({ mean: centre, spread, worst }: (typeof rows)[number]['taught']): string =>
    `${centre.toFixed(2)} ± ${spread.toFixed(2)} (${worst.toFixed(2)})`;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(
    `right of 5, mean ± deviation (worst hand); ${hands.map(({ name }) => name).join(', ')}; ${orders} orders`,
  );
  const header = [
    'rule and network',
    '',
    'taught',
    'others',
    'others before',
    'shapes at 99 %',
    'unknown writers',
    'steps',
  ];
  const cells = rows.map(({ rule, network, storage, warmedUp, holds, strangersBefore, ...of }) => [
    `${holds ? '' : 'misses: '}${titleOf({ rule, network, storage })}`,
    warmedUp === 0 ? 'fresh' : 'warm',
    ...[of.taught, of.others, of.before].map(right),
    percent(of.certain.mean),
    warmedUp === 0 ? '' : `${percent(strangersBefore)}, then ${percent(of.strangers.mean)}`,
    of.steps.mean.toFixed(1),
  ]);
  console.log(markdownTable(header, cells));
}
process.exitCode = ok ? 0 : 1;
