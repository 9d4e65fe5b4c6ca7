// An app in TypeScript that names every entry of the package for the browser.

import { createLearner, dense, flatten, sequential, sgd, tpsgd, type Evaluation, type Rule } from 'onward';
import { capacity, defineRule, LOCAL } from 'onward/author';
import { checkRule } from 'onward/author/check';
import { syntheticHandwriting, type LabelledSet } from 'onward/data';
import { referenceExecution } from 'onward/reference';
import { startLearner } from 'onward/run';
import { openStore } from 'onward/store';
import { createWorkerLearner, WorkerCrashedError, type WorkerLearner } from 'onward/worker';

const rule: Rule = tpsgd({ optimizer: sgd(0.1) });
const network = sequential([28, 28, 1], [flatten(), dense(256, { activation: 'tanh' }), dense(10)]);

export async function app(): Promise<Uint8Array> {
  const { train, test } = syntheticHandwriting();
  const set: LabelledSet = train;
  const learner = await createLearner({ network, rule, budget: '1 MiB', execution: referenceExecution() });
  const { history } = await learner.fit(set.inputs, set.labels, {
    epochs: 3,
    callbacks: { onEpochEnd: (epoch, { loss }) => console.log(epoch, loss) },
  });
  console.log(history.loss);
  const { accuracy }: Evaluation = learner.evaluate(test.inputs, test.labels);
  const worker: WorkerLearner = await createWorkerLearner({ network, rule, worker: 'worker.js' });
  await worker.fit(set.inputs, set.labels, { transfer: true });
  const answers: Float32Array = await worker.predict(test.inputs);
  const store = await openStore('app');
  const bytes = learner.save();
  await store.save(`${accuracy}`, bytes);
  await startLearner(bytes);
  console.log(answers.length);
  return bytes;
}

export const others = [capacity, defineRule, LOCAL, checkRule, WorkerCrashedError];
