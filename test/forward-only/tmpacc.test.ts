/** Every rule, as it comes, learns a small problem: 1,000 pictures of the built-in handwriting, a few passes. */
import { expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import { createLearner, dense, flatten, sequential } from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';

const { train, test: unseen } = syntheticHandwriting({ train: 2000, test: 300, seed: 1 });
const network = sequential([28, 28, 1], [flatten(), dense(64, { activation: 'tanh' }), dense(10)]);

test.each(Object.entries(rules))('%s tells most of 300 unseen digits', async (_, rule) => {
  const learner = await createLearner({ network, rule: rule() });
  const history = await learner.fit(train.inputs, train.labels, { epochs: 15 });
  const { accuracy } = learner.evaluate(unseen.inputs, unseen.labels);
  console.log(_, accuracy);
  expect(accuracy).toBeGreaterThan(0.5);
  expect(history.history.loss[14]).toBeLessThan(history.history.loss[0] / 2);
});
