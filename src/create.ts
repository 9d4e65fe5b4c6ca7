// A learner on this thread. It remembers its options, so that it can be compiled anew with more room.

import { BudgetError } from '../runtime/program/plan.ts';
import { compileLearner, type LearnerOptions } from './compile/compile.ts';
import { recordLearner } from './compile/record.ts';
import type { CompiledLearner } from './compile/compiled.ts';
import { Engine, type EngineOptions } from './learner/engine.ts';
import type { Execution } from './compile/execution.ts';
import { Learner } from './learner/learner.ts';
import type { WeightInput } from './learner/weights.ts';

export interface ResizeOptions {
  /** Room for this many classes. */
  readonly classes?: number;
  readonly batchSize?: number;
  /** Default: as it was; the whole batch, if that was in memory. */
  readonly microBatch?: number;
}

export interface LocalOptions extends LearnerOptions {
  /** Bytes of `save()` to continue from. */
  readonly restore?: Uint8Array;
  /** Weights to begin with, by name, as `weights()` gives them; the others have their first values. */
  readonly weights?: Readonly<Record<string, WeightInput>>;
}

export interface CreateOptions extends LocalOptions {
  /** How phases run; default: compiled. `referenceExecution()` of the entry `onward/reference` is for debugging. */
  readonly execution?: Execution;
}

/** The options of a learner that is compiled again for another size. */
function resized<T extends LearnerOptions>(
  options: T,
  current: CompiledLearner,
  names: readonly string[],
  size: ResizeOptions,
): T {
  const { classes = current.classes.capacity, batchSize = current.batchSize } = size;
  const kept = current.microBatch < current.batchSize ? Math.min(current.microBatch, batchSize) : batchSize;
  const capacity = Math.max(classes, names.length);
  return {
    ...options,
    batchSize,
    microBatch: size.microBatch ?? kept,
    classes: { names: current.classes.names, capacity },
  };
}

/**
 * Compiles `options` again for another size.
 * @throws BudgetError when old and new memory together exceed the budget: both exist during the move.
 */
export function recompile(
  options: LearnerOptions,
  current: CompiledLearner,
  names: readonly string[],
  size: ResizeOptions,
): CompiledLearner {
  const next = compileLearner(resized(options, current, names, size));
  const peak = current.memory.plannedBytes + next.memory.plannedBytes;
  if (peak > current.budget) {
    throw new BudgetError(peak, current.budget, ': old and new memory exist together during the move');
  }
  return next;
}

/** How an engine begins under these options. */
const beginning = (options: CreateOptions): EngineOptions => {
  const { execution } = options;
  return execution === undefined ? {} : { begin: (memory) => execution.begin(recordLearner(options), memory.buffer) };
};

export class LocalLearner extends Learner {
  readonly #options: CreateOptions;

  constructor(engine: Engine, options: CreateOptions) {
    super(engine);
    this.#options = options;
  }

  /**
   * Plans anew for more classes or another batch size, and moves what was learned.
   * @throws BudgetError when both memories together exceed the budget; BusyError during a `fit`.
   */
  async resize(size: ResizeOptions): Promise<void> {
    const { compiled, classNames } = this;
    const next = recompile(this.#options, compiled, classNames, size);
    await this.adopt(next, beginning(resized(this.#options, compiled, classNames, size)));
  }
}

/**
 * Creates a learner: records the rule for the network, plans the memory, links the module, draws the first weights.
 * @throws ShapeError, ConfigurationError, RuleError, BudgetError, UnsupportedFeatureError, MemoryUnavailableError;
 *   CheckpointError (with `restore`).
 */
export async function createLearner(options: CreateOptions): Promise<LocalLearner> {
  const learner = new LocalLearner(await Engine.start(compileLearner(options), beginning(options)), options);
  if (options.weights !== undefined) learner.setWeights(options.weights);
  if (options.restore !== undefined) learner.restore(options.restore);
  return learner;
}
