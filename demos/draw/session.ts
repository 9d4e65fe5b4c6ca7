/** A learner of the page from its first weights on, with what it has met. A new choice or a reset begins a new one. */

import { createWorkerLearner, type WorkerLearner } from '../../src/worker/index.ts';
import type { Curve } from './chart.ts';
import { digits, learnerOptions, rules, type Choice } from './choices.ts';
import { Replay } from './replay.ts';

export interface Session {
  readonly choice: Choice;
  readonly learner: WorkerLearner;
  readonly replay: Replay;
  readonly curve: Curve;
  readonly classNames: string[];
  /** Classes it has learned something of. */
  readonly met: Set<string>;
  /** Synthetic digits it has learned. */
  seen: number;
  /** Accuracies of its latest steps. */
  readonly recent: number[];
  /** Of its latest step, in the worker; null before any. */
  msPerStep: number | null;
}

export const startSession = async (choice: Choice): Promise<Session> => ({
  choice,
  learner: await createWorkerLearner(learnerOptions(choice)),
  replay: new Replay(),
  curve: { title: rules[choice.rule].title, points: [] },
  classNames: [...digits],
  met: new Set(),
  seen: 0,
  recent: [],
  msPerStep: null,
});
