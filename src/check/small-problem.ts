// The small problem: 3,000 pictures of the built-in handwriting, and 300 unseen ones.

import { createLearner } from '../create.ts';
import { syntheticHandwriting } from '../data/index.ts';
import type { Rule } from '../forward-only/rule.ts';
import { dense, sequential } from '../layers/index.ts';

export interface Bar {
  /** Of the unseen digits; default 0.85. */
  readonly accuracy?: number;
  /** The last epoch's loss as a share of the first one's, at most; default 0.5. */
  readonly loss?: number;
}

const EPOCHS = 15;
const network = sequential([784], [dense(64, { activation: 'tanh' }), dense(10)]);

/** What is short of the bar, a sentence each. */
export async function belowBar(rule: Rule, { accuracy = 0.85, loss = 0.5 }: Bar = {}): Promise<string[]> {
  const { train, test: unseen } = syntheticHandwriting({ train: 3000, test: 300, seed: 1 });
  const learner = await createLearner({ network, rule });
  const { history } = await learner.fit(train.inputs, train.labels, { epochs: EPOCHS });
  const reached = learner.evaluate(unseen.inputs, unseen.labels).accuracy;
  const share = history.loss[EPOCHS - 1] / history.loss[0];
  return [
    ...(reached >= accuracy ? [] : [`it tells a share of ${reached} of 300 unseen digits, wanted ${accuracy}`]),
    ...(share < loss ? [] : [`the loss falls to a share of ${share.toFixed(3)}, wanted less than ${loss}`]),
  ];
}
