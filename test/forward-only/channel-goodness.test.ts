// Channel goodness beside what contract.ts and the oracle check: its options, and what it cannot train.

import { expect, test } from 'vitest';
import { belowBar } from '../../src/check/small-problem.ts';
import {
  channelGoodness,
  conv2d,
  createLearner,
  dense,
  flatten,
  RuleError,
  sequential,
  type ChannelGoodnessOptions,
} from '../../src/index.ts';

test.each<ChannelGoodnessOptions>([{ goodness: 'square' }, { predictBy: 'last', normalize: false }])(
  '%o: tells most of 300 unseen digits',
  async (options) => {
    expect(await belowBar({ rule: channelGoodness(options) }, { accuracy: 0.75 })).toEqual([]);
  },
  120_000,
);

test('it has no weights beside those of the network', async () => {
  const network = sequential([6, 6, 1], [conv2d(5, 3), flatten(), dense(4)]);
  const learner = await createLearner({ network, rule: channelGoodness() });
  expect(Object.keys(learner.weights())).toEqual([
    'conv2d_1/weight',
    'conv2d_1/bias',
    'dense_1/weight',
    'dense_1/bias',
  ]);
});

test('fewer channels than classes are refused, as is a network without hidden layers', async () => {
  const narrow = sequential([6, 6, 1], [conv2d(3, 3), flatten(), dense(4)]);
  const refused = createLearner({ network: narrow, rule: channelGoodness() });
  await expect(refused).rejects.toThrow(RuleError);
  await expect(refused).rejects.toThrow("channelGoodness: 'conv2d_1' has 3 channels, wanted one for each of 4 classes");
  const shallow = createLearner({ network: sequential([6], [dense(4)]), rule: channelGoodness() });
  await expect(shallow).rejects.toThrow('channelGoodness teaches hidden layers, and the network has none');
});
