// `npx tsx bench/accuracy/bandit.ts [--json]`: digits as a bandit. An image is shown, a name for it is chosen among
// ten, the one expected to be worth most or one time in ten any, and the reward is 1 where it is the right one, else 0;
// which would have been right is never told. 6,000 images of MNIST in batches of 32, twice, judged by the test images;
// chance is 10 %. Exits with 1 where an accuracy is below its bar. Data come from $ONWARD_DATA; minutes.

import {
  adam,
  backprop,
  createLearner,
  dense,
  lif,
  type NetworkSpec,
  rate,
  type Reward,
  reward,
  type Rule,
  sequential,
  stdp,
} from '../../src/index.ts';
import { consecutive, type LabelledSet } from '../../src/data/dataset.ts';
import { loadDataset } from '../../src/data/node/sources.ts';
import { argmax } from '../../src/tasks/host/host.ts';
import { uniform } from '../shared/random.ts';
import { tellRows } from '../shared/verdict.ts';

const [IMAGES, PASSES, BATCH, NAMES] = [6000, 2, 32, 10];
/** How often any name is tried. */
const EXPLORES = 0.1;

interface Trial {
  readonly name: string;
  readonly network: NetworkSpec;
  readonly rule: Rule;
  /** What the test accuracy has to be, in percent. */
  readonly wanted: number;
  /** Whether labels are told, and no reward. */
  readonly isSupervised?: boolean;
}

interface Row {
  readonly name: string;
  /** In percent. */
  readonly accuracy: number;
  /** The mean of the second pass; none where labels are told. */
  readonly reward: number | null;
  readonly wanted: number;
  readonly holds: boolean;
}

const spiking = sequential([784], [rate(), dense(400), lif({ decay: 0.9 }), dense(NAMES)], {
  steps: 15,
  input: 'still',
});
const perceptron = sequential([784], [dense(100, { activation: 'relu' }), dense(NAMES)]);
const [competing, control] = [{ target: 0.1 }, backprop({ optimizer: adam(0.001) })];

const trials: readonly Trial[] = [
  { name: 'stdp by reward', network: spiking, rule: stdp(competing), wanted: 72 },
  { name: 'stdp by reward alone, drift 0', network: spiking, rule: stdp({ ...competing, drift: 0 }), wanted: 45 },
  { name: 'stdp by labels', network: spiking, rule: stdp(competing), wanted: 75, isSupervised: true },
  { name: 'backprop by reward', network: perceptron, rule: control, wanted: 87 },
  { name: 'backprop by labels', network: perceptron, rule: control, wanted: 88, isSupervised: true },
];

/** Acts, is told what that was worth, and learns from it; gives the mean reward of the last pass. */
async function act({ network, rule }: Trial, { inputs, labels, count }: LabelledSet) {
  const learner = await createLearner({ network, rule, task: reward(NAMES), batchSize: BATCH });
  const draw = uniform(1);
  const worth = (row: number, expected: Float32Array, at: number): Reward => {
    const isTried = draw() < EXPLORES;
    const action = isTried ? Math.floor(NAMES * draw()) : argmax(expected, at * NAMES, NAMES);
    return { action, reward: action === labels[row] ? 1 : 0 };
  };
  let sum = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    sum = 0;
    for (let first = 0; first < count; first += BATCH) {
      const images = inputs.subarray(784 * first, 784 * Math.min(first + BATCH, count));
      const expected = learner.predict(images);
      const rewards = Array.from({ length: images.length / 784 }, (_, at) => worth(first + at, expected, at));
      for (const told of rewards) sum += told.reward;
      learner.trainOnBatch(images, rewards);
    }
  }
  return { answers: (samples: LabelledSet) => learner.predict(samples.inputs), reward: sum / count };
}

async function beTold({ network, rule }: Trial, { inputs, labels }: LabelledSet) {
  const learner = await createLearner({ network, rule, batchSize: BATCH });
  await learner.fit(inputs, labels, { epochs: PASSES });
  return { answers: (samples: LabelledSet) => learner.predict(samples.inputs), reward: null };
}

async function* rows(): AsyncGenerator<Row> {
  const { train, test } = await loadDataset('mnist');
  const first = consecutive(train, IMAGES);
  for (const trial of trials) {
    const learned = await (trial.isSupervised ? beTold(trial, first) : act(trial, first));
    const answers = learned.answers(test);
    const right = Array.from(test.labels).filter((label, at) => argmax(answers, at * NAMES, NAMES) === label);
    const accuracy = (100 * right.length) / test.count;
    const { name, wanted } = trial;
    yield { name, accuracy, reward: learned.reward, wanted, holds: accuracy >= wanted };
  }
}

function describe({ name, accuracy, reward: mean, wanted, holds }: Row): string {
  const earned = mean === null ? '' : `reward ${mean.toFixed(3)}`;
  const verdict = `at least ${wanted}: ${holds ? 'holds' : 'FAILS'}`;
  return `${name.padEnd(32)}${accuracy.toFixed(1).padStart(6)} %  ${earned.padEnd(14)}${verdict}`;
}

await tellRows(rows(), describe, process.argv.includes('--json'));
