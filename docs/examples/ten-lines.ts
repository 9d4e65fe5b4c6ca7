// The ten lines of README.md; test/docs/readme.test.ts runs them.

import { createLearner, dense, flatten, sequential, sgd, tpsgd } from '../../src/index.ts';
import { syntheticHandwriting } from '../../src/data/index.ts';

const { train, test } = syntheticHandwriting();
const learner = await createLearner({
  network: sequential([28, 28, 1], [flatten(), dense(256, { activation: 'tanh' }), dense(10)]),
  rule: tpsgd({ optimizer: sgd(0.1) }),
  budget: '1 MiB',
});
console.log(learner.summary(), learner.memory());
await learner.fit(train.inputs, train.labels, { epochs: 3 });
console.log(learner.evaluate(test.inputs, test.labels).accuracy);

export { learner, test };
