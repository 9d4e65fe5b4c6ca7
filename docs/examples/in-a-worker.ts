// The worker of README.md; test/docs/readme.test.ts runs it.

import { dense, flatten, replay, sequential, tpsgd } from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';
import { createWorkerLearner } from '../../src/worker/index.ts';

const { train, test } = syntheticHandwriting();
const learner = await createWorkerLearner({
  network: sequential([28, 28, 1], [flatten(), dense(256, { activation: 'relu' }), dense(10)]),
  rule: tpsgd(),
  classes: { names: train.classNames, capacity: 12 }, // ten now, room for two more
  replay: replay({ capacity: 200 }), // samples that are learned again beside new ones
});
await learner.fit(train.inputs, train.labels, {
  epochs: 3,
  validationSplit: 0.1,
  callbacks: { onEpochEnd: (epoch, { loss, val_acc }) => console.log(epoch, loss, val_acc) },
});

const drawing = test.inputs.subarray(0, 784);
await learner.addClass('star');
for (let step = 0; step < 10; step++) await learner.learnOne(drawing, 'star'); // each a small one
console.log(await learner.classify(drawing)); // star
const bytes = await learner.save();

export { bytes, learner };
