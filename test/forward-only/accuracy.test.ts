// Every rule, as it comes, learns a small problem: 3,000 pictures of the built-in handwriting.

import { expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import { createLearner, dense, flatten, sequential } from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';

const { train, test: unseen } = syntheticHandwriting({ train: 3000, test: 300, seed: 1 });
const network = sequential([28, 28, 1], [flatten(), dense(64, { activation: 'tanh' }), dense(10)]);

const EPOCHS = 15;

test.each(Object.entries(rules))('%s tells 85 % of 300 unseen digits', async (_, rule) => {
  const learner = await createLearner({ network, rule: rule() });
  const { history } = await learner.fit(train.inputs, train.labels, { epochs: EPOCHS });
  expect(learner.evaluate(unseen.inputs, unseen.labels).accuracy).toBeGreaterThanOrEqual(0.85);
  expect(history.loss[EPOCHS - 1]).toBeLessThan(history.loss[0] / 2);
});
