// What is learned. A task has two halves. The recorded one says how many outputs there are, what the target is as rows,
// how loss and answer come from an output. The host's (host/) reads targets and tallies answers; what it must know
// of the learner is plain data, `TaskInfo`, which crosses to a worker.

import type { Buffer } from '../../runtime/program/buffer.ts';
import type { Dim } from '../../runtime/program/dim.ts';
import type { Expression, Tensor } from '../../runtime/program/expression.ts';
import type { PerSample, Scalar } from '../../runtime/program/leaves.ts';
import type { Moment, Program } from '../../runtime/program/program.ts';
import type { DistributionName } from '../../runtime/simd/parts/distribution.ts';
import type { Loss } from '../losses/loss.ts';
import type { Judgement, TaskHost } from './host/host.ts';

export type TaskKind = TaskHost['kind'];

/** What the host knows of a task. */
export interface TaskInfo {
  readonly kind: TaskKind;
  /** Of the outputs, or of the classes at first; none where outputs have no names. */
  readonly names: readonly string[];
  /** Whether the names were given; otherwise those of a checkpoint are taken as they are. */
  readonly named: boolean;
  /** Outputs there may be. */
  readonly capacity: number;
  /** The run-time count of outputs, where it may grow. */
  readonly count: string | null;
  readonly loss: { readonly name: string; readonly config: Readonly<Record<string, number>> };
}

/** What a task is declared for. */
export interface Declared {
  /** Of a sample as the host gives it. */
  readonly sampleShape: readonly number[];
  /** Of the network, without the batch axis. */
  readonly outputShape: readonly number[];
  /** Whether the network's last layer gives the task's outputs, or the rule has heads of its own. */
  readonly head: 'network' | 'own';
}

export interface Placing {
  readonly capacity: number;
  /** Outputs at first. */
  readonly now: number;
  /** Rows in the ports, and rows of a step, by which means divide. */
  readonly batch: Dim;
  readonly samples: Dim;
  /** What each sample counts. */
  readonly weight: PerSample;
  /** The samples: [batch, ...features], time included. */
  sample(p: Program): Tensor;
}

/** `Result` is what `evaluate` gives. */
export interface Task<Result extends Judgement = Judgement> {
  readonly kind: TaskKind;
  readonly loss: Loss;
  readonly host: TaskHost<Omit<Result, keyof Judgement>>;
  /** @throws ConfigurationError for outputs that the network does not give, or names that are none. */
  describe(declared: Declared): Omit<TaskInfo, 'kind' | 'loss'>;
  record(p: Program, placing: Placing): RecordedTask;
}

/** How a fixed random table is drawn: U(-scale, scale), N(0, scale^2), or -scale and scale. */
export interface Projection {
  readonly kind: DistributionName;
  readonly scale: number;
}

/** A loss beside the outcome, of a head of a rule's own. */
export interface Judged {
  /** dL/d(output), times the weights, divided by the samples of the step. */
  readonly delta: Expression;
  /** Records the mean loss of the batch, and gives it. */
  mean(): Scalar;
}

/** Loss and answer of a phase, which the host reads. */
export interface Outcome {
  /**
   * Adds loss and answer of this step, and gives dL/d(output), times the weights, divided by the samples of the step
   * and by the time steps.
   */
  score(p: Program, output: Tensor, at?: Moment): Expression;
  /** The mean loss, once all steps are scored. */
  readonly loss: Scalar;
}

export interface RecordedTask {
  readonly kind: TaskKind;
  /** How many outputs a head has: a number, or a run-time count, at most its capacity. */
  readonly outputs: Dim;
  /** The class of each sample: [batch]. @throws ConfigurationError where the target is no class. */
  readonly index: Buffer;
  /** The target as rows of [batch, outputs]; of a reward 0 for what was not done. */
  encode(): Expression;
  /**
   * The target projected onto the shape of `like` by a fixed random table with a row for each output. The numbers are
   * f(seed, `name`, element), so the table is kept only where it is small beside `weights` values; where the target is
   * a class and the batch at most half the capacity, the target's row is drawn where it is read; else the table is
   * drawn once a step.
   * @throws ConfigurationError where outputs have no target each.
   */
  project(p: Program, name: string, like: Tensor, draws: Projection, weights?: number): Expression;
  loss(p: Program, output: Tensor, name: string): Judged;
  /**
   * Opens the outcome of the phase being recorded: outside any loop, as with time it zeroes sums. Opened again it is
   * that of another pass, in the same place.
   */
  outcome(p: Program, steps: Dim | null): Outcome;
  /** Records what `predict` gives: [batch, outputs], from the network's output. */
  answer(p: Program, output: Tensor): void;
}

/** What the host knows of a task on a network. */
export const describeTask = (task: Task, declared: Declared): TaskInfo => ({
  kind: task.kind,
  loss: { name: task.loss.name, config: task.loss.config ?? {} },
  ...task.describe(declared),
});
