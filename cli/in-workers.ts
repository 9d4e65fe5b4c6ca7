// `--workers`: a learner has its `fit` done in several, which begin with what it knows and bring back what they learn.

import type { Judgement, Learner, LearnerOptions } from '../src/index.ts';
import { createParallelLearner, type ParallelPlan } from '../src/parallel/index.ts';
import { percent, thousands } from './table.ts';

export interface InWorkers {
  /** @throws RuleError for a rule whose units wait for each other, or fewer units than workers. */
  readonly fit: Learner['fit'];
  /** Of the last `fit`; null before. */
  plan(): ParallelPlan | null;
}

export function inWorkers(learner: Learner<Judgement>, options: LearnerOptions<Judgement>, workers: number): InWorkers {
  let plan: ParallelPlan | null = null;
  return {
    plan: () => plan,
    async fit(...given) {
      const shared = await createParallelLearner({ ...options, workers, restore: learner.save() });
      ({ plan } = shared);
      try {
        return await shared.fit(...given);
      } finally {
        learner.restore(await shared.save());
        await shared.dispose();
      }
    },
  };
}

/** What all workers plan, and the share of the work that each has. */
export function describeWorkers({ workers, handOverBytes }: ParallelPlan): string {
  const all = workers.reduce((sum, { plannedBytes }) => sum + plannedBytes, handOverBytes);
  const shares = workers.map(({ units, work }) => `${units.join(', ')} ${percent(work)}`);
  const bytes = `${thousands(all)} bytes planned in all, ${thousands(handOverBytes)} of them on their way`;
  return `${workers.length}, ${bytes}; of the work ${shares.join('; ')}`;
}
