// `npx tsx bench/int8-networks.ts [--json]`: networks of int8, weights and activations, beside the same in float, on
// MNIST, a perceptron and a convolutional network, mean of three seeds, judged by the test set.
//
//   learned        in int8 from the first step on: no float copy of any weight, stochastic rounding
//   post-training  learned in float, restored into int8, calibrated on 512 training samples, nothing learned since
//   fine-tuned     the same, then both learn images with rows and columns exchanged, which they have never seen
//
// Exits with 1 where int8 is more than half a point below float. Data come from $ONWARD_DATA.

import {
  adam,
  backprop,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  flatten,
  int8,
  int8Activations,
  maxPool,
  sequential,
  type LocalLearner,
  type NetworkSpec,
} from '../src/index.ts';
import { type LabelledSet, subset } from '../src/data/index.ts';
import { loadDataset } from '../src/data/node/sources.ts';
import { meanAndSpread, meanOf } from './spread.ts';
import { tellRows } from './verdict.ts';

const SEEDS = [1, 2, 3];
const [LEARNED, TUNED, CALIBRATED] = [20_000, 5_000, 512];
const SIDE = 28;
/** Points. */
const MOST_LOST = 0.5;

const relu = { activation: 'relu' } as const;
const networks: Readonly<Record<string, NetworkSpec>> = {
  '784-128-10': sequential([SIDE, SIDE, 1], [flatten(), dense(128, relu), dense(10)]),
  'c8k3-p2-d3-c16k1-p2-10': sequential(
    [SIDE, SIDE, 1],
    [
      conv2d(8, 3, { ...relu, padding: 'same' }),
      maxPool(2),
      depthwiseConv2d(3, { ...relu, padding: 'same' }),
      conv2d(16, 1, relu),
      maxPool(2),
      flatten(),
      dense(10),
    ],
  ),
};

const kept = { storage: int8(), activations: int8Activations() };
const accuracy = (learner: LocalLearner, { inputs, labels }: LabelledSet): number =>
  learner.evaluate(inputs, labels).accuracy;

const exchanged = (set: LabelledSet): LabelledSet => ({
  ...set,
  inputs: set.inputs.map((_, at) => {
    const [row, column] = [Math.floor((at % SIDE ** 2) / SIDE), at % SIDE];
    return set.inputs[at - row * SIDE - column + column * SIDE + row];
  }),
});

const first = (set: LabelledSet, from: number, count: number): LabelledSet =>
  subset(
    set,
    Array.from({ length: count }, (_, at) => from + at),
  );

interface Run {
  readonly learned: readonly [float: number, int8: number];
  readonly postTraining: readonly [float: number, int8: number];
  readonly fineTuned: readonly [float: number, int8: number];
  readonly bytes: readonly [float: number, int8: number];
}

async function run(network: NetworkSpec, seed: number, train: LabelledSet, test: LabelledSet): Promise<Run> {
  const options = { network, seed, rule: backprop({ optimizer: adam(0.002, { schedule: 'linear' }) }) };
  const [learned, tuned] = [first(train, 0, LEARNED), exchanged(first(train, LEARNED, TUNED))];
  const float = await createLearner(options);
  await float.fit(learned.inputs, learned.labels, { epochs: 2 });
  const integer = await createLearner({ ...options, ...kept });
  await integer.fit(learned.inputs, learned.labels, { epochs: 2 });
  const scores = { learned: [accuracy(float, test), accuracy(integer, test)] as const };

  const quantized = await createLearner({ ...options, ...kept });
  quantized.restore(float.save(), { requantize: true });
  quantized.calibrate(first(train, 0, CALIBRATED).inputs);
  const postTraining = [scores.learned[0], accuracy(quantized, test)] as const;
  const other = exchanged(test);
  for (const learner of [float, quantized]) await learner.fit(tuned.inputs, tuned.labels, { epochs: 2 });
  return {
    ...scores,
    postTraining,
    fineTuned: [accuracy(float, other), accuracy(quantized, other)],
    bytes: [float.memory().plannedBytes, integer.memory().plannedBytes],
  };
}

const WAYS = { learned: 'learned', postTraining: 'post-training', fineTuned: 'fine-tuned' } as const;

async function* rows() {
  const { train, test } = await loadDataset('mnist');
  for (const [name, network] of Object.entries(networks)) {
    const runs: Run[] = [];
    for (const seed of SEEDS) runs.push(await run(network, seed, train, test));
    for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
      const [float, integer] = ([0, 1] as const).map((of) => runs.map((each) => each[way][of]));
      const lost = 100 * (meanOf(float) - meanOf(integer));
      yield {
        network: name,
        way: WAYS[way],
        float,
        int8: integer,
        lost,
        bytes: runs[0].bytes,
        holds: lost <= MOST_LOST,
      };
    }
  }
}

await tellRows(
  rows(),
  ({ network, way, float, int8: integer, lost, bytes, holds }) =>
    `${network.padEnd(24)}${way.padEnd(15)}float ${meanAndSpread(float)}  int8 ${meanAndSpread(integer)}  ` +
    `${lost.toFixed(2)} points lost, wanted ${MOST_LOST}; planned ${bytes.join(' and ')} bytes` +
    (holds ? '' : '  FAILS'),
  process.argv.includes('--json'),
);
