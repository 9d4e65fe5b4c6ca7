/** A learner of the page from its first weights on, with what it has met. A new choice or a reset begins a new one. */

import { createWorkerLearner, type WorkerLearner } from '../../src/worker/index.ts';
import { startWorker } from '../shell/start-worker.ts';
import type { Curve } from './chart.ts';
import { digits, learnerOptions, rules, type Choice } from './choices.ts';
import { Replay } from './replay.ts';
import type { WarmUpStep } from './warm-up.ts';

export interface Session {
  readonly choice: Choice;
  /** In a worker, which takes a moment to start. */
  readonly learner: Promise<WorkerLearner>;
  readonly replay: Replay;
  readonly curve: Curve;
  readonly classNames: string[];
  /** Classes it has learned something of. */
  readonly met: Set<string>;
  /** Synthetic digits it has learned. */
  seen: number;
  /** Its latest steps on them. */
  readonly recent: WarmUpStep[];
}

export const startSession = (choice: Choice): Session => ({
  choice,
  learner: createWorkerLearner({ ...learnerOptions(choice), worker: startWorker }),
  replay: new Replay(),
  curve: { title: rules[choice.rule].title, points: [] },
  classNames: [...digits],
  met: new Set(),
  seen: 0,
  recent: [],
});
