// Which digits occur in a picture of two (digit-pairs.ts).

import {
  adam,
  backprop,
  conv2d,
  dense,
  flatten,
  maxPool,
  monoForward,
  multiLabel,
  sequential,
  tpsgd,
} from '../../../src/index.ts';
import type { TrainTest, ValueSet } from '../../../src/data/dataset.ts';
import { digitPairs } from './digit-pairs.ts';
import { exactMatch } from './score.ts';
import type { Trial } from './trial.ts';

const WIDTH = 512;
const relu = { activation: 'relu' } as const;
const convolutional = {
  network: sequential(
    [28, 56, 1],
    [conv2d(8, 5, relu), maxPool(2), conv2d(16, 5, relu), maxPool(2), flatten(), dense(128, relu), dense(10)],
  ),
  shape: '28x56x1-c8k5-p2-c16k5-p2-128-10',
  batchSize: 100,
};
const wide = {
  network: sequential([28, 56, 1], [flatten(), dense(WIDTH, relu), dense(10)]),
  shape: `1568-${WIDTH}-10`,
  batchSize: 100,
};
const optimizer = adam(0.002, { schedule: 'linear' });
const digits = Array.from({ length: 10 }, (_, digit) => `${digit}`);

export const pairsTrial: Trial = {
  name: 'pairs',
  about: 'which digits occur in two of MNIST side by side',
  task: () => multiLabel(digits),
  load: digitPairs,
  score: exactMatch,
  trivial: { name: 'the commonest pair', answers: commonestRow },
  wanted: { name: 'at least 0.9', holds: (control) => control >= 0.9 },
  contenders: [
    { rule: backprop({ optimizer }), ...convolutional, epochs: 5 },
    { rule: tpsgd({ optimizer }), ...wide, epochs: 5 },
    { rule: monoForward({ optimizer }), ...convolutional, epochs: 5 },
  ],
  scikit: { model: 'MLPClassifier', hidden: WIDTH, activation: 'relu', learningRate: 0.001, epochs: 5, batch: 100 },
};

/** The row of targets that occurs most often, for every sample. */
function commonestRow({ train, test }: TrainTest<ValueSet>): Float32Array {
  const width = train.targetNames.length;
  const counts = new Map<string, number>();
  for (let row = 0; row < train.count; row++) {
    const key = train.targets.subarray(row * width, (row + 1) * width).join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [commonest] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best));
  const values = commonest.split(',').map(Number);
  return test.targets.map((_, at) => values[at % width]);
}
