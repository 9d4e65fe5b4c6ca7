// `npx tsx bench/quantization/networks.ts [--json]`: networks of fewer bits beside the same in float, on MNIST, a
// perceptron and a convolutional network, by the same steps, mean of three seeds, judged by the test set. Nothing was
// tuned for any.
//
//   learned        in the storage from the first step on
//   post-training  learned in float, restored into int8, calibrated on 512 training samples, nothing learned since
//   fine-tuned     the same, then both learn images with rows and columns exchanged, which they have never seen
//
// Exits with 1 where more points are lost than each may. Data come from $ONWARD_DATA.

import {
  adam,
  backprop,
  binary,
  conv2d,
  createLearner,
  dense,
  depthwiseConv2d,
  flatten,
  int4,
  int8,
  int8Activations,
  int8Deltas,
  maxPool,
  quantizationAware,
  sequential,
  type CreateOptions,
  type LocalLearner,
  type NetworkSpec,
} from '../../src/index.ts';
import { consecutive, type LabelledSet } from '../../src/data/dataset.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { meanAndSpread, meanOf } from '../shared/spread.ts';
import { tellRows } from '../shared/verdict.ts';

const SEEDS = [1, 2, 3];
const [LEARNED, TUNED, CALIBRATED] = [20_000, 5_000, 512];
const SIDE = 28;

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

type Keeping = Pick<CreateOptions, 'storage' | 'activations'>;
/** How weights and activations are kept, and how many points that may cost. */
const keepings: Readonly<Record<string, Keeping & { readonly mayLose: number }>> = {
  int8: { storage: int8(), activations: int8Activations(), mayLose: 0.5 },
  'int8, int8 deltas': {
    storage: int8(),
    activations: int8Activations({ deltas: int8Deltas() }),
    mayLose: 0.5,
  },
  'int8 per tensor': { storage: int8({ perChannel: false }), activations: int8Activations(), mayLose: 0.5 },
  'int8, quantization-aware': { storage: quantizationAware(), activations: int8Activations(), mayLose: 0.5 },
  int4: { storage: int4(), activations: int8Activations(), mayLose: 4.5 },
  'int4, quantization-aware': { storage: quantizationAware({ bits: 4 }), activations: int8Activations(), mayLose: 0.5 },
  binary: { storage: binary(), mayLose: 5 },
  'binary of f32': { storage: binary({ latent: 'f32' }), mayLose: 5 },
};
const kept: Keeping = { storage: int8(), activations: int8Activations() };
const accuracy = (learner: LocalLearner, { inputs, labels }: LabelledSet): number =>
  learner.evaluate(inputs, labels).accuracy;

const exchanged = (set: LabelledSet): LabelledSet => ({
  ...set,
  inputs: set.inputs.map((_, at) => {
    const [row, column] = [Math.floor((at % SIDE ** 2) / SIDE), at % SIDE];
    return set.inputs[at - row * SIDE - column + column * SIDE + row];
  }),
});

interface Run {
  readonly way: string;
  readonly kept: string;
  readonly float: number;
  readonly other: number;
  readonly bytes: readonly [float: number, other: number];
  readonly mayLose: number;
}

async function run(network: NetworkSpec, seed: number, train: LabelledSet, test: LabelledSet): Promise<Run[]> {
  const options = { network, seed, rule: backprop({ optimizer: adam(0.002, { schedule: 'linear' }) }) };
  const [learned, tuned] = [consecutive(train, LEARNED), exchanged(consecutive(train, TUNED, LEARNED))];
  const float = await createLearner(options);
  await float.fit(learned.inputs, learned.labels, { epochs: 2 });
  const ofFloat = accuracy(float, test);
  const planned = (of: LocalLearner): number => of.memory().plannedBytes;
  const runs: Run[] = [];
  for (const [name, { mayLose, ...keeping }] of Object.entries(keepings)) {
    const other = await createLearner({ ...options, ...keeping });
    await other.fit(learned.inputs, learned.labels, { epochs: 2 });
    const bytes = [planned(float), planned(other)] as const;
    runs.push({ way: 'learned', kept: name, float: ofFloat, other: accuracy(other, test), bytes, mayLose });
  }

  const quantized = await createLearner({ ...options, ...kept });
  quantized.restore(float.save(), { requantize: true });
  quantized.calibrate(consecutive(train, CALIBRATED).inputs);
  const common = { kept: 'int8', bytes: [planned(float), planned(quantized)], mayLose: 0.5 } as const;
  runs.push({ ...common, way: 'post-training', float: ofFloat, other: accuracy(quantized, test) });
  const turned = exchanged(test);
  for (const learner of [float, quantized]) await learner.fit(tuned.inputs, tuned.labels, { epochs: 2 });
  runs.push({ ...common, way: 'fine-tuned', float: accuracy(float, turned), other: accuracy(quantized, turned) });
  return runs;
}

async function* rows() {
  const { train, test } = await loadDataset('mnist');
  for (const [network, spec] of Object.entries(networks)) {
    const runs: Run[][] = [];
    for (const seed of SEEDS) runs.push(await run(spec, seed, train, test));
    for (const [at, { way, kept: name, bytes, mayLose }] of runs[0].entries()) {
      const [float, other] = (['float', 'other'] as const).map((of) => runs.map((each) => each[at][of]));
      const lost = 100 * (meanOf(float) - meanOf(other));
      yield { network, way, kept: name, float, other, lost, mayLose, bytes, holds: lost <= mayLose };
    }
  }
}

await tellRows(
  rows(),
  ({ network, way, kept: name, float, other, lost, mayLose, bytes, holds }) =>
    `${network.padEnd(24)}${way.padEnd(15)}float ${meanAndSpread(float)}  ${name} ${meanAndSpread(other)}  ` +
    `${lost.toFixed(2)} points lost, wanted ${mayLose}; planned ${bytes.join(' and ')} bytes` +
    (holds ? '' : '  FAILS'),
  process.argv.includes('--json'),
);
