// A program for Node in TypeScript, without the types of the DOM.

import { createLearner, dense, sequential, sgd, tpsgd, type Evaluation } from 'onward';
import { defineRule } from 'onward/author';
import { checkRule } from 'onward/author/check';
import { loadDataset } from 'onward/data/node';
import { startLearner } from 'onward/run';

export async function program(): Promise<Uint8Array> {
  const { train } = await loadDataset('pendigits', { dataDir: 'data' });
  const learner = await createLearner({
    network: sequential([784], [dense(10)]),
    rule: tpsgd({ optimizer: sgd(0.1) }),
  });
  await learner.fit(train.inputs, train.labels, { signal: new AbortController().signal });
  const { accuracy }: Evaluation = learner.evaluate(train.inputs, train.labels);
  console.log(accuracy);
  await startLearner(learner.save());
  return learner.save();
}

export const others = [defineRule, checkRule];
