// What the seeded trainings learn: a small network and data for each task, and sequences of different lengths. All that
// has a default is given, so that no result depends on one, and no data comes from a function of Math.

import { syntheticHandwriting } from '../../src/data/index.ts';
import {
  binaryCrossEntropy,
  classification,
  conv2d,
  crossEntropy,
  dense,
  flatten,
  huber,
  last,
  maxPool,
  multiLabel,
  reconstruction,
  recurrent,
  regression,
  sequential,
  squaredError,
  type Judgement,
  type Loss,
  type SampleInput,
  type NetworkSpec,
  type TargetInput,
  type Task,
} from '../../src/index.ts';
import { draws } from '../tasks/draws.ts';

export interface Problem {
  readonly network: NetworkSpec;
  readonly task: Task<Judgement>;
  /** The last batch of each is not full. */
  readonly epochs: number;
  readonly data: () => { readonly inputs: SampleInput; readonly targets: TargetInput };
}

export const digits = (loss: Loss): Problem => ({
  network: sequential(
    [28, 28, 1],
    [conv2d(4, 5, { activation: 'tanh' }), maxPool(2), flatten(), dense(32, { activation: 'tanh' }), dense(10)],
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
