// What the seeded trainings learn: a small network and data for each task, for sequences of different lengths, spikes
// and bytes. Losses are given, so that no result depends on a default, and the data on no function that engines round.

import { mfcc, syntheticHandwriting } from '../../src/data/index.ts';
import {
  binaryCrossEntropy,
  block,
  classification,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  flatten,
  huber,
  int8,
  last,
  lif,
  maxPool,
  multiLabel,
  reconstruction,
  recurrent,
  regression,
  reward,
  sequential,
  squaredError,
  type Judgement,
  type Loss,
  type SampleInput,
  type Storage,
  type NetworkSpec,
  type TargetInput,
  type Task,
} from '../../src/index.ts';
import { draws } from '../tasks/draws.ts';

export interface Problem {
  readonly network: NetworkSpec;
  readonly task: Task<Judgement>;
  readonly storage?: Storage;
  /** Default: samples and values as they are. */
  readonly standardize?: true;
  /** The last batch of each is not full. */
  readonly epochs: number;
  readonly data: () => { readonly inputs: SampleInput; readonly targets: TargetInput };
}

export const digits = (loss: Loss, filters = 4): Problem => ({
  network: sequential(
    [28, 28, 1],
    [conv2d(filters, 5, { activation: 'tanh' }), maxPool(2), flatten(), dense(32, { activation: 'tanh' }), dense(10)],
  ),
  task: classification({ loss }),
  epochs: 2,
  data() {
    const { inputs, labels } = images();
    return { inputs, targets: labels };
  },
});

const images = () => syntheticHandwriting({ train: 300, test: 1 }).train;

const [SAMPLES, FEATURES, OUTPUTS] = [150, 6, 3];
const rows = draws('inputs', SAMPLES * FEATURES);

/** A difference of two features for each output. */
const differences = Float32Array.from({ length: SAMPLES * OUTPUTS }, (_, at) => {
  const [row, output] = [Math.floor(at / OUTPUTS) * FEATURES, at % OUTPUTS];
  return rows[row + output] - rows[row + output + OUTPUTS];
});

const perceptron = sequential([FEATURES], [dense(24, { activation: 'tanh' }), dense(OUTPUTS)]);

export const values: Problem = {
  network: perceptron,
  task: regression(['first', 'second', 'third'], { loss: huber(0.5) }),
  epochs: 10,
  data: () => ({ inputs: rows, targets: differences }),
};

/** Features and values on scales of their own. */
export const table: Problem = {
  ...values,
  standardize: true,
  data: () => ({
    inputs: rows.map((value, at) => 10 ** ((at % FEATURES) - 2) * (value + 3)),
    targets: differences.map((value, at) => 1000 * (at % OUTPUTS) + 5 * value),
  }),
};

/** Bytes that are rounded by draws, and masks that are drawn. */
export const bytes: Problem = {
  ...values,
  network: sequential([FEATURES], [dense(24, { activation: 'tanh' }), dropout(0.1), dense(OUTPUTS)]),
  storage: int8(),
};

export const labels: Problem = {
  network: perceptron,
  task: multiLabel(['first', 'second', 'third'], { loss: binaryCrossEntropy }),
  epochs: 10,
  data: () => ({ inputs: rows, targets: differences.map((difference) => (difference > 0 ? 1 : 0)) }),
};

export const autoencoder: Problem = {
  network: sequential([784], [dense(32, { activation: 'tanh' }), dense(784)]),
  task: reconstruction({ loss: squaredError }),
  epochs: 5,
  data: () => ({ inputs: images().inputs, targets: null }),
};

/** Which of the first three features is the largest, told by neurons that spike. */
export const spikes: Problem = {
  network: sequential([FEATURES], [dense(24), lif({ decay: 0.7, threshold: 0.4, reset: 'soft' }), dense(OUTPUTS)], {
    steps: 6,
    input: 'still',
  }),
  task: classification({ loss: crossEntropy }),
  epochs: 10,
  data() {
    const firstOf = (row: number): number[] => [...rows.subarray(row * FEATURES, row * FEATURES + OUTPUTS)];
    const largest = Array.from({ length: SAMPLES }, (_, row) => firstOf(row).indexOf(Math.max(...firstOf(row))));
    return { inputs: rows, targets: largest };
  },
};

/** Of naming the largest of the first three features, or another one, rightly. */
export const rewards: Problem = {
  ...spikes,
  task: reward(OUTPUTS),
  data() {
    const { inputs, targets } = spikes.data();
    const worth = (label: number, row: number) => ({
      action: row % OUTPUTS,
      reward: label === row % OUTPUTS ? 1 : -0.5,
    });
    return { inputs, targets: (targets as number[]).map(worth) };
  },
};

/** By neurons that see each other's spikes, with a current and a threshold that adapts. */
export const adaptive: Problem = {
  ...spikes,
  network: sequential(
    [FEATURES],
    [recurrent(block([dense(24), lif({ currentDecay: 0.5, threshold: 0.4, adaptation: 0.2 })])), dense(OUTPUTS)],
    { steps: 6, input: 'still' },
  ),
};

const [SEQUENCES, STEPS, CHANNELS] = [150, 7, 3];

export const sequences: Problem = {
  network: sequential([CHANNELS], [recurrent(dense(8, { activation: 'tanh' })), last(), dense(2)], {
    steps: STEPS,
    varying: true,
  }),
  task: classification({ loss: crossEntropy }),
  epochs: 10,
  data() {
    const noise = draws('noise', SEQUENCES * STEPS * CHANNELS);
    const targets = Array.from({ length: SEQUENCES }, (_, row) => row % 2);
    const inputs = targets.map((label, row) =>
      Float32Array.from({ length: (2 + (row % (STEPS - 1))) * CHANNELS }, (_, at) => {
        const rise = Math.floor(at / CHANNELS) / STEPS;
        return (label === 0 ? rise : -rise) + 0.2 * noise[row * STEPS * CHANNELS + at];
      }),
    );
    return { inputs, targets };
  },
};

const [SOUNDS, LENGTH, COEFFICIENTS] = [60, 512, 13];

/** Whether a tone rises or falls, by its cepstrum, which is computed where it is learned. */
export const sounds: Problem = {
  network: sequential([COEFFICIENTS], [recurrent(dense(8, { activation: 'tanh' })), last(), dense(2)], { steps: 9 }),
  task: classification({ loss: crossEntropy }),
  epochs: 10,
  data() {
    const cepstrum = mfcc({ sampleRate: 8000, nFft: 128, nMels: 20, nMfcc: COEFFICIENTS });
    const noise = draws('sounds', SOUNDS * LENGTH);
    const targets = Array.from({ length: SOUNDS }, (_, row) => row % 2);
    const inputs = targets.map((label, row) => {
      const saw = Float32Array.from({ length: LENGTH }, (_, at) => {
        const n = label === 0 ? at : LENGTH - at;
        return ((n * n) % (3000 + 50 * row)) / (3000 + 50 * row) - 0.5 + 0.1 * noise[row * LENGTH + at];
      });
      return cepstrum(saw).data.map((value) => value / 10);
    });
    return { inputs, targets };
  },
};
