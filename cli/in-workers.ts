// `--workers`: a learner has its `fit` done in several, which begin with what it knows and bring back what they learn.

import type { Judgement, Learner, LearnerOptions } from '../src/index.ts';
import { createParallelLearner } from '../src/parallel/index.ts';

/** @throws RuleError for a rule whose units wait for each other, or fewer units than workers. */
export const inWorkers =
  (learner: Learner<Judgement>, options: LearnerOptions<Judgement>, workers: number): Learner['fit'] =>
  async (...given) => {
    const shared = await createParallelLearner({ ...options, workers, restore: learner.save() });
    try {
      return await shared.fit(...given);
    } finally {
      learner.restore(await shared.save());
      await shared.dispose();
    }
  };
