// Every rule, as it comes, learns a small problem: 3,000 pictures of the built-in handwriting.

import { expect, test } from 'vitest';
import { rules } from '../../src/forward-only/index.ts';
import { createLearner, dense, flatten, sequential } from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';

const { train, test: unseen } = syntheticHandwriting({ train: 3000, test: 300, seed: 1 });
const network = sequential([28, 28, 1], [flatten(), dense(64, { activation: 'tanh' }), dense(10)]);

const EPOCHS = 15;

interface Bar {
  /** Of the unseen digits. */
  readonly accuracy: number;
  /** The last epoch's loss as a share of the first one's. */
  readonly loss: number;
}

const bars: Readonly<Record<string, Bar>> = {
  // knows its loss along one direction a step, of 50,890
  zerothOrder: { accuracy: 0.5, loss: 0.7 },
};

test.each(
  Object.entries(rules).map(([name, rule]) => ({ name, rule, ...(bars[name] ?? { accuracy: 0.85, loss: 0.5 }) })),
)('$name tells a share of $accuracy of 300 unseen digits', async ({ rule, accuracy, loss }) => {
  const learner = await createLearner({ network, rule: rule() });
  const { history } = await learner.fit(train.inputs, train.labels, { epochs: EPOCHS });
  expect(learner.evaluate(unseen.inputs, unseen.labels).accuracy).toBeGreaterThanOrEqual(accuracy);
  expect(history.loss[EPOCHS - 1]).toBeLessThan(loss * history.loss[0]);
});
