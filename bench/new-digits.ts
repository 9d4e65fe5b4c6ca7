// `npx tsx bench/new-digits.ts [--json] [--speaker <name>]...`: the keyword network of MLPerf Tiny, base DS-CNN, learns
// two new digits and a new speaker in one and in two pages of WebAssembly memory (64 KiB each). The control trains
// it on
// eight spoken digits of three speakers, MFCC by this library. Then it hears ten examples of each of ten digits of the
// fourth, one at a time, and remembers some of what it was trained on. Told are planned = touched bytes, and accuracy
// before and after: on the rest of the new speaker, of these the two new digits, and on what the others said of the
// eight old ones, which may be forgotten.
//
// Each speaker is the new one in turn, but the first: on that one the rates were chosen. Exits with 1 where the head
// alone needs more than a page, or keeps less than 12 KB of data; all layers by Mono-Forward more than two, or the
// control in int8 no more; where all layers end below the head alone, the row says so.

import { parseArgs } from 'node:util';
import {
  adam,
  backprop,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  globalAveragePool,
  int8,
  int8Activations,
  type LocalLearner,
  type Optimizer,
  type CreateOptions,
  monoForward,
  sequential,
  sgd,
} from '../src/index.ts';
import { type LabelledSet, shuffled, split, subset } from '../src/data/index.ts';
import { loadDataset } from '../src/data/node/sources.ts';
import { meanAndSpread, meanOf } from './spread.ts';

const [SPEAKERS, OLD, EXAMPLES, EXEMPLARS] = [['george', 'jackson', 'lucas', 'yweweler'], 8, 10, 100];
const [PAGE, KEPT] = [64 * 1024, 12 * 1024];
const [BASE_EPOCHS, EPOCHS, SEED] = [30, 20, 1];
/** Chosen on the first speaker, as are the rates. */
const RATIO = 2;

const same = { activation: 'relu', padding: 'same' } as const;
const network = sequential(
  [49, 10, 1],
  [
    conv2d(64, [10, 4], { ...same, stride: 2 }),
    ...[1, 2, 3, 4].flatMap(() => [depthwiseConv2d(3, same), conv2d(64, 1, same)]),
    globalAveragePool(),
    dense(OLD),
  ],
);
const common = { network, seed: SEED, standardize: false } as const;
const bytes = { storage: int8(), activations: int8Activations() } as const;
const clips = { capacity: EXEMPLARS, element: 'int8', ratio: RATIO } as const;
const features = { capacity: 170, element: 'int8', of: 'globalAveragePool_1', ratio: RATIO } as const;
const falling = (rate: number): Optimizer => sgd(rate, { schedule: 'linear' });

interface Way {
  readonly name: string;
  /** Most pages; 0: there is no limit. */
  readonly pages: number;
  readonly options: Pick<CreateOptions, 'rule' | 'storage' | 'activations' | 'replay'>;
}

const WAYS: readonly Way[] = [
  { name: 'control, f32', pages: 0, options: { rule: backprop({ optimizer: falling(0.005) }), replay: clips } },
  {
    name: 'control, int8',
    pages: 0,
    options: { rule: backprop({ optimizer: falling(0.005) }), ...bytes, replay: clips },
  },
  {
    name: 'head, int8',
    pages: 1,
    options: { rule: backprop({ optimizer: falling(0.05) }), ...bytes, replay: features },
  },
  {
    name: 'monoForward, int8',
    pages: 2,
    options: {
      rule: monoForward({ optimizer: falling(0.05), projection: 'pooled', predictBy: 'last' }),
      ...bytes,
      replay: clips,
    },
  },
];

interface Meeting {
  /** What the base learns from, and what of the others is kept aside. */
  readonly base: LabelledSet;
  readonly held: LabelledSet;
  /** Of the new speaker. */
  readonly examples: LabelledSet;
  readonly rest: LabelledSet;
}

const rowsOf = (set: LabelledSet, keep: (label: number) => boolean): LabelledSet =>
  subset(
    set,
    [...set.labels.keys()].filter((row) => keep(set.labels[row])),
  );

async function meet(speaker: string): Promise<Meeting> {
  const { train, test } = await loadDataset('fsdd', { testGroups: [speaker] });
  const { train: base, validation: held } = split(
    rowsOf(train, (label) => label < OLD),
    0.2,
    SEED,
  );
  const wanted = test.classNames.map(() => EXAMPLES);
  const [chosen, rest]: [number[], number[]] = [[], []];
  for (const row of shuffled(test.count, SEED)) (wanted[test.labels[row]]-- > 0 ? chosen : rest).push(row);
  return { base, held, examples: subset(test, chosen), rest: subset(test, rest) };
}

const classes = { names: Array.from({ length: OLD }, (_, digit) => String(digit)), capacity: 10 };

async function trainBase({ base }: Meeting): Promise<LocalLearner> {
  const rule = backprop({ optimizer: adam(0.002, { schedule: 'linear' }) });
  const learner = await createLearner({ ...common, rule, classes });
  await learner.fit(base.inputs, base.labels, { epochs: BASE_EPOCHS });
  return learner;
}

/** Accuracy on the new speaker, on the two new digits of that, and on the old ones of the others. */
interface Heard {
  readonly speaker: number;
  readonly digits: number;
  readonly old: number;
}

function listen(learner: LocalLearner, { rest, held }: Meeting): Heard {
  const added = rowsOf(rest, (label) => label >= OLD);
  const [speaker, digits, old] = [rest, added, held].map((set) => learner.evaluate(set.inputs, set.labels).accuracy);
  return { speaker, digits, old };
}

interface Learned {
  readonly before: Heard;
  readonly after: Heard;
  readonly plannedBytes: number;
  readonly dataBytes: number;
  readonly isTouched: boolean;
}

async function learn({ options }: Way, meeting: Meeting, base: LocalLearner): Promise<Learned> {
  const { base: known, examples } = meeting;
  const learner = await createLearner({ ...common, ...options, classes, batchSize: 1 });
  learner.setWeights(base.weights());
  if (options.activations !== undefined) learner.calibrate(known.inputs);
  const old = learner.evaluate(meeting.held.inputs, meeting.held.labels).accuracy;
  for (const name of ['8', '9']) learner.addClass(name);
  learner.remember(known.inputs, known.labels);
  const before = { ...listen(learner, meeting), old };
  await learner.fit(examples.inputs, examples.labels, { epochs: EPOCHS });
  const after = listen(learner, meeting);
  const { plannedBytes, usedBytes, strayBytes, byRole } = learner.memory();
  return {
    before,
    after,
    plannedBytes,
    dataBytes: byRole.data ?? 0,
    isTouched: usedBytes === plannedBytes && strayBytes === 0,
  };
}

interface Row {
  readonly way: string;
  readonly pages: number;
  readonly learned: readonly Learned[];
}

function describe({ way, pages, learned }: Row): string {
  const [{ plannedBytes, dataBytes }] = learned;
  const told = (when: 'before' | 'after', what: keyof Heard): string =>
    meanAndSpread(learned.map((each) => each[when][what]));
  const changes = (['speaker', 'digits', 'old'] as const).map(
    (what) => `${told('before', what)} -> ${told('after', what)}`,
  );
  const size = `${plannedBytes.toLocaleString('en')} B, ${pages} pages, ${dataBytes.toLocaleString('en')} of data`;
  return `| ${[way, size, ...changes].join(' | ')} |`;
}

/** What does not hold, a line each. */
function faultsOf(rows: readonly Row[]): string[] {
  const of = (name: string): Row | undefined => rows.find(({ way }) => way === name);
  const [control, head, all] = ['control, int8', 'head, int8', 'monoForward, int8'].map(of);
  const faults = rows.flatMap(({ way, learned }) =>
    learned.every(({ isTouched }) => isTouched) ? [] : [`${way}: planned is not what was touched`],
  );
  for (const { name, pages } of WAYS) {
    const row = of(name);
    if (pages > 0 && row !== undefined && row.pages > pages)
      faults.push(`${name}: ${row.pages} pages, wanted ${pages}`);
  }
  if (head !== undefined && head.learned[0].dataBytes < KEPT)
    faults.push(`head, int8: less than ${KEPT} bytes of data`);
  if (control !== undefined && control.pages <= 2) faults.push('control, int8: it fits two pages too');
  const speaker = (row: Row | undefined): number => meanOf((row?.learned ?? []).map(({ after }) => after.speaker));
  if (speaker(all) < speaker(head))
    faults.push('monoForward, int8: the memory fits, the learning does not: below the head');
  return faults;
}

async function main(speakers: readonly string[], isJson: boolean): Promise<void> {
  const results = new Map<string, Learned[]>(WAYS.map(({ name }) => [name, []]));
  for (const speaker of speakers) {
    const meeting = await meet(speaker);
    const base = await trainBase(meeting);
    for (const way of WAYS) results.get(way.name)?.push(await learn(way, meeting, base));
  }
  const rows = [...results].map(([way, learned]) => ({
    way,
    pages: Math.ceil(learned[0].plannedBytes / PAGE),
    learned,
  }));
  const faults = faultsOf(rows);
  if (isJson) console.log(JSON.stringify({ ok: faults.length === 0, faults, rows }));
  else
    console.log(
      ['| way | memory | new speaker | new digits | old digits of others |', ...rows.map(describe), ...faults].join(
        '\n',
      ),
    );
  if (faults.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, speaker: { type: 'string', multiple: true } } });
await main(values.speaker ?? SPEAKERS.slice(1), values.json === true);
