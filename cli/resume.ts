// A training that goes on where it was ended, killed too: its state is a checkpoint that knows the step, written every
// so often and at Ctrl-C, and removed when the training is done. It ends with the weights of one that was never ended.

import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inspectCheckpoint, type Judgement } from '../src/index.ts';
import { writeAtomically } from '../src/data/node/write-file.ts';
import type { begin } from './begin.ts';
import { type Outcome, train } from './training.ts';

export interface ResumeOptions {
  /** Where the state is kept. */
  readonly file: string;
  /** What is trained: a state of another training is not gone on with. */
  readonly training: string;
  readonly signal?: AbortSignal;
  /** Before each line. */
  readonly title?: string;
  /** Between two states; default 10. */
  readonly minutes?: number;
}

/** `seconds` are of the processor, over all processes that took part, judging included. */
export async function resume(
  trainee: Pick<Awaited<ReturnType<typeof begin>>, 'learner' | 'task' | 'learned' | 'epochs'>,
  { file, training, signal, title, minutes = 10 }: ResumeOptions,
): Promise<Outcome<Judgement>> {
  const { learner, task, learned, epochs } = trainee;
  await mkdir(dirname(file), { recursive: true });
  const state = await readState(file, training);
  if (state !== null) learner.restore(state.bytes);
  const begun = processorSeconds() - (state?.seconds ?? 0);
  let step = state?.step ?? 0;
  let saved = performance.now();
  const keep = async (): Promise<void> => {
    await writeAtomically(file, learner.save({ metadata: { training, step, seconds: processorSeconds() - begun } }));
    saved = performance.now();
  };
  const onStep = (done: number): Promise<void> | undefined => {
    step = done;
    return performance.now() - saved >= 60_000 * minutes ? keep() : undefined;
  };
  const outcome = await train(learner, task, {
    epochs,
    learned,
    signal,
    title,
    lines: false,
    initialStep: step,
    onStep,
  });
  if (outcome.interrupted) await keep();
  else await rm(file, { force: true });
  return { ...outcome, seconds: processorSeconds() - begun };
}

interface State {
  readonly bytes: Uint8Array;
  readonly step: number;
  readonly seconds: number;
}

/** Null where there is none of this training. */
async function readState(file: string, training: string): Promise<State | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return null;
  const { metadata } = inspectCheckpoint(bytes);
  if (metadata.training !== training) return null;
  return { bytes, step: Number(metadata.step), seconds: Number(metadata.seconds) };
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
