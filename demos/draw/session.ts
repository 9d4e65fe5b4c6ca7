// A learner of the page with what it has met: begun where the choice was left, or afresh.

import { CheckpointError, type CompiledLearner } from '../../src/index.ts';
import { createWorkerLearner, type WorkerLearner } from '../../src/worker/index.ts';
import { startWorker } from '../shell/start-worker.ts';
import type { Curve } from './chart.ts';
import { BATCH, learnerOptions, titleOf, type Choice } from './choices.ts';
import type { Drawing } from './drawings.ts';
import type { Kept } from './kept.ts';
import { teach, type Lesson } from './lesson.ts';
import type { Planner } from './planner.ts';
import type { Progress } from './records.ts';
import { describeLeftOut } from './words.ts';

/** Batches over which the shown accuracy and time are averaged. */
export const WINDOW = 16;

export interface Session {
  readonly choice: Choice;
  /** In a worker. */
  readonly learner: WorkerLearner;
  /** Classes it has learned something of. */
  readonly met: Set<string>;
  /** Of each batch of synthetic digits, those it guessed rightly. */
  readonly hits: number[];
  /** The latest times of a step on them, in ms. */
  readonly times: number[];
  /** When the latest drawing was taught that it learned. */
  taughtAt: number;
}

/** Opens a choice where it was left, with all classes of the page. */
export async function openSession(
  choice: Choice,
  planner: Planner,
  kept: Kept,
  tell: (line: string) => void,
): Promise<Session> {
  const [compiled, progress] = await Promise.all([
    planner.ask((plans) => plans.compile(choice)),
    kept.progressOf(choice),
  ]);
  const session = await resume(choice, compiled, progress).catch((error) => {
    if (!(error instanceof CheckpointError)) throw error;
    tell(describeLeftOut(`What ${titleOf(choice)} learned`, error));
    return resume(choice, compiled, null);
  });
  const { learner } = session;
  const known = await learner.classNames();
  for (const name of kept.classNames) if (!known.includes(name)) await learner.addClass(name);
  for (const name of known) if (!kept.classNames.includes(name)) await kept.addName(name);
  return session;
}

/** What was taught to others meanwhile. */
export const missedBy = (session: Session, kept: Kept): readonly Drawing[] =>
  kept.drawings.filter(({ taughtAt }) => taughtAt > session.taughtAt);

async function resume(choice: Choice, compiled: CompiledLearner, progress: Progress | null): Promise<Session> {
  const { met = [], hits = [], taughtAt = 0, checkpoint: restore } = progress ?? {};
  const learner = await createWorkerLearner({ worker: startWorker, ...learnerOptions(choice), compiled, restore });
  return { choice, learner, met: new Set(met), hits: [...hits], times: [], taughtAt };
}

/** Teaches a drawing that is kept, with what was taught before it, until `signal` stops it. */
export async function learn(session: Session, kept: Kept, drawing: Drawing, signal: AbortSignal): Promise<Lesson> {
  const { learner, met, hits } = session;
  const drawings = kept.drawings.filter(({ taughtAt }) => taughtAt < drawing.taughtAt);
  const lesson = await teach(learner, drawing, { drawings, warmedUp: hits.length * BATCH }, signal);
  for (const { label } of [...drawings, drawing]) met.add(label);
  session.taughtAt = drawing.taughtAt;
  return lesson;
}

export async function saveSession({ choice, learner, met, hits, taughtAt }: Session, kept: Kept): Promise<void> {
  await kept.saveProgress(choice, { checkpoint: await learner.save(), met: [...met], hits, taughtAt });
}

/** The accuracy after each batch, over the latest ones. */
export function curveOf(title: string, hits: readonly number[]): Curve {
  let sum = 0;
  const points = hits.map((count, index): [number, number] => {
    sum += count - (hits[index - WINDOW] ?? 0);
    return [(index + 1) * BATCH, sum / (Math.min(index + 1, WINDOW) * BATCH)];
  });
  return { title, points };
}
