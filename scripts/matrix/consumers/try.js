// What every consumer of the package does: it learns on its own thread and in a worker, with callbacks, from one seed.

import { createLearner, dense, flatten, sequential, sgd, tpsgd } from 'onward';
import { syntheticHandwriting } from 'onward/data';
import { createWorkerLearner } from 'onward/worker';

export async function tryOnward(worker) {
  const tried = { here: '', there: '', epochs: [] };
  try {
    const { train } = syntheticHandwriting({ train: 200, test: 10 });
    const options = () => ({
      network: sequential([28, 28, 1], [flatten(), dense(32, { activation: 'tanh' }), dense(10)]),
      rule: tpsgd({ optimizer: sgd(0.1) }),
      seed: 7,
    });
    const here = await createLearner(options());
    await here.fit(train.inputs, train.labels, { epochs: 2 });
    tried.here = here.weightHash();
    const there = await createWorkerLearner({ ...options(), worker });
    const callbacks = { onEpochEnd: (epoch) => tried.epochs.push(epoch) };
    await there.fit(train.inputs, train.labels, { epochs: 2, callbacks });
    tried.there = await there.weightHash();
    await there.dispose();
  } catch (error) {
    tried.error = `${error.name}: ${error.message}`;
  }
  return tried;
}
