// A learner on this thread. It remembers its options, so that it can be compiled anew with more room.

import { BudgetError } from '../runtime/program/plan.ts';
import { compileLearner, type LearnerOptions } from './compile/compile.ts';
import { recordLearner } from './compile/record.ts';
import { resolveTask } from './compile/resolve-task.ts';
import type { CompiledLearner } from './compile/compiled.ts';
import type { EngineOptions } from './learner/engine.ts';
import type { Execution } from './compile/execution.ts';
import { ConfigurationError } from './errors.ts';
import { expectIs, expectOptions, integer, made, optional } from './options.ts';
import { adopt } from './learner/adopt.ts';
import { Learner } from './learner/learner.ts';
import type { MemoryOf } from './learner/replay.ts';
import type { Replay } from './replay.ts';
import { Trainer } from './learner/trainer.ts';
import type { WeightInput } from './learner/weights.ts';
import { classification } from './tasks/classification.ts';
import type { Evaluation } from './tasks/host/classification.ts';
import type { Judgement } from './tasks/host/host.ts';

export interface ResizeOptions {
  /** Room for this many classes. */
  readonly classes?: number;
  readonly batchSize?: number;
  /** Default: as it was; the whole batch, if that was in memory. */
  readonly microBatch?: number;
}

export interface LocalOptions<Result extends Judgement = Evaluation> extends LearnerOptions<Result> {
  /** Bytes of `save()` to continue from. */
  readonly restore?: Uint8Array | ArrayBuffer;
  /** Weights to begin with, by name, as `weights()` gives them; the others have their first values. */
  readonly weights?: Readonly<Record<string, WeightInput>>;
}

export interface CreateOptions<Result extends Judgement = Evaluation> extends LocalOptions<Result> {
  /** How phases run; default: compiled. `referenceExecution()` of the entry `onward/reference` is for debugging. */
  readonly execution?: Execution;
}

/**
 * The options of a learner that is compiled again for another size.
 * @throws ConfigurationError for a size that is none, or classes where there are no classes.
 */
export function resized<T extends LearnerOptions<Judgement>>(options: T, learner: Sized, size: ResizeOptions): T {
  expectOptions('resize', size, ['classes', 'batchSize', 'microBatch']);
  const { compiled, names } = learner;
  const { classes, batchSize = compiled.batchSize } = size;
  expectIs('batchSize', batchSize, integer(1));
  expectIs('classes', classes, optional(integer(0)));
  const { task } = compiled;
  const kept = compiled.microBatch < compiled.batchSize ? Math.min(compiled.microBatch, batchSize) : batchSize;
  const sizes = { batchSize, microBatch: size.microBatch ?? kept };
  if (task.count === null) {
    if (classes === undefined) return { ...options, ...sizes };
    throw new ConfigurationError(`resize makes room for classes, but what is learned here is ${task.kind}`);
  }
  const capacity = Math.max(classes ?? task.capacity, names.length);
  const { loss } = resolveTask(options).task;
  return {
    ...options,
    ...sizes,
    classes: undefined,
    task: classification({ names: task.named ? task.names : undefined, capacity, loss }),
  };
}

/** The host's half of what `replay()` gave. */
export const memoryOf = ({ replay }: LearnerOptions<Judgement>): MemoryOf | undefined =>
  (replay as Replay | undefined)?.memory;

/** What a resize must know of a learner. */
type Sized = Pick<Trainer, 'compiled' | 'names'>;

/**
 * Compiles resized options, to move what `current` holds.
 * @throws BudgetError when old and new memory together exceed the budget: both exist during the move.
 */
export function recompile(options: LearnerOptions<Judgement>, current: CompiledLearner): CompiledLearner {
  const next = compileLearner(options);
  const peak = current.memory.plannedBytes + next.memory.plannedBytes;
  if (peak > current.budget) {
    throw new BudgetError(peak, current.budget, ': old and new memory exist together during the move');
  }
  return next;
}

/** How an engine begins under these options. */
const beginning = (options: CreateOptions<Judgement>): EngineOptions => {
  const { execution } = options;
  if (execution === undefined) return {};
  expectIs('the execution', execution, made('begin', 'what referenceExecution() gives'));
  return { begin: (memory) => execution.begin(recordLearner(options), memory.buffer) };
};

export class LocalLearner<Result extends Judgement = Evaluation> extends Learner<Result> {
  readonly #options: CreateOptions<Judgement>;
  readonly #trainer: Trainer;

  constructor(trainer: Trainer, options: CreateOptions<Judgement>) {
    super(trainer);
    this.#trainer = trainer;
    this.#options = options;
  }

  /**
   * Plans anew for more classes or another batch size, and moves what was learned.
   * @throws BudgetError when both memories together exceed the budget; BusyError during a `fit`.
   */
  async resize(size: ResizeOptions): Promise<void> {
    const trainer = this.#trainer;
    const options = resized(this.#options, trainer, size);
    await adopt(trainer, recompile(options, trainer.compiled), beginning(options));
  }
}

/**
 * Creates a learner: records the rule for the network, plans the memory, links the module, draws the first weights.
 * @throws ShapeError, ConfigurationError, RuleError, BudgetError, UnsupportedFeatureError, MemoryUnavailableError;
 *   CheckpointError (with `restore`).
 */
export async function createLearner<Result extends Judgement = Evaluation>(
  options: CreateOptions<Result>,
): Promise<LocalLearner<Result>> {
  const compiled = compileLearner(options);
  const { host } = resolveTask(options).task;
  const trainer = await Trainer.start(compiled, host, memoryOf(options), beginning(options));
  const learner = new LocalLearner<Result>(trainer, options);
  if (options.weights !== undefined) learner.setWeights(options.weights);
  if (options.restore !== undefined) learner.restore(options.restore);
  return learner;
}
