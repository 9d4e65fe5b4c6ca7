// `npx tsx bench/memory/new-digits.ts [--json] [--speaker <name>]...`: the keyword network of MLPerf Tiny, base DS-CNN,
// learns two new digits and a new speaker in one and in two pages of WebAssembly memory (64 KiB each). The control
// trains it on eight spoken digits of three speakers, MFCC by this library. Then it hears ten examples of each of ten
// digits of the fourth, one at a time, and remembers some of what it was trained on. Told are planned = touched bytes,
// and accuracy before and after: on the rest of the new speaker, of these the two new digits, and on what the others
// said of the eight old ones, which may be forgotten.
//
// Each speaker is the new one in turn, but the first: on that one the rates were chosen. Exits with 1 where the head
// alone needs more than a page, or keeps less than 12 KB of data; all layers by Mono-Forward or channel goodness more
// than two, or the control in int8 no more; where all layers end below the head alone, the row says so, and the exit
// code is 1 where both do.

import { parseArgs } from 'node:util';
import {
  adam,
  backprop,
  channelGoodness,
  createLearner,
  dense,
  int8,
  int8Activations,
  type LocalLearner,
  type Optimizer,
  type CreateOptions,
  monoForward,
  sequential,
  sgd,
  replay,
} from '../../src/index.ts';
import { type LabelledSet, shuffled, split, subset } from '../../src/data/index.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { keywordLayers } from './keyword-network.ts';
import { describeTaken, faultsOf, FITS_ONLY, pagesOf, taken, type Taken } from './pages.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';
import { markdownRow } from '../shared/markdown.ts';

const [SPEAKERS, OLD, EXAMPLES, EXEMPLARS] = [['george', 'jackson', 'lucas', 'yweweler'], 8, 10, 100];
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
/** Bytes of what the head remembers, at least. */
const KEPT = 12 * 1024;
const [BASE_EPOCHS, EPOCHS, SEED] = [30, 20, 1];
/** Chosen on the first speaker, as are the rates. */
const RATIO = 2;

/** Declared for the first so many digits, with room for all. */
const declared = (outputs: number) => ({
  network: sequential([49, 10, 1], [...keywordLayers, dense(outputs)]),
  classes: { names: DIGITS.slice(0, outputs), capacity: DIGITS.length },
  seed: SEED,
  standardize: false as const,
});
const bytes = { storage: int8(), activations: int8Activations() } as const;
const clips = replay({ capacity: EXEMPLARS, element: 'int8', ratio: RATIO });
const features = replay({ capacity: 170, element: 'int8', of: 'globalAveragePool_1', ratio: RATIO });
const falling = (rate: number): Optimizer => sgd(rate, { schedule: 'linear' });

interface Way {
  readonly name: string;
  /** Most pages; 0: there is no limit. */
  readonly pages: number;
  /** Digits that it is declared with: channels have groups for these alone. Default: the old ones. */
  readonly outputs?: number;
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
  {
    name: 'channelGoodness, int8',
    pages: 2,
    outputs: DIGITS.length,
    options: {
      rule: channelGoodness({ optimizer: falling(0.005), normalize: false, predictBy: 'last' }),
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

async function trainBase({ base }: Meeting): Promise<LocalLearner> {
  const rule = backprop({ optimizer: adam(0.002, { schedule: 'linear' }) });
  const learner = await createLearner({ ...declared(OLD), rule });
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

interface Learned extends Taken {
  readonly before: Heard;
  readonly after: Heard;
}

async function learn({ outputs = OLD, options }: Way, meeting: Meeting, base: LocalLearner): Promise<Learned> {
  const { base: known, examples } = meeting;
  const learner = await createLearner({ ...declared(outputs), ...options, batchSize: 1 });
  learner.setWeights(base.weights());
  if (options.activations !== undefined) learner.calibrate(known.inputs);
  const old = learner.evaluate(meeting.held.inputs, meeting.held.labels).accuracy;
  for (const digit of DIGITS.slice(outputs)) learner.addClass(digit);
  learner.remember(known.inputs, known.labels);
  const before = { ...listen(learner, meeting), old };
  await learner.fit(examples.inputs, examples.labels, { epochs: EPOCHS });
  return { before, after: listen(learner, meeting), ...taken(learner) };
}

interface Row extends Way {
  readonly learned: readonly Learned[];
}

const reached = ({ learned }: Row): number => meanOf(learned.map(({ after }) => after.speaker));
const isLocal = ({ pages }: Row): boolean => pages === 2;

function describe(row: Row, head: Row): string {
  const { name, learned } = row;
  const told = (when: 'before' | 'after', what: keyof Heard): string =>
    meanAndSpread(learned.map((each) => each[when][what]));
  const changes = (['speaker', 'digits', 'old'] as const).map(
    (what) => `${told('before', what)} -> ${told('after', what)}`,
  );
  const kept = `${learned[0].dataBytes.toLocaleString('en')} of data`;
  const way = isLocal(row) && reached(row) < reached(head) ? name + FITS_ONLY : name;
  return markdownRow([way, `${describeTaken(learned[0])}, ${kept}`, ...changes]);
}

/** What does not hold, a line each. */
function faultsAmong(rows: readonly Row[]): string[] {
  const [control, head] = ['control, int8', 'head, int8'].map((wanted) => rows.find(({ name }) => name === wanted)!);
  const fits = rows.filter(isLocal).every((row) => reached(row) < reached(head));
  return [
    ...faultsOf(rows),
    ...(head.learned[0].dataBytes < KEPT ? [`head, int8: less than ${KEPT} bytes of data`] : []),
    ...(pagesOf(control.learned[0]) > 2 ? [] : ['control, int8: it fits two pages too']),
    ...(fits ? ['all layers: the memory fits, the learning does not: below the head'] : []),
  ];
}

async function main(speakers: readonly string[], isJson: boolean): Promise<void> {
  const rows = WAYS.map((way) => ({ ...way, learned: [] as Learned[] }));
  for (const speaker of speakers) {
    const meeting = await meet(speaker);
    const base = await trainBase(meeting);
    for (const row of rows) row.learned.push(await learn(row, meeting, base));
  }
  const faults = faultsAmong(rows);
  const head = rows.find(({ name }) => name === 'head, int8')!;
  const told = rows.map(({ name, pages, learned }) => ({ name, pages, learned }));
  if (isJson) console.log(JSON.stringify({ ok: faults.length === 0, faults, rows: told }));
  else
    console.log(
      [
        '| way | memory | new speaker | new digits | old digits of others |',
        ...rows.map((row) => describe(row, head)),
        ...faults,
      ].join('\n'),
    );
  if (faults.length > 0) process.exitCode = 1;
}

const { values } = parseArgs({ options: { json: { type: 'boolean' }, speaker: { type: 'string', multiple: true } } });
await main(values.speaker ?? SPEAKERS.slice(1), values.json === true);
