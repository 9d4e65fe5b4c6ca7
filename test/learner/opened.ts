// A learner with what stands below it, for tests that look into its memory.

import { compileLearner } from '../../src/compile/compile.ts';
import { resolveTask } from '../../src/compile/resolve-task.ts';
import { LocalLearner, memoryOf, type CreateOptions } from '../../src/create.ts';
import { Trainer } from '../../src/learner/trainer.ts';

export interface Opened {
  readonly learner: LocalLearner;
  readonly trainer: Trainer;
}

export async function opened(options: CreateOptions): Promise<Opened> {
  const trainer = await Trainer.start(compileLearner(options), resolveTask(options).task.host, memoryOf(options));
  return { trainer, learner: new LocalLearner(trainer, options) };
}
