// The learner in a worker: `onward/worker`. Beside it the core, which does not know of it, needs no dependency.

export {
  createWorkerLearner,
  type TransferOptions,
  type WorkerFitOptions,
  type WorkerLearner,
  type WorkerOptions,
} from './client.ts';
export { WorkerCrashedError } from './errors.ts';
export type { Thread } from './thread.ts';
