// Steps that end in what is no number: an error by name, and the last good state is back.

import { expect, test } from 'vitest';
import {
  adam,
  backprop,
  classification,
  createLearner,
  dense,
  DivergenceError,
  regression,
  sequential,
  sgd,
  squaredError,
  type LocalLearner,
} from '../../src/index.ts';
import { FEATURES, names, plainNetwork, small, smallData } from './small.ts';

const { x, y } = smallData(40);
const sample = (row: number) => ({ x: x.subarray(row * FEATURES, (row + 1) * FEATURES), y: y[row] });
const outlier = (value: number) => ({ x: new Float32Array(FEATURES).fill(value), y: 0 });
const taught = async (rows: number): Promise<LocalLearner> => {
  const network = sequential([FEATURES], [dense(12, { activation: 'relu' }), dense(3)]);
  const learner = await small({ network, rule: backprop({ optimizer: adam(0.01) }) });
  for (let row = 0; row < rows; row++) learner.learnOne(sample(row).x, sample(row).y);
  return learner;
};
const areFinite = (learner: LocalLearner): boolean =>
  Object.values(learner.weights()).every(({ values }) => values.every(Number.isFinite));

test('a stream that diverges', async () => {
  const learner = await createLearner({
    network: sequential([FEATURES], [dense(32, { activation: 'relu' }), dense(3)]),
    rule: backprop({ optimizer: sgd(1) }),
    task: classification({ names, loss: squaredError }),
    batchSize: 8,
  });
  const losses: number[] = [];
  const stream = Array.from({ length: 400 }, (_, at) => ({ x: sample(at % 40).x.map((v) => v * 255), y: y[at % 40] }));
  const learning = async () => {
    for await (const { loss } of learner.train(stream)) losses.push(loss);
  };
  await expect(learning()).rejects.toThrow(DivergenceError);
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(areFinite(learner)).toBe(true);
});

test('one outlier among lessons: those of the last copy are back, with the optimiser, and learning goes on', async () => {
  const learner = await taught(10);
  const { x: far, y: label } = outlier(3e38);
  expect(() => learner.learnOne(far, label)).toThrow(
    /^the loss (stopped being finite|grew to .*) in step 10; what was learned by step 7 is back: try a smaller/,
  );
  const twin = await taught(7);
  expect(Buffer.from(learner.save()).equals(twin.save())).toBe(true);
  await learner.fit(x, y, { epochs: 20 });
  expect(learner.evaluate(x, y).accuracy).toBeGreaterThan(0.9);
});

test('an outlier that gives a finite loss, but leaves no class any more', async () => {
  const learner = await small({
    network: plainNetwork(),
    rule: backprop({ optimizer: sgd(0.1) }),
    task: classification({ names, loss: squaredError }),
    classes: undefined,
  });
  learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
  const before = learner.weightHash();
  learner.setLearningRate(1e12);
  expect(() => {
    for (let step = 0; step < 3; step++) learner.trainOnBatch(x.subarray(0, 8 * FEATURES), y.subarray(0, 8));
  }).toThrow('the loss grew to');
  expect(learner.weightHash()).toBe(before);
});

test('values may have any loss that is finite', async () => {
  const options = { network: sequential([1], [dense(1)]), rule: backprop({ optimizer: sgd(1e-12) }) };
  const learner = await createLearner({ ...options, task: regression(1) });
  expect(learner.trainOnBatch([0.5], [1e9]).loss).toBeGreaterThan(1e17);
});

test('weights that are infinite behind a finite loss are found at the end of a stream', async () => {
  const options = { network: sequential([1], [dense(4, { activation: 'tanh' }), dense(2)]), classes: ['a', 'b'] };
  const learner = await createLearner({ ...options, rule: backprop({ optimizer: sgd(1e38) }), batchSize: 1 });
  const first = learner.weightHash();
  const learning = async () => {
    for await (const _ of learner.train([{ x: [30], y: 0 }]));
  };
  await expect(learning()).rejects.toThrow('the weights stopped being finite in step 1');
  expect(learner.weightHash()).toBe(first);
});

test('what changes between single steps is not undone by the next one', async () => {
  const learner = await taught(10);
  learner.removeClass('cat');
  const { x: far } = outlier(3e38);
  const before = learner.weightHash();
  expect(() => learner.learnOne(far, 0)).toThrow(DivergenceError);
  expect(learner.weightHash()).toBe(before);
  expect(learner.classNames).toEqual(['ant', 'bee']);
});

test('a fit whose loss runs away', async () => {
  const learner = await small({ network: plainNetwork(), rule: backprop({ optimizer: sgd(1e12) }) });
  const before = learner.weightHash();
  await expect(learner.fit(x, y, { epochs: 3 })).rejects.toThrow('in epoch 0; the weights of before are back');
  expect(learner.weightHash()).toBe(before);
});
