// Runs what was compiled ahead of time: `onward/run`. No rule, layer, planner or emitter is in this entry.

import { chooseFeatures } from '../runtime/wasm/features.ts';
import { readCompiled } from './compile/compiled-file.ts';
import { Learner } from './learner/learner.ts';
import { Trainer } from './learner/trainer.ts';
import { setWeights, type WeightInput } from './learner/weights.ts';
import type { Evaluation } from './tasks/host/classification.ts';
import type { Judgement } from './tasks/host/host.ts';
import { taskHosts } from './tasks/host/index.ts';

export { UnsupportedFeatureError } from '../runtime/wasm/features.ts';
export { MemoryUnavailableError } from '../runtime/wasm/instantiate.ts';
export * from './errors.ts';
export type { Learner } from './learner/learner.ts';

export interface RunOptions {
  /** Bytes of `save()` to continue from. */
  readonly restore?: Uint8Array;
  /** Weights to begin with, by name. */
  readonly weights?: Readonly<Record<string, WeightInput>>;
  /** Of first weights and draws; default: the one it was compiled with. */
  readonly seed?: number;
}

/**
 * Starts a learner from the bytes of `onward compile` or `writeCompiled`. It does all that a learner does but `resize`,
 * which wants a compiler; checkpoints of one compiled in place restore into it, bit for bit, and the other way round.
 * @throws CompiledFileError; UnsupportedFeatureError where this engine lacks what it was compiled for;
 *   MemoryUnavailableError; CheckpointError (with `restore`), InputError (with `weights`).
 */
export async function startLearner<Result extends Judgement = Evaluation>(
  bytes: Uint8Array | ArrayBuffer,
  { restore, weights, seed }: RunOptions = {},
): Promise<Learner<Result>> {
  const compiled = readCompiled(bytes);
  chooseFeatures(compiled.features);
  const trainer = await Trainer.start(compiled, taskHosts[compiled.task.kind], { seed });
  if (weights !== undefined) setWeights(trainer.engine, weights);
  const learner = new Learner<Result>(trainer);
  if (restore !== undefined) learner.restore(restore);
  return learner;
}
