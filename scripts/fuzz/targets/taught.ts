// A learner that learned a little, whose bytes are damaged.

import { adam, createLearner, dense, sequential, tpsgd, type LocalLearner } from '../../../src/index.ts';

export async function taught(): Promise<LocalLearner> {
  const network = sequential([4], [dense(3, { activation: 'tanh' }), dense(2)]);
  const classes = { names: ['ant', 'bee'], capacity: 3 };
  const learner = await createLearner({ network, rule: tpsgd({ optimizer: adam() }), classes, batchSize: 2 });
  learner.learnOne([0, 1, 0, 1], 'bee');
  return learner;
}

/** Tries bytes; what is refused must have changed nothing. */
export function restoring(learner: LocalLearner): (bytes: Uint8Array) => void {
  const kept = learner.save();
  return (bytes) => {
    const before = learner.weightHash();
    try {
      learner.restore(bytes);
    } catch (error) {
      if (learner.weightHash() !== before) throw new Error('a refused restore changed the weights', { cause: error });
      throw error;
    }
    learner.restore(kept);
  };
}
