// `npx tsx bench/memory/keywords.ts [--json]`: the 1,000 clips of `kws01-mfcc` by MLPerf Tiny's keyword network. First
// its reference model, which learned some 85,000 clips: in float and int8 as LiteRT runs them, and its float weights
// here, in float and quantized after training, calibrated by a hundred clips without a label. Then what the network
// learns of the clips alone: each fifth is judged by what learned the other four, by the control and by Mono-Forward,
// pooled.
//
// Exits with 1 where a float answer here differs from LiteRT's in more than one clip of 100 (the weights of its float
// model are int8, and it rounds what they meet), int8 is more than a point below LiteRT's, planned is not touched, or
// Mono-Forward is more than five points below the control.

import { join } from 'node:path';
import {
  adam,
  backprop,
  type CreateOptions,
  createLearner,
  dense,
  int8,
  int8Activations,
  monoForward,
  sequential,
} from '../../src/index.ts';
import type { LabelledSet } from '../../src/data/index.ts';
import { loadSet } from '../../src/data/node/sources.ts';
import { fifth, kws01Mfcc, readClips } from '../../src/data/sets/kws01-mfcc.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { keywordLayers } from './keyword-network.ts';
import { faultsOf, taken, type Taken } from './pages.ts';
import { PythonError, runPython } from '../../tools/python.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';

const [FIFTHS, EPOCHS, CALIBRATING, SEED] = [5, 60, 100, 1];
/** Chosen on a fifth of what the first four fifths are. */
const RATES = { control: 0.005, local: 0.02 };
const LIMIT = { differing: 1 / 100, below: 0.01, behind: 0.05 };
const environment = {
  name: 'keywords',
  folder: join(import.meta.dirname, 'litert'),
  about: 'LiteRT for bench/memory/keywords.ts',
};

/** What LiteRT answers, how clips are read, and the float model's weights in the order of its layers. */
interface Reference {
  readonly float: readonly number[];
  readonly int8: readonly number[];
  readonly scale: number;
  readonly zero: number;
  readonly weights: readonly (readonly number[])[];
}

interface Row {
  readonly name: string;
  readonly pages: 0;
  readonly accuracies: readonly number[];
  readonly learned: readonly Taken[];
}

/** @throws PythonError */
function askLiteRT(): Reference {
  const data = process.env.ONWARD_DATA ?? '.';
  const files = ['models-mlperf-tiny', 'kws01-mfcc/mfcc_i8_1000x49x10.bin'].map((path) => join(data, path));
  return JSON.parse(runPython(environment, 'reference.py', files)) as Reference;
}

const network = (classes: number) => sequential([49, 10, 1], [...keywordLayers, dense(classes)]);
const agreement = (a: readonly number[], b: ArrayLike<number>): number =>
  a.filter((answer, row) => answer === b[row]).length / a.length;

/** What the reference's weights answer here. */
async function answerWith(
  { weights, scale, zero }: Reference,
  { inputs, labels, classNames }: LabelledSet,
  options: Pick<CreateOptions, 'storage' | 'activations'>,
): Promise<{ readonly answers: readonly number[]; readonly accuracy: number }> {
  const learner = await createLearner({
    ...options,
    network: network(classNames.length),
    rule: backprop({ last: 1 }),
    classes: classNames,
    batchSize: 1,
    standardize: false,
  });
  learner.setWeights(Object.fromEntries(Object.keys(learner.weights()).map((name, at) => [name, weights[at]])));
  const clips = Float32Array.from(inputs, (value) => (value - zero) * scale);
  if (options.activations !== undefined)
    learner.calibrate(clips.subarray(0, (clips.length / labels.length) * CALIBRATING));
  const { accuracy } = learner.evaluate(clips, labels);
  const told = learner.predict(clips);
  const width = told.length / labels.length;
  const answers = Array.from(labels, (_, row) => argmax(told, row * width, width));
  return { answers, accuracy };
}

/** Each fifth by what learned the others. */
async function learn(name: string, rule: CreateOptions['rule'], whole: LabelledSet): Promise<Row> {
  const [accuracies, learned]: [number[], Taken[]] = [[], []];
  for (let which = 0; which < FIFTHS; which++) {
    const { train, test } = fifth(whole, which);
    const options = {
      network: network(train.classNames.length),
      classes: train.classNames,
      standardize: false as const,
    };
    const learner = await createLearner({ ...options, rule, seed: SEED });
    await learner.fit(train.inputs, train.labels, { epochs: EPOCHS });
    accuracies.push(learner.evaluate(test.inputs, test.labels).accuracy);
    learned.push(taken(learner));
  }
  return { name, pages: 0, accuracies, learned };
}

async function main(isJson: boolean): Promise<void> {
  const reference = askLiteRT();
  const { train: whole } = await loadSet({
    ...kws01Mfcc,
    async read(open) {
      const clips = await readClips(open);
      return { train: clips, test: clips };
    },
  });
  const float = await answerWith(reference, whole, {});
  const integer = await answerWith(reference, whole, { storage: int8(), activations: int8Activations() });
  const litert = [reference.float, reference.int8].map((answers) => agreement(answers, whole.labels));
  const alike = agreement(reference.float, float.answers);
  const by = (rate: number) => adam(rate, { schedule: 'linear' });
  const rows = [
    await learn('control', backprop({ optimizer: by(RATES.control) }), whole),
    await learn('monoForward, pooled', monoForward({ optimizer: by(RATES.local), projection: 'pooled' }), whole),
  ];
  const [control, local] = rows.map(({ accuracies }) => meanOf(accuracies));
  const faults = [
    ...(1 - alike > LIMIT.differing ? [`${((1 - alike) * 100).toFixed(1)} % of the float answers differ`] : []),
    ...(integer.accuracy < litert[1] - LIMIT.below ? ['int8 is more than a point below LiteRT'] : []),
    ...faultsOf(rows),
    ...(local < control - LIMIT.behind ? ['monoForward is more than five points below the control'] : []),
  ];
  const told = { litert, float: float.accuracy, alike, int8: integer.accuracy };
  if (isJson) console.log(JSON.stringify({ ok: faults.length === 0, faults, reference: told, rows }));
  else {
    const share = (value: number): string => (100 * value).toFixed(1);
    console.log(`reference in LiteRT: float ${share(litert[0])}, int8 ${share(litert[1])}`);
    console.log(
      `its weights here: float ${share(float.accuracy)} (${share(alike)} % alike), int8 ${share(integer.accuracy)}`,
    );
    for (const { name, accuracies, learned } of rows)
      console.log(
        `${name}, five fifths: ${meanAndSpread(accuracies)}, ${learned[0].plannedBytes.toLocaleString('en')} B`,
      );
    for (const fault of faults) console.log(fault);
  }
  if (faults.length > 0) process.exitCode = 1;
}

try {
  await main(process.argv.includes('--json'));
} catch (error) {
  if (!(error instanceof PythonError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
