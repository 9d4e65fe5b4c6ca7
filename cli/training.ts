// Learns a task for some epochs and tells how it goes: a bar on a terminal, a line for each epoch, and the outcome.

import {
  classification,
  type BatchLogs,
  type Judgement,
  type Learner,
  type Logs,
  type Metrics,
  type Task as Learned,
} from '../src/index.ts';
import type { Dataset } from '../src/data/index.ts';
import { targetsOf, type Task } from './choose-data.ts';
import { Progress } from './progress.ts';
import { decimals, percent, seconds, thousands } from './table.ts';

export interface TrainingOptions {
  readonly epochs: number;
  /** What is learned; classes unless told. */
  readonly learned?: Learned;
  /** What learns in place of the learner's own `fit`. */
  readonly fit?: Learner['fit'];
  /** Aborts the training; what was learned by then is kept and judged. */
  readonly signal?: AbortSignal;
  /** Before each line. */
  readonly title?: string;
  /** Whether each epoch is judged, and leaves a line; without, all are, once, at the end. Default true. */
  readonly lines?: boolean;
  /** Where a training that was ended goes on, as `fit` takes it. */
  readonly initialStep?: number;
  /** After each step, which is counted from 1; awaited. */
  readonly onStep?: (step: number) => unknown;
}

export interface Outcome<Result extends Judgement> {
  /** Of the held samples, at the end. */
  readonly evaluation: Result;
  /** Of learning alone, without judging. */
  readonly seconds: number;
  readonly epochsDone: number;
  readonly interrupted: boolean;
}

/** Of epochs. */
const MOST_LINES = 40;

export async function train<Result extends Judgement>(
  learner: Learner<Result>,
  { train: samples, held, judgedBy }: Task<Dataset>,
  options: TrainingOptions,
): Promise<Outcome<Result>> {
  const { epochs, learned = classification(), signal, title = '', lines = true, initialStep, onStep } = options;
  const { fit: learn = (...given) => learner.fit(...given) } = options;
  const progress = new Progress();
  const clock = new Clock();
  const [watched] = Object.keys(learned.host.metrics);
  const judged: [Dataset['inputs'], ReturnType<typeof targetsOf>] = [held.inputs, targetsOf(held, learned.kind)];
  const describeStep = (logs: Metrics): string => describeLoss(logs, watched);
  const every = Math.ceil(epochs / MOST_LINES);
  let epochsDone = 0;
  let [first, last] = [Number.NaN, Number.NaN];
  const callbacks = {
    onEpochBegin: () => clock.start(),
    onBatchEnd(logs: BatchLogs): unknown {
      clock.stop();
      if (Number.isNaN(first)) first = logs.loss;
      progress.show(logs.step / logs.stepsTotal, `${title}epoch ${logs.epoch + 1}/${epochs}  ${describeStep(logs)}`);
      return onStep?.(logs.step);
    },
    onEpochEnd(epoch: number, logs: Logs): void {
      epochsDone = epoch + 1;
      last = logs.loss;
      const isShown = epoch === 0 || (epoch + 1) % every === 0 || epoch + 1 === epochs;
      if (!lines || !isShown) return;
      const reached = describeMetric(watched, logs[`val_${watched}`], 2);
      const rate = (samples.count * epochsDone) / clock.seconds;
      const speed = `${seconds(clock.seconds)}, ${thousands(Math.round(rate))} samples/s`;
      progress.line(`${title}epoch ${epoch + 1}/${epochs}  ${describeStep(logs)}  ${judgedBy} ${reached}  ${speed}`);
    },
  };
  try {
    const targets = targetsOf(samples, learned.kind);
    const judging = lines ? { validationData: judged } : {};
    await learn(samples.inputs, targets, { epochs, initialStep, signal, callbacks, ...judging });
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    progress.clear();
  }
  if (last > DIVERGING * first) progress.line(`${title}${describeDivergence(first, last)}`);
  const evaluation = learner.evaluate(...judged);
  return { evaluation, seconds: clock.seconds, epochsDone, interrupted: signal?.aborted === true };
}

/** A loss of so many times that of the first step, whose weights have learned nothing, is none that learns. */
const DIVERGING = 10;

const describeDivergence = (first: number, last: number): string =>
  `the loss went from ${decimals(first)} to ${decimals(last)}: it diverges; a smaller --lr is wanted`;

/** A stage that trains the first layers alone has no loss of the network to show. */
const describeLoss = ({ loss, ...metrics }: Metrics, watched: string): string =>
  Number.isNaN(loss) ? '' : `loss ${decimals(loss)}  train ${describeMetric(watched, metrics[watched])}`;

/** Accuracies as a share, anything else by its name. */
const describeMetric = (name: string, value: number, digits?: number): string =>
  name === 'acc' ? percent(value, digits) : `${name} ${decimals(value)}`;

/** Adds up the time from each start to the last stop behind it. */
class Clock {
  #before = 0;
  #started = 0;
  #stopped = 0;

  start(): void {
    this.#before = this.seconds;
    this.#started = performance.now();
    this.#stopped = this.#started;
  }

  stop(): void {
    this.#stopped = performance.now();
  }

  get seconds(): number {
    return this.#before + (this.#stopped - this.#started) / 1000;
  }
}
