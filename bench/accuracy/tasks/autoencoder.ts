// MNIST through 64 numbers and back.

import { adam, backprop, dense, flatten, monoForward, reconstruction, sequential, tpsgd } from '../../../src/index.ts';
import {
  consecutive,
  createDataset,
  type LabelledSet,
  type TrainTest,
  type ValueSet,
} from '../../../src/data/dataset.ts';
import { loadSet } from '../../../src/data/node/sources.ts';
import { mnist } from '../../../src/data/sets/mnist.ts';
import { mse } from './score.ts';
import { belowHalf, meanAnswer, type Trial } from './trial.ts';

const [PIXELS, WIDTH, LEARNED, JUDGED] = [784, 64, 20_000, 2000];
const network = sequential([28, 28, 1], [flatten(), dense(WIDTH, { activation: 'tanh' }), dense(PIXELS)]);
const common = { network, shape: `${PIXELS}-${WIDTH}-${PIXELS}`, batchSize: 100, epochs: 10 };
const optimizer = adam(0.005, { schedule: 'linear' });

export const autoencoderTrial: Trial = {
  name: 'autoencoder',
  about: `${LEARNED.toLocaleString('en')} pictures of MNIST`,
  task: () => reconstruction(),
  load: pictures,
  score: mse,
  trivial: { name: 'the mean picture', answers: meanAnswer },
  wanted: belowHalf,
  contenders: [
    { rule: backprop({ optimizer }), ...common },
    { rule: tpsgd({ optimizer }), ...common },
    { rule: monoForward({ optimizer }), ...common },
  ],
  scikit: { model: 'MLPRegressor', hidden: WIDTH, activation: 'tanh', learningRate: 0.005, epochs: 10, batch: 100 },
};

async function pictures(): Promise<TrainTest<ValueSet>> {
  const { train, test } = await loadSet(mnist);
  return { train: ofThemselves(train, LEARNED), test: ofThemselves(test, JUDGED) };
}

/** The first `count` pictures, each with its pixels as targets. */
function ofThemselves(set: LabelledSet, count: number): ValueSet {
  const { name, inputs, inputShape } = consecutive(set, count);
  const targets = Float32Array.from(inputs, (pixel) => pixel / 255);
  const targetNames = Array.from({ length: PIXELS }, (_, at) => `pixel ${at}`);
  return createDataset({ name, inputs, inputShape, targets, targetNames });
}
