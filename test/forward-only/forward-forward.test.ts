// Forward-Forward beside what contract.ts and the oracle check: its options, and what it cannot train.

import { expect, test } from 'vitest';
import { interpretSame } from '../../runtime/program/run.ts';
import { recordLearner } from '../../src/author.ts';
import { belowBar } from '../../src/check/small-problem.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import {
  createLearner,
  dense,
  flatten,
  forwardForward,
  randomTranslation,
  regression,
  RuleError,
  sequential,
  sgd,
  type ForwardForwardOptions,
} from '../../src/index.ts';
import { proofOf } from './proof.ts';

const relu = { activation: 'relu' } as const;
const deep = (hidden: number) =>
  sequential([784], [...Array.from({ length: hidden }, () => dense(64, relu)), dense(10)]);

test.each<ForwardForwardOptions>([
  { negatives: 'random' },
  { negatives: 'hard' },
  { loss: 'symba', goodness: 'mean', predictBy: 'goodness' },
])('%o: the proof is the claim', (options) => {
  const rule = forwardForward(options);
  for (const name of ['dense', 'convolutional']) expect(proofOf(networks[name], rule).locality).toEqual(rule.locality);
});

test.each<ForwardForwardOptions>([
  { negatives: 'hard' },
  { predictBy: 'goodness' },
  { loss: 'symba', threshold: 1, goodness: 'mean' },
])(
  '%o: tells most of 300 unseen digits',
  async (options) => {
    expect(await belowBar({ rule: forwardForward(options) }, { accuracy: 0.8 })).toEqual([]);
  },
  120_000,
);

test('a label is not moved by what stands in front of the first layer that learns', async () => {
  const black = new Float32Array(6 * 36);
  const hashes = [[], [randomTranslation(5)]].map(async (front) => {
    const network = sequential([6, 6, 1], [...front, flatten(), dense(16, { name: 'hidden', ...relu }), dense(4)]);
    const learner = await createLearner({ network, rule: forwardForward({ optimizer: sgd(0.1) }) });
    learner.trainOnBatch(black, [0, 1, 2, 3, 0, 1]);
    return [...learner.weights()['hidden/weight'].values];
  });
  const [still, moved] = await Promise.all(hashes);
  expect(moved).toEqual(still);
});

test('what is alive at a time does not grow with depth where the last layer alone is read', () => {
  const rule = forwardForward({ predictBy: 'last', optimizer: sgd() });
  const transients = (hidden: number): number => recordLearner({ network: deep(hidden), rule }).plan.arena;
  expect(transients(8)).toBe(transients(3));
});

test('a hard negative is never the right label, and any other one at times', () => {
  const network = networks.dense;
  const options = { network, rule: forwardForward({ negatives: 'hard' }), batchSize: 64 };
  const { program, plan } = recordLearner(options, { share: false });
  const run = interpretSame(program, plan);
  const { input, label } = batchOf(network, 64, 0, 4);
  const values = { input, target: label, rows: label.map((_, row) => row), weight: label.map(() => 1) };
  run.write('seed', [1]);
  run.write('count/batch', [64]);
  run.write('count/classes', [4]);
  run.call('prepare');
  for (const [name, given] of Object.entries(values)) run.write(name, given);
  run.call('train');
  const drawn = [...run.read('negative/label')];
  expect(drawn.every((wrong, row) => wrong !== label[row] && wrong >= 0 && wrong < 4)).toBe(true);
  expect(new Set(drawn).size).toBe(4);
});

test('what it cannot train is refused by name', async () => {
  const rule = forwardForward();
  const start = (network: ReturnType<typeof sequential>) => createLearner({ network, rule });
  await expect(start(sequential([12], [dense(4)]))).rejects.toThrow(
    new RuleError('forwardForward teaches hidden layers, and the network has none'),
  );
  await expect(start(sequential([3], [dense(8), dense(4)]))).rejects.toThrow(
    new RuleError('forwardForward shows the label in the first features: there are 3, wanted 4'),
  );
  const values = { network: sequential([12], [dense(8), dense(2)]), rule, task: regression(2) };
  await expect(createLearner(values)).rejects.toThrow(/forwardForward.* classification/);
});
