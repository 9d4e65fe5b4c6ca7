// The learner in several workers: `onward/parallel`.

export { createParallelLearner, type ParallelLearner, type ParallelOptions } from './client.ts';
export type { ParallelPlan, WorkerPlan } from './share-out.ts';
