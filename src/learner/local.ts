// A learner on this thread. It remembers its options, so that it can be compiled anew with more room.

import { compileLearner, type LearnerOptions } from './compile.ts';
import type { CompiledLearner } from './compiled.ts';
import { BudgetError } from '../../runtime/program/plan.ts';
import { Learner } from './learner.ts';
import { Engine } from './engine.ts';

export interface ResizeOptions {
  /** Room for this many classes. */
  readonly classes?: number;
  readonly batchSize?: number;
}

export interface LocalOptions extends LearnerOptions {
  /** Bytes of `save()` to continue from. */
  readonly restore?: Uint8Array;
}

/**
 * Compiles `options` again for another size.
 * @throws BudgetError when old and new memory together exceed the budget: both exist during the move.
 */
export function recompile(options: LearnerOptions, current: CompiledLearner, names: readonly string[], size: ResizeOptions): CompiledLearner {
  const { classes = current.classes.capacity, batchSize = current.batchSize } = size;
  const next = compileLearner({ ...options, batchSize, classes: { names: current.classes.names, capacity: Math.max(classes, names.length) } });
  const peak = current.memory.plannedBytes + next.memory.plannedBytes;
  if (peak > current.budget) throw new BudgetError(peak, current.budget, ': old and new memory exist together during the move');
  return next;
}

export class LocalLearner extends Learner {
  readonly #options: LearnerOptions;

  constructor(engine: Engine, options: LearnerOptions) {
    super(engine);
    this.#options = options;
  }

  /** Plans anew for more classes or another batch size, and moves what was learned. */
  async resize(size: ResizeOptions): Promise<void> {
    await this.adopt(recompile(this.#options, this.compiled, this.classNames, size));
  }
}

/**
 * Creates a learner: records the rule for the network, plans the memory, links the module, draws the first weights.
 * @throws ShapeError, ConfigurationError, RuleError, BudgetError, UnsupportedFeatureError, CheckpointError (with `restore`).
 */
export async function createLearner(options: LocalOptions): Promise<LocalLearner> {
  const learner = new LocalLearner(await Engine.start(compileLearner(options)), options);
  if (options.restore !== undefined) learner.restore(options.restore);
  return learner;
}
