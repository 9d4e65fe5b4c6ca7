// Runs what was compiled ahead of time: `onward/run`. No rule, layer, planner or emitter is in this entry.

import { readCompiled } from './compile/compiled-file.ts';
import { Learner } from './learner/learner.ts';
import { ReplayMemory } from './learner/replay.ts';
import { Trainer } from './learner/trainer.ts';
import { expectIs, expectOptions, integer, made, optional } from './options.ts';
import { setWeights, type WeightInput } from './learner/weights.ts';
import { classificationHost, type Evaluation } from './tasks/host/classification.ts';
import type { Judgement, TaskHost } from './tasks/host/host.ts';
import { ConfigurationError } from './errors.ts';

export { UnsupportedFeatureError } from '../runtime/wasm/features.ts';
export { MemoryUnavailableError } from '../runtime/wasm/instantiate.ts';
export * from './errors.ts';
export { inspectCheckpoint, type CheckpointInfo } from './learner/checkpoint.ts';
export type { Learner } from './learner/learner.ts';
export type { Json, Metadata, SaveOptions } from './learner/metadata.ts';

export { classificationHost as classification } from './tasks/host/classification.ts';
export { multiLabelHost as multiLabel } from './tasks/host/multi-label.ts';
export { reconstructionHost as reconstruction } from './tasks/host/reconstruction.ts';
export { regressionHost as regression } from './tasks/host/regression.ts';
export { rewardHost as reward } from './tasks/host/reward.ts';

/** What `evaluate` gives of classes, beside count and loss. */
type OfClasses = Omit<Evaluation, keyof Judgement>;

/** `Told` is what `evaluate` gives beside count and loss. */
export interface RunOptions<Told = OfClasses> {
  /** What it was compiled to learn, of this entry: `regression`, ...; default `classification`. */
  readonly task?: TaskHost<Told>;
  /** Bytes of `save()` to continue from. */
  readonly restore?: Uint8Array | ArrayBuffer;
  /** Weights to begin with, by name. */
  readonly weights?: Readonly<Record<string, WeightInput>>;
  /** Of first weights and draws; default: the one it was compiled with. */
  readonly seed?: number;
}

/**
 * Starts a learner from the bytes of `onward compile` or `writeCompiled`. It does all that a learner does but `resize`,
 * which wants a compiler; checkpoints of one compiled in place restore into it, bit for bit, and the other way
 * round.
 * @throws CompiledFileError; ConfigurationError for another task; UnsupportedFeatureError where this engine lacks what
 *   it was compiled for; MemoryUnavailableError; CheckpointError (with `restore`), InputError (with `weights`).
 */
export async function startLearner<Told = OfClasses>(
  bytes: Uint8Array | ArrayBuffer,
  options: RunOptions<Told> = {},
): Promise<Learner<Judgement & Told>> {
  expectOptions('startLearner', options, ['task', 'restore', 'weights', 'seed']);
  const { task, restore, weights, seed } = options;
  const host: TaskHost = task ?? classificationHost;
  expectIs('the task', host, made('read', 'one of onward/run, such as regression'));
  expectIs('seed', seed, optional(integer(-(2 ** 31), 2 ** 31 - 1)));
  const compiled = readCompiled(bytes);
  const { kind } = compiled.task;
  if (kind !== host.kind) {
    throw new ConfigurationError(`it was compiled for ${kind}, wanted startLearner(bytes, { task: ${kind} })`);
  }
  const trainer = await Trainer.start(compiled, host, ReplayMemory.of, { seed });
  if (weights !== undefined) setWeights(trainer, weights);
  const learner = new Learner<Judgement & Told>(trainer);
  if (restore !== undefined) learner.restore(restore);
  return learner;
}
