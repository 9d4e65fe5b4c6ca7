// PEPITA beside what contract.ts and the oracle check: the first pass kept, or taken again.

import { expect, test } from 'vitest';
import { recordLearner } from '../../src/author.ts';
import { batchOf } from '../../src/check/host.ts';
import { networks } from '../../src/check/networks.ts';
import { createLearner, dense, pepita, sequential, sgd } from '../../src/index.ts';

test.each(['dense', 'convolutional', 'depthwise'])('%s: taken again it learns the same bits', async (name) => {
  const network = networks[name];
  const hashes = [true, false].map(async (recompute) => {
    const learner = await createLearner({ network, rule: pepita({ recompute }), batchSize: 6 });
    for (let step = 0; step < 5; step++) {
      const { input, label } = batchOf(network, 6, step, 4);
      learner.trainOnBatch(input, label);
    }
    return learner.weightHash();
  });
  expect(await hashes[0]).toBe(await hashes[1]);
});

test('taken again, what is alive at a time does not grow with depth', () => {
  const tanh = { activation: 'tanh' } as const;
  const transients = (hidden: number, recompute: boolean): number => {
    const layers = Array.from({ length: hidden }, () => dense(64, tanh));
    const network = sequential([64], [...layers, dense(10)]);
    return recordLearner({ network, rule: pepita({ recompute, optimizer: sgd() }) }).plan.arena;
  };
  expect(transients(9, true)).toBe(transients(4, true));
  expect(transients(9, false)).toBe(transients(4, false) + 5 * 32 * 64 * 4);
});
