// What a check is: a rule on a network goes in, what is wrong comes out. One file each in checks/.

import type { RecordOptions } from '../compile/record.ts';
import type { FitOptions } from '../learner/fit.ts';
import type { Learner } from '../learner/learner.ts';
import type { Loss } from '../losses/loss.ts';
import { classification } from '../tasks/classification.ts';
import type { Evaluation } from '../tasks/host/classification.ts';
import type { Task } from '../tasks/task.ts';
import { batchOf, host, type Batch, type Form, type Host } from './host.ts';

/** What a subject is made of. */
export interface Taught extends Pick<RecordOptions, 'network' | 'rule' | 'storage' | 'activations' | 'microBatch'> {
  /** Default `crossEntropy`. */
  readonly loss?: Loss;
}

/** A rule on a network, with classes that are there and room for more. */
export interface Subject extends Taught {
  readonly task: Task<Evaluation>;
  readonly outputs: number;
  readonly capacity: number;
  readonly batchSize: number;
}

export interface Check {
  /** What holds of the rule. */
  readonly name: string;
  /** What does not hold, a sentence each. */
  run(subject: Subject): Promise<readonly string[]>;
}

/** Room for classes to come: so much that with four they reach into a panel of their own. */
const ROOM = 7;

/** The rule on the network, in small batches; without being told, with room. */
export function subjectOf({ network, rule, storage, activations, microBatch, loss }: Taught, spare = ROOM): Subject {
  const [outputs] = network.outputShape;
  const names = Array.from({ length: outputs }, (_, index) => `class ${index}`);
  const capacity = outputs + spare;
  const task = classification({ names, capacity, loss });
  return { network, rule, storage, activations, microBatch, loss, task, outputs, capacity, batchSize: 6 };
}

/** What `createLearner` takes of it. */
export const optionsOf = ({ network, rule, storage, activations, microBatch, task, batchSize }: Subject) => ({
  network,
  rule,
  storage,
  activations,
  microBatch,
  task,
  batchSize,
});

/** A reproducible batch for a subject; without being told, full, and of the classes that are there. */
export const batchFor = (
  { network, batchSize, outputs }: Subject,
  step: number,
  { samples = batchSize, count = outputs } = {},
): Batch => batchOf(network, samples, step, count);

/** Every stage of the training, an epoch each. */
export const fitStages = (
  learner: Learner<Evaluation>,
  { input, label }: Batch,
  options?: Pick<FitOptions, 'callbacks'>,
): Promise<unknown> => learner.fit(input, label, { epochs: learner.compiled.stages.length, ...options });

const TEN = Array.from({ length: 10 }, (_, step) => step);

/** The losses of ten steps, each with a batch of its own. */
export const tenLosses = (subject: Host, batch: (step: number) => Batch, classes: number): number[] =>
  TEN.map((step) => subject.train(batch(step), classes));

/** The losses of ten steps from the first weights on, as the program runs in a form. */
export const lossesIn = (form: Form, subject: Subject): number[] =>
  tenLosses(host(subject, form), (step) => batchFor(subject, step), subject.outputs);

/** Where values differ first, as a sentence; none if they are the same bits. All NaNs are alike. */
export function differences(what: string, got: ArrayLike<number>, wanted: ArrayLike<number>): string[] {
  if (got.length !== wanted.length) return [`${what}: ${got.length} values instead of ${wanted.length}`];
  for (let i = 0; i < got.length; i++) {
    if (!Object.is(got[i], wanted[i])) return [`${what}: [${i}] is ${got[i]} instead of ${wanted[i]}`];
  }
  return [];
}
